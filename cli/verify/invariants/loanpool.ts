// Loans: what is owed is what was lent and not repaid, within the bounds of every borrower.
import type { Row } from "../state.js";
import { number, sum, valuesOf, type Invariants, type Must } from "./invariant.js";

const GX = 1_000_000n;
const MOST = { loans: 5, owed: 10_000_000n * GX };

export const loanpoolInvariants: Invariants = {
  sentences: {
    17: "loans owe what was lent and not repaid",
    18: "open loans within the bounds",
    19: "the loan pool holds what is not lent",
  },
  check: (state, must) => {
    const loans = valuesOf(state, "loan");
    for (const loan of loans) checkLoan(loan, must);
    const borrowers = new Map<string, Row[]>();
    for (const loan of loans) {
      const id = loan["borrower_id"] ?? "";
      borrowers.set(id, [...(borrowers.get(id) ?? []), loan]);
    }
    for (const [id, owned] of borrowers) checkBorrower(id, owned, must);
    const pool = state.rows.loan_pool.get("LOAN");
    const lent = sum(loans.map((loan) => number(loan, "outstanding")));
    must(19, number(pool, "lent") === lent, `the loan pool tells ${number(pool, "lent")} as lent instead of ${lent}`);
    const active = loans.filter(({ status }) => status === "ACTIVE").length;
    must(19, number(pool, "active_loans") === BigInt(active), `the loan pool does not count ${active} active loans`);
  },
};

function checkLoan(loan: Row, must: Must): void {
  const { id, status } = loan;
  const [amount, outstanding] = [number(loan, "amount"), number(loan, "outstanding")];
  const owes = status === "ACTIVE" || status === "DEFAULTED";
  must(17, outstanding >= 0n && outstanding <= amount, `${id} owes ${outstanding} of ${amount}`);
  must(17, outstanding > 0n === owes, `${id} is ${status} and owes ${outstanding}`);
}

/** `loans`: all of this borrower that are open, and any that are not. */
export function checkBorrower(id: string, loans: readonly Row[], must: Must): void {
  const open = loans.filter(({ status }) => status !== "REJECTED" && status !== "REPAID");
  const owed = sum(open.map((loan) => number(loan, loan["status"] === "PENDING_APPROVAL" ? "amount" : "outstanding")));
  must(18, open.length <= MOST.loans, `${id} has ${open.length} open loans`);
  must(18, owed <= MOST.owed, `${id} owes ${owed}`);
}
