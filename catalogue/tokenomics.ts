// Commands about coins (protocol.md 4, 5 and 12).
import {
  account,
  choice,
  command,
  domain,
  faultsOf,
  int,
  optional,
  qirat,
  reasonCode,
  recordSchema,
  ref,
  text,
} from "./language.js";
import { internalTransfers, type InternalTransfer } from "./choices.js";
import { BAL, CRED, tokenomics as happened } from "./events/tokenomics.js";
import { tax } from "./events/tax.js";
import { storedLane } from "./lanes.js";

/** Which accounts pay which (protocol.md 4). */
const pairs = {
  TREASURY_PAYMENT: recordSchema({ from: account("treasury"), to: account("user", "organization") }),
  FEE_REDISTRIBUTION: recordSchema({
    from: choice("From", ["SYSTEM_OPERATIONS_FUND"]),
    to: choice("To", ["SYSTEM_REDISTRIBUTION_POOL"]),
  }),
} satisfies Record<InternalTransfer, unknown>;

export const tokenomics = domain("tokenomics", happened, {
  transfer: command("activeUser", "Send coins from one's own account; the fee is paid on top of the amount.", {
    input: { to: account(), amount: qirat(), remark: optional(text(1, 140)) },
    emits: [happened.TransferCompleted, tax.FeeCharged, ...BAL, ...CRED],
    refusals: ["SELF_ACTION", "NOT_FOUND", "ACCOUNT_FROZEN", "FEE_EXCEEDS_AMOUNT", "INSUFFICIENT_FUNDS"],
    lanes: ({ to }, { actor }) => [...new Set([`account:${actor}`, ...storedLane(to)])],
    weight: () => 20,
    operation: "TRANSFER_TOKENS",
  }),
  distributeGenesis: command("admin", "Hand out the genesis coins to a person who got none at creation.", {
    input: { userId: ref("User"), ageYears: int(0, 150) },
    emits: [happened.GenesisDistributed, happened.TreasuryAllocated, ...BAL, ...CRED],
    refusals: ["NOT_FOUND", "SELF_ACTION", "GENESIS_ALREADY_DISTRIBUTED", "AGE_NOT_ELIGIBLE", "NO_SLOT_LEFT"],
    lanes: ({ userId }) => [`account:${userId}`],
    weight: () => 22,
  }),
  transferInternal: command("admin", "Pay from a treasury, or move fees to the redistribution pool; there is no fee.", {
    input: {
      type: choice("InternalTransferType", internalTransfers),
      from: account(),
      to: account(),
      amount: qirat(),
      remark: optional(text(1, 140)),
    },
    faultsBetween: ({ type, from, to }) => {
      const parsed = pairs[type].safeParse({ from, to });
      return parsed.success ? [] : faultsOf(parsed.error);
    },
    emits: [happened.InternalTransferCompleted, ...BAL, ...CRED],
    refusals: ["AMOUNT_OUT_OF_RANGE", "SELF_ACTION", "NOT_FOUND", "TREASURY_LOCKED", "INSUFFICIENT_FUNDS"],
    lanes: ({ from, to }) => [`account:${from}`, ...storedLane(to)],
    weight: () => 12,
  }),
  freezeWallet: command("admin", "Let an account receive only.", {
    input: { accountId: account("user", "organization"), reason: reasonCode() },
    emits: [happened.WalletFrozen],
    refusals: ["NOT_FOUND", "WRONG_STATE"],
    lanes: ({ accountId }) => [`account:${accountId}`],
    weight: () => 7,
  }),
  unfreezeWallet: command("admin", "Let a frozen account pay again.", {
    input: { accountId: account("user", "organization") },
    emits: [happened.WalletUnfrozen],
    refusals: ["NOT_FOUND", "SELF_ACTION", "WRONG_STATE"],
    lanes: ({ accountId }) => [`account:${accountId}`],
    weight: () => 7,
  }),
});
