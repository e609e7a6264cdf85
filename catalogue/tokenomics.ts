// Commands about coins (protocol.md 4, 5 and 12).
import { account, command, domain, int, optional, qirat, ref, text } from "./language.js";
import { BAL, CRED, tokenomics as happened } from "./events/tokenomics.js";
import { tax } from "./events/tax.js";

/** The lane of an account that stores its balance; credits of treasuries and system accounts never conflict. */
const storedLane = (accountId: string): string[] =>
  /^(treasury_|SYSTEM_)/.test(accountId) ? [] : [`account:${accountId}`];

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
});
