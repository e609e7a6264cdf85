// What events mean for accounts, pools, unfolded credits and the lines of account statements.
import { pools } from "../../../catalogue/economy.js";
import { line, minted, ms, type Effects, type Where } from "./effect.js";
import type { Cell, State } from "../state.js";

const OPERATIONS = "SYSTEM_OPERATIONS_FUND";
const LOANS = "SYSTEM_LOAN_POOL";
const REDISTRIBUTION = "SYSTEM_REDISTRIBUTION_POOL";

export const tokenomicsEffects = (state: State) => {
  const wallet = (id: string, kind: string, owner: Cell) =>
    state.put("wallet", {
      ...{ id, kind, owner_id: owner, stored: "0", pending: "0", frozen: "false", freeze_reason: null },
    });
  const statement = (
    { at }: { at: number },
    { commandId, index, txId, block, position }: Where,
    lines: readonly (readonly [account: string, type: string, amount: string, other: Cell, remark: Cell])[],
  ) =>
    lines.forEach(([account, type, amount, other, remark], number) => {
      if (BigInt(amount) === 0n) return;
      state.log("entry", {
        ...{ id: `${commandId}~${index}~${account}~${type}`, wallet_id: account, type, amount, remark },
        ...{ counterparty_id: other, command_id: commandId, tx_id: txId, block: String(block) },
        ...{ at: ms(at), position: line(position, number) },
      });
    });

  /** Keys of unfolded credits by account and transaction. */
  const unfolded = new Map<string, readonly string[]>();
  return {
    SystemBootstrapped: () => {
      for (const name of ["LOAN_POOL", "CHARITABLE_POOL", "GX_POOL", "REDISTRIBUTION_POOL", "OPERATIONS_FUND"]) {
        wallet(`SYSTEM_${name}`, "SYSTEM", null);
      }
      Object.entries(pools).forEach(([id, { cap }], ordinal) =>
        state.put("pool", { id, ordinal: String(ordinal), cap: String(cap), stored: "0", pending: "0" }),
      );
    },
    CountryDataInitialized: ({ countries }) =>
      countries.forEach(({ code }) => wallet(`treasury_${code}`, "TREASURY", code)),
    UserCreated: ({ userId }) => wallet(userId, "USER", userId),
    OrganizationProposed: ({ organizationId, stakeholders }) =>
      state.put("account_persons", { id: `org_${organizationId}`, persons: stakeholders.join(",") }),
    OrganizationActivated: ({ organizationId, accountId }) => wallet(accountId, "ORGANIZATION", organizationId),
    BalanceChanged: ({ accountId, balance }) => {
      const pool = minted(accountId);
      state.patch(pool ? "pool" : "wallet", pool ?? accountId, { stored: balance });
    },
    AccountCredited: ({ accountId, deltaKey, amount, at }) => {
      const [txId = ""] = deltaKey.split("~");
      const key = `${accountId} ${txId} ${deltaKey}`;
      if (state.rows.delta.has(key)) return;
      const row = { account_id: accountId, tx_id: txId, delta_key: deltaKey, amount, folded: "false" };
      state.put("delta", { ...row, at: ms(at) });
      unfolded.set(`${accountId} ${txId}`, [...(unfolded.get(`${accountId} ${txId}`) ?? []), key]);
      const pool = minted(accountId);
      state.bump(pool ? "pool" : "wallet", pool ?? accountId, "pending", BigInt(amount));
    },
    DeltasFolded: ({ accountId, txIds, amount, stored }) => {
      for (const txId of txIds) {
        for (const key of unfolded.get(`${accountId} ${txId}`) ?? []) state.patch("delta", key, { folded: "true" });
        unfolded.delete(`${accountId} ${txId}`);
      }
      const pool = minted(accountId);
      state.patch(pool ? "pool" : "wallet", pool ?? accountId, { stored });
      state.bump(pool ? "pool" : "wallet", pool ?? accountId, "pending", -BigInt(amount));
    },
    TransferCompleted: (event, where) => {
      const { from, to, amount, remark } = event;
      statement(event, where, [
        [from, "SENT", `-${amount}`, to, remark],
        [to, "RECEIVED", amount, from, remark],
      ]);
    },
    FeeCharged: (event, where) =>
      statement(event, where, [
        [event.payer, "FEE", `-${event.amount}`, OPERATIONS, null],
        [OPERATIONS, "FEE_INCOME", event.amount, null, null],
      ]),
    GenesisDistributed: (event, where) => {
      const { userId, nationality: country, phase, amount, at } = event;
      state.put("genesis", { user_id: userId, country, phase: String(phase), amount, at: ms(at) });
      statement(event, where, [[userId, "GENESIS", amount, null, null]]);
    },
    TreasuryAllocated: (event, where) =>
      statement(event, where, [[event.accountId, "TREASURY_SHARE", event.amount, null, null]]),
    PoolDisbursed: (event, where) => {
      const { pool, to, amount, fromStored, remark } = event;
      const account = pool === "OPERATIONS" ? OPERATIONS : `SYSTEM_${pool}_POOL`;
      statement(event, where, [
        [to, "POOL_DISBURSEMENT", amount, account, remark],
        [account, "POOL_PAYMENT", `-${fromStored}`, to, remark],
      ]);
    },
    InternalTransferCompleted: (event, where) => {
      const { from, to, amount, remark } = event;
      statement(event, where, [
        [from, "INTERNAL", `-${amount}`, to, remark],
        [to, "INTERNAL", amount, from, remark],
      ]);
    },
    WalletFrozen: ({ accountId, reason }) =>
      state.patch("wallet", accountId, { frozen: "true", freeze_reason: reason }),
    WalletUnfrozen: ({ accountId }) => state.patch("wallet", accountId, { frozen: "false", freeze_reason: null }),
    LoanApproved: (event, where) =>
      statement(event, where, [
        [event.borrowerId, "LOAN_DISBURSEMENT", event.amount, LOANS, null],
        [LOANS, "POOL_PAYMENT", `-${event.fromStored}`, event.borrowerId, null],
      ]),
    LoanRepaymentReceived: (event, where) =>
      statement(event, where, [
        [event.borrowerId, "LOAN_REPAYMENT", `-${event.amount}`, LOANS, null],
        [LOANS, "LOAN_REPAYMENT", event.amount, LOANS, null],
      ]),
    VelocityTaxApplied: (event, where) => {
      const treasury = `treasury_${event.country}`;
      statement(event, where, [
        [event.accountId, "TAX", `-${event.tax}`, treasury, null],
        [treasury, "TAX_SHARE", event.treasuryShare, null, null],
        [REDISTRIBUTION, "TAX_SHARE", event.redistributionShare, null, null],
      ]);
    },
    RedistributionCompleted: (event, where) =>
      statement(event, where, [
        [REDISTRIBUTION, "REDISTRIBUTION", `-${event.total}`, null, null],
        ...event.recipients.map((id) => [id, "REDISTRIBUTION", event.share, null, null] as const),
      ]),
  } satisfies Effects;
};
