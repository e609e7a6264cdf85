// Events of loans (protocol.md 13).
import { events, hash, int, optional, qirat, qirat0, ref, text, time, uuid } from "../language.js";

/** Points of trust. */
const effect = () => int(-100, 100);

export const loanpool = events("loanpool", {
  LoanApplied: {
    loanId: ref("Loan"),
    borrowerId: ref("User"),
    amount: qirat(),
    collateralHash: hash(),
    purposeHash: optional(hash()),
  },
  LoanApproved: {
    loanId: ref("Loan"),
    borrowerId: ref("User"),
    amount: qirat(),
    fromStored: qirat0(),
    minted: qirat0(),
    approvedBy: uuid(),
    dueAt: time(),
  },
  LoanRejected: { loanId: ref("Loan"), borrowerId: ref("User"), rejectedBy: uuid(), reason: text(1, 200) },
  LoanRepaymentReceived: { loanId: ref("Loan"), borrowerId: ref("User"), amount: qirat(), outstanding: qirat0() },
  LoanRepaid: { loanId: ref("Loan"), borrowerId: ref("User"), trustEffect: effect() },
  LoanDefaulted: { loanId: ref("Loan"), borrowerId: ref("User"), outstanding: qirat(), trustEffect: effect() },
});
