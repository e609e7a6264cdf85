// Commands about the velocity tax and its redistribution (protocol.md 6 and 12).
import { account, command, domain, flag, list, optional, qirat, ref } from "./language.js";
import { tax as happened } from "./events/tax.js";
import { BAL, CRED } from "./events/tokenomics.js";

export const tax = domain("tax", happened, {
  applyVelocityTax: command("admin", "Tax an account that has held 100 GX or more for the whole period.", {
    input: { accountId: account("user", "organization") },
    emits: [happened.VelocityTaxApplied, ...BAL, ...CRED],
    refusals: ["NOT_FOUND", "TAX_EXEMPT", "ACCOUNT_FROZEN", "BELOW_THRESHOLD", "TAX_NOT_DUE"],
    lanes: ({ accountId }) => [`account:${accountId}`],
    weight: () => 15,
  }),
  setTaxExemption: command("admin", "Exempt an account from the velocity tax, or end its exemption.", {
    input: { accountId: account("user", "organization"), exempt: flag() },
    emits: [happened.TaxExemptionChanged, happened.TaxTimerChanged],
    refusals: ["NOT_FOUND", "SELF_ACTION", "WRONG_STATE"],
    lanes: ({ accountId }) => [`account:${accountId}`],
    weight: () => 9,
  }),
  redistribute: command("admin", "Divide coins of the redistribution pool among users who hold less than 100 GX.", {
    input: { recipients: list(ref("User"), 1, 100), amount: optional(qirat()) },
    emits: [happened.RedistributionCompleted, ...BAL],
    refusals: ["SELF_ACTION", "RECIPIENT_NOT_ELIGIBLE", "INSUFFICIENT_FUNDS", "NOTHING_TO_DISTRIBUTE"],
    lanes: ({ recipients }) => [
      "account:SYSTEM_REDISTRIBUTION_POOL",
      ...recipients.map((recipient) => `account:${recipient}`),
    ],
    // Each recipient's user and account are read, the account is written; the balance changes and perhaps the timer.
    weight: ({ recipients }) => 9 + 5 * recipients.length,
    operation: "REDISTRIBUTE_TAX",
  }),
});
