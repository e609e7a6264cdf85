// Wallets, pools, unfolded credits, genesis, and the signed lines of account statements (protocol.md 4 and 13).
import { pools, poolNames } from "../../catalogue/economy.js";
import { mintedCounters, systemAccounts } from "../../catalogue/language.js";
import { changesOf, type Change, type Place, type Projection } from "./change.js";

const { put, append, patch, add, patchGroup } = changesOf("tokenomics");

const isCounter = (accountId: string) => mintedCounters.some((counter) => counter === accountId);
/** MINTED_LOAN → LOAN. */
const poolOf = (counter: string) => counter.slice("MINTED_".length);
/** `<txId>~<position>` → txId. */
const txIdOf = (deltaKey: string) => deltaKey.split("~", 1)[0] ?? "";

const wallet = (id: string, kind: string, ownerId: string | null) =>
  put("wallet", { id, kind, ownerId, stored: 0n, pending: 0n, frozen: false, freezeReason: null });

interface Line {
  accountId: string;
  type: string;
  /** Below 0 goes out. */
  amount: bigint;
  counterpartyId?: string;
  remark?: string | null;
}

/** Entries of one event; a line of 0 is not written. */
function entries(place: Place, at: number, ...lines: readonly Line[]): Change<"tokenomics">[] {
  const { commandId, txId, index } = place;
  const block = BigInt(place.block);
  return lines.flatMap(({ accountId, type, amount, counterpartyId = null, remark = null }, line) => {
    if (amount === 0n) return [];
    const id = `${commandId}~${index}~${accountId}~${type}`;
    const position = place.position(line);
    const row = { id, walletId: accountId, type, amount, counterpartyId, remark, commandId, txId, block, at, position };
    return append("entry", row);
  });
}

const FEES = "SYSTEM_OPERATIONS_FUND";
const LOANS = "SYSTEM_LOAN_POOL";
const REDISTRIBUTION = "SYSTEM_REDISTRIBUTION_POOL";

export const tokenomics = {
  SystemBootstrapped: () => [
    ...systemAccounts.map((id) => wallet(id, "SYSTEM", null)),
    ...poolNames.map((id, ordinal) => put("pool", { id, ordinal, cap: pools[id].cap, stored: 0n, pending: 0n })),
  ],
  CountryDataInitialized: ({ countries }) => countries.map(({ code }) => wallet(`treasury_${code}`, "TREASURY", code)),
  UserCreated: ({ userId }) => [wallet(userId, "USER", userId)],
  // The account comes with the activation, whom it will concern is told before.
  OrganizationProposed: ({ organizationId, stakeholders }) => [
    put("accountPersons", { id: `org_${organizationId}`, persons: stakeholders }),
  ],
  OrganizationActivated: ({ organizationId, accountId }) => [wallet(accountId, "ORGANIZATION", organizationId)],
  BalanceChanged: ({ accountId, balance }) => [
    isCounter(accountId)
      ? patch("pool", { id: poolOf(accountId) }, { stored: BigInt(balance) })
      : patch("wallet", { id: accountId }, { stored: BigInt(balance) }),
  ],
  AccountCredited: ({ accountId, deltaKey, amount, at }) => [
    append("delta", { accountId, txId: txIdOf(deltaKey), deltaKey, amount: BigInt(amount), folded: false, at }),
    isCounter(accountId)
      ? add("pool", { id: poolOf(accountId) }, { pending: BigInt(amount) })
      : add("wallet", { id: accountId }, { pending: BigInt(amount) }),
  ],
  DeltasFolded: ({ accountId, txIds, amount, stored }) => [
    ...txIds.map((txId) => patchGroup("delta", { accountId, txId }, { folded: true })),
    ...(isCounter(accountId)
      ? [
          patch("pool", { id: poolOf(accountId) }, { stored: BigInt(stored) }),
          add("pool", { id: poolOf(accountId) }, { pending: -BigInt(amount) }),
        ]
      : [
          patch("wallet", { id: accountId }, { stored: BigInt(stored) }),
          add("wallet", { id: accountId }, { pending: -BigInt(amount) }),
        ]),
  ],
  TransferCompleted: ({ from, to, amount, remark, at }, place) =>
    entries(
      place,
      at,
      { accountId: from, type: "SENT", amount: -BigInt(amount), counterpartyId: to, remark },
      { accountId: to, type: "RECEIVED", amount: BigInt(amount), counterpartyId: from, remark },
    ),
  FeeCharged: ({ payer, amount, at }, place) =>
    entries(
      place,
      at,
      { accountId: payer, type: "FEE", amount: -BigInt(amount), counterpartyId: FEES },
      { accountId: FEES, type: "FEE_INCOME", amount: BigInt(amount) },
    ),
  GenesisDistributed: ({ userId, nationality, phase, amount, at }, place) => [
    append("genesis", { userId, country: nationality, phase, amount: BigInt(amount), at }),
    ...entries(place, at, { accountId: userId, type: "GENESIS", amount: BigInt(amount) }),
  ],
  TreasuryAllocated: ({ accountId, amount, at }, place) =>
    entries(place, at, { accountId, type: "TREASURY_SHARE", amount: BigInt(amount) }),
  PoolDisbursed: ({ pool, to, amount, fromStored, remark, at }, place) => {
    const { account } = pools[pool];
    return entries(
      place,
      at,
      { accountId: to, type: "POOL_DISBURSEMENT", amount: BigInt(amount), counterpartyId: account, remark },
      { accountId: account, type: "POOL_PAYMENT", amount: -BigInt(fromStored), counterpartyId: to, remark },
    );
  },
  InternalTransferCompleted: ({ from, to, amount, remark, at }, place) =>
    entries(
      place,
      at,
      { accountId: from, type: "INTERNAL", amount: -BigInt(amount), counterpartyId: to, remark },
      { accountId: to, type: "INTERNAL", amount: BigInt(amount), counterpartyId: from, remark },
    ),
  WalletFrozen: ({ accountId, reason }) => [patch("wallet", { id: accountId }, { frozen: true, freezeReason: reason })],
  WalletUnfrozen: ({ accountId }) => [patch("wallet", { id: accountId }, { frozen: false, freezeReason: null })],
  LoanApproved: ({ borrowerId, amount, fromStored, at }, place) =>
    entries(
      place,
      at,
      { accountId: borrowerId, type: "LOAN_DISBURSEMENT", amount: BigInt(amount), counterpartyId: LOANS },
      { accountId: LOANS, type: "POOL_PAYMENT", amount: -BigInt(fromStored), counterpartyId: borrowerId },
    ),
  LoanRepaymentReceived: ({ borrowerId, amount, at }, place) =>
    entries(
      place,
      at,
      { accountId: borrowerId, type: "LOAN_REPAYMENT", amount: -BigInt(amount), counterpartyId: LOANS },
      { accountId: LOANS, type: "LOAN_REPAYMENT", amount: BigInt(amount), counterpartyId: LOANS },
    ),
  VelocityTaxApplied: ({ accountId, country, tax, treasuryShare, redistributionShare, at }, place) =>
    entries(
      place,
      at,
      { accountId, type: "TAX", amount: -BigInt(tax), counterpartyId: `treasury_${country}` },
      { accountId: `treasury_${country}`, type: "TAX_SHARE", amount: BigInt(treasuryShare) },
      { accountId: REDISTRIBUTION, type: "TAX_SHARE", amount: BigInt(redistributionShare) },
    ),
  RedistributionCompleted: ({ recipients, share, total, at }, place) =>
    entries(
      place,
      at,
      { accountId: REDISTRIBUTION, type: "REDISTRIBUTION", amount: -BigInt(total) },
      ...recipients.map((accountId) => ({ accountId, type: "REDISTRIBUTION", amount: BigInt(share) })),
    ),
} satisfies Projection<"tokenomics">;
