// What must hold of single executions about loans (protocol.md 17: 17 to 19). Reads only.
import { checkBorrower } from "./invariants/loanpool.js";
import { number, sum, type Must } from "./invariants/invariant.js";
import type { State } from "./state.js";

type Told = Readonly<Record<string, unknown>>;

const text = (told: Told, field: string) => String(told[field]);
/** Amounts of events that do not decode are no amounts. */
const amountOf = (told: Told) => (/^\d{1,19}$/.test(text(told, "amount")) ? BigInt(text(told, "amount")) : 0n);
const named = (events: readonly Told[], name: string) => events.filter((told) => told["name"] === name);

/** Looks at the events of an outcome before they are folded; what it returns is called after. */
export function newLoanLook({ rows }: Pick<State, "rows">, must: Must) {
  const owing = (told: Told) => number(rows.loan.get(text(told, "loanId")), "outstanding");
  /** Coins that the pool holds or has lent, beyond those that were minted for it. */
  const beyondMinted = () => {
    const pool = rows.loan_pool.get("LOAN");
    return number(pool, "stored") + number(pool, "pending") + number(pool, "lent") - number(pool, "minted");
  };
  /** Loans of each borrower that were open when they were last looked at. */
  const open = new Map<string, Set<string>>();
  const lookAtBorrower = (userId: string, loanId: string) => {
    const known = (open.get(userId) ?? new Set<string>()).add(loanId);
    open.set(userId, known);
    const loans = [...known].map((id) => rows.loan.get(id)).filter((loan) => loan !== undefined);
    for (const { id, status } of loans) if (status === "REJECTED" || status === "REPAID") known.delete(id ?? "");
    checkBorrower(userId, loans, must);
  };

  return (id: string, events: readonly Told[]) => {
    const repayments = named(events, "LoanRepaymentReceived").map((told) => ({ told, before: owing(told) }));
    const transfers = named(events, "TransferCompleted").filter((told) => text(told, "to") === "SYSTEM_LOAN_POOL");
    const before = beyondMinted();
    return () => {
      const unexplained = beyondMinted() - before - sum(transfers.map(amountOf));
      must(19, unexplained === 0n, `${id} changed what the loan pool holds and has lent by ${unexplained}`);
      for (const { told, before: owed } of repayments) {
        const paid = owed - owing(told);
        must(17, paid === amountOf(told), `${id} repaid ${amountOf(told)}, and the loan fell by ${paid}`);
      }
      for (const told of named(events, "LoanApplied")) lookAtBorrower(text(told, "borrowerId"), text(told, "loanId"));
    };
  };
}
