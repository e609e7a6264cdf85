// Commands about loans without interest from the common pool (protocol.md 9 and 12).
import { command, domain, hash, optional, qirat, ref, text } from "./language.js";
import { identity } from "./events/identity.js";
import { loanpool as happened } from "./events/loanpool.js";
import { BAL, CRED } from "./events/tokenomics.js";

export const loanpool = domain("loanpool", happened, {
  applyForLoan: command("self", "Ask for a loan of 100 to 1,000,000 GX.", {
    input: { amount: qirat(), collateralHash: hash(), purposeHash: optional(hash()) },
    emits: [happened.LoanApplied],
    refusals: ["AMOUNT_OUT_OF_RANGE", "ACCOUNT_FROZEN", "TRUST_TOO_LOW", "LIMIT_EXCEEDED"],
    lanes: (_input, { actor }) => [`borrower:${actor}`],
    weight: () => 11,
  }),
  approveLoan: command("admin", "Pay out a loan that was asked for.", {
    input: { loanId: ref("Loan") },
    emits: [happened.LoanApproved, ...BAL, ...CRED],
    refusals: [
      ...(["NOT_FOUND", "SELF_ACTION", "WRONG_STATE", "USER_NOT_ACTIVE"] as const),
      ...(["ACCOUNT_FROZEN", "TRUST_TOO_LOW", "POOL_EXHAUSTED"] as const),
    ],
    lanes: ({ loanId }) => ["account:SYSTEM_LOAN_POOL", `loan:${loanId}`],
    weight: () => 20,
  }),
  rejectLoan: command("admin", "Reject a loan that was asked for.", {
    input: { loanId: ref("Loan"), reason: text(1, 200) },
    emits: [happened.LoanRejected],
    refusals: ["NOT_FOUND", "SELF_ACTION", "WRONG_STATE"],
    lanes: ({ loanId }) => [`loan:${loanId}`],
    weight: () => 9,
  }),
  repayLoan: command("self", "Pay back a loan in part or as a whole, without a fee.", {
    input: { loanId: ref("Loan"), amount: qirat() },
    emits: [happened.LoanRepaymentReceived, ...BAL, ...CRED, happened.LoanRepaid, identity.TrustScoreChanged],
    refusals: [
      ...(["NOT_FOUND", "ACTOR_NOT_ALLOWED", "WRONG_STATE", "ACCOUNT_FROZEN"] as const),
      ...(["REPAYMENT_EXCEEDS_DEBT", "INSUFFICIENT_FUNDS"] as const),
    ],
    lanes: ({ loanId }, { actor }) => [`loan:${loanId}`, `account:${actor}`, `borrower:${actor}`],
    weight: () => 19,
  }),
  markLoanDefaulted: command("admin", "Mark a loan as defaulted that was not repaid when it was due.", {
    input: { loanId: ref("Loan") },
    emits: [happened.LoanDefaulted, identity.TrustScoreChanged],
    refusals: ["NOT_FOUND", "WRONG_STATE", "NOT_DUE"],
    lanes: ({ loanId }) => [`loan:${loanId}`],
    weight: () => 10,
  }),
});
