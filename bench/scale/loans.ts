// Loans in all states, and what is paid back.
import { GX, pools } from "../../catalogue/economy.js";
import { identity } from "../../catalogue/events/identity.js";
import { loanpool } from "../../catalogue/events/loanpool.js";
import type { Person } from "./people.js";
import { accountOf, type Happening, type Story } from "./happening.js";

const POOL = { account: pools.LOAN.account, counter: pools.LOAN.counter };
const TERM = 31_536_000;
const HASH = "c".repeat(64);
const AMOUNT = 100n * GX;

/** The busy person borrows again and again; what others ask for has every end. */
export const loans: readonly Happening[] = [{ often: 8, happen: borrow }];

function borrow(story: Story): void {
  const { chain, random, busy, somebody, admin } = story;
  const borrower = random.chance(0.1) ? busy : somebody();
  const loanId = chain.nextId();
  const of = { loanId, borrowerId: borrower.id };
  const applied = loanpool.LoanApplied({ ...of, amount: String(AMOUNT), collateralHash: HASH, purposeHash: null });
  chain.commit("loanpool.applyForLoan", borrower.id, [applied]);
  const end = random.next();
  if (end < 0.1) return;
  if (end < 0.2) {
    const rejected = loanpool.LoanRejected({ ...of, rejectedBy: admin, reason: "No collateral." });
    chain.commit("loanpool.rejectLoan", admin, [rejected]);
    return;
  }
  approve(story, borrower, loanId);
  if (end < 0.3) return;
  if (end < 0.4) {
    const defaulted = loanpool.LoanDefaulted({ ...of, outstanding: String(AMOUNT), trustEffect: -50 });
    chain.commit("loanpool.markLoanDefaulted", admin, [defaulted, trust(borrower, -10)]);
    return;
  }
  repay(story, borrower, { loanId, amount: AMOUNT / 2n, outstanding: AMOUNT / 2n });
  if (end > 0.6) repay(story, borrower, { loanId, amount: AMOUNT / 2n, outstanding: 0n });
}

function approve({ chain, accounts, admin }: Story, borrower: Person, loanId: string): void {
  const { fromStored, events } = accounts.payOut(POOL, accountOf(borrower), AMOUNT);
  const approved = loanpool.LoanApproved({
    ...{ loanId, borrowerId: borrower.id, amount: String(AMOUNT), fromStored: String(fromStored) },
    ...{ minted: String(AMOUNT - fromStored), approvedBy: admin, dueAt: chain.at + TERM },
  });
  chain.commit("loanpool.approveLoan", admin, [approved, ...events]);
}

interface Repayment {
  readonly loanId: string;
  readonly amount: bigint;
  readonly outstanding: bigint;
}

function repay({ chain, accounts }: Story, borrower: Person, { loanId, amount, outstanding }: Repayment): void {
  const { id: borrowerId } = borrower;
  if (accounts.balanceOf(accountOf(borrower)) < amount) {
    chain.refuse("loanpool.repayLoan", borrowerId, "INSUFFICIENT_FUNDS");
    return;
  }
  const received = { loanId, borrowerId, amount: String(amount), outstanding: String(outstanding) };
  chain.commit("loanpool.repayLoan", borrowerId, [
    loanpool.LoanRepaymentReceived(received),
    ...accounts.change(accountOf(borrower), -amount),
    ...accounts.credit(POOL.account, amount),
    ...(outstanding > 0n ? [] : [loanpool.LoanRepaid({ loanId, borrowerId, trustEffect: 15 }), trust(borrower, 15)]),
  ]);
}

/** Of somebody without family: what matters here is that the row changes. */
function trust({ id: userId }: Person, loanAdjustment: number) {
  const counts = { parents: 0, spouses: 0, siblings: 0, children: 0, friends: 0 };
  const score = Math.max(0, 10 + loanAdjustment);
  return identity.TrustScoreChanged({ userId, score, relationshipScore: 10, loanAdjustment, ...counts });
}
