// Rules about loans without interest (protocol.md 9). What a borrower owes in all stands under one key, so no rule reads a range.
import { loanBounds, withinLoanBounds } from "../catalogue/economy.js";
import { loanpool as happened } from "../catalogue/events/loanpool.js";
import type { Catalogue } from "../catalogue/index.js";
import { accountOf, parametersOf } from "./existing.js";
import type { State } from "./overlay.js";
import { payFromPool } from "./pool.js";
import type { RulesOf } from "./rule.js";
import { keys, type Loan } from "./state.js";
import { scoreOf, trustChanged, trustOf, withLoanEffect } from "./trust.js";

const POOL = "SYSTEM_LOAN_POOL";
const DAY = 86_400;
/** Points of trust for a loan that was never repaid in time, marked or not. */
const DEFAULTED = -50;

export const loanpool = {
  async applyForLoan(ledger, { amount: asked, collateralHash, purposeHash }, { id, actor, now, refuse, emits }) {
    const amount = BigInt(asked);
    if (amount < loanBounds.least || amount > loanBounds.most) throw refuse("AMOUNT_OUT_OF_RANGE");
    if (await isFrozen(ledger, actor)) throw refuse("ACCOUNT_FROZEN");
    if (!(await isTrusted(ledger, actor))) throw refuse("TRUST_TOO_LOW");
    const { openLoans, owed } = await debtOf(ledger, actor);
    if (!withinLoanBounds(openLoans, BigInt(owed), amount)) throw refuse("LIMIT_EXCEEDED");

    ledger.put(keys.loan(id), {
      ...{ loanId: id, borrowerId: actor, amount: asked, outstanding: "0", collateralHash, purposeHash },
      ...{ status: "PENDING_APPROVAL", appliedAt: now, approvedAt: null, dueAt: null },
    });
    ledger.put(keys.borrower(actor), { openLoans: openLoans + 1, owed: String(BigInt(owed) + amount) });
    return emits(happened.LoanApplied({ loanId: id, borrowerId: actor, amount: asked, collateralHash, purposeHash }));
  },

  async approveLoan(ledger, { loanId }, { actor, now, refuse, emits }) {
    const loan = await ledger.get(keys.loan(loanId));
    if (!loan) throw refuse("NOT_FOUND");
    const { borrowerId, amount } = loan;
    if (borrowerId === actor) throw refuse("SELF_ACTION");
    if (loan.status !== "PENDING_APPROVAL") throw refuse("WRONG_STATE");
    if ((await ledger.get(keys.user(borrowerId)))?.status !== "ACTIVE") throw refuse("USER_NOT_ACTIVE");
    if (await isFrozen(ledger, borrowerId)) throw refuse("ACCOUNT_FROZEN");
    if (!(await isTrusted(ledger, borrowerId))) throw refuse("TRUST_TOO_LOW");
    const paid = await payFromPool(ledger, "LOAN", borrowerId, BigInt(amount));
    if (paid === "POOL_EXHAUSTED") throw refuse(paid);

    const dueAt = now + (await parametersOf(ledger)).loanTermSeconds;
    ledger.put(keys.loan(loanId), { ...loan, status: "ACTIVE", outstanding: amount, approvedAt: now, dueAt });
    const [fromStored, minted] = [String(paid.fromStored), String(paid.minted)];
    const approved = { loanId, borrowerId, amount, fromStored, minted, approvedBy: actor, dueAt };
    return emits(happened.LoanApproved(approved), ...ledger.accounts.changed(), ...ledger.accounts.credited());
  },

  async rejectLoan(ledger, { loanId, reason }, { actor, refuse, emits }) {
    const loan = await ledger.get(keys.loan(loanId));
    if (!loan) throw refuse("NOT_FOUND");
    const { borrowerId, amount } = loan;
    if (borrowerId === actor) throw refuse("SELF_ACTION");
    if (loan.status !== "PENDING_APPROVAL") throw refuse("WRONG_STATE");

    ledger.put(keys.loan(loanId), { ...loan, status: "REJECTED" });
    await owe(ledger, borrowerId, BigInt(amount), true);
    return emits(happened.LoanRejected({ loanId, borrowerId, rejectedBy: actor, reason }));
  },

  async repayLoan(ledger, { loanId, amount }, { actor, now, refuse, emits }) {
    const loan = await ledger.get(keys.loan(loanId));
    if (!loan) throw refuse("NOT_FOUND");
    if (loan.borrowerId !== actor) throw refuse("ACTOR_NOT_ALLOWED");
    if (loan.status !== "ACTIVE" && loan.status !== "DEFAULTED") throw refuse("WRONG_STATE");
    const account = await accountOf(ledger, actor);
    if (account.frozen) throw refuse("ACCOUNT_FROZEN");
    const left = BigInt(loan.outstanding) - BigInt(amount);
    if (left < 0n) throw refuse("REPAYMENT_EXCEEDS_DEBT");
    if (BigInt(account.stored) < BigInt(amount)) throw refuse("INSUFFICIENT_FUNDS");

    const outstanding = String(left);
    await ledger.accounts.debit(actor, BigInt(amount));
    await ledger.accounts.creditAny(POOL, BigInt(amount));
    ledger.put(keys.loan(loanId), { ...loan, outstanding, ...(left === 0n ? { status: "REPAID" } : {}) });
    await owe(ledger, actor, BigInt(amount), left === 0n);
    return emits(
      happened.LoanRepaymentReceived({ loanId, borrowerId: actor, amount, outstanding }),
      ...ledger.accounts.changed(),
      ...ledger.accounts.credited(),
      ...(left === 0n ? await repaid(ledger, loan, now) : []),
    );
  },

  async markLoanDefaulted(ledger, { loanId }, { now, refuse, emits }) {
    const loan = await ledger.get(keys.loan(loanId));
    if (!loan) throw refuse("NOT_FOUND");
    if (loan.status !== "ACTIVE") throw refuse("WRONG_STATE");
    if (now <= dueOf(loan)) throw refuse("NOT_DUE");

    const { borrowerId, outstanding } = loan;
    ledger.put(keys.loan(loanId), { ...loan, status: "DEFAULTED" });
    const defaulted = happened.LoanDefaulted({ loanId, borrowerId, outstanding, trustEffect: DEFAULTED });
    return emits(defaulted, await trusted(ledger, borrowerId, DEFAULTED));
  },
} satisfies RulesOf<Catalogue["loanpool"]>;

/** The last repayment of a loan counts for the trust only where the loan was not marked as defaulted. */
async function repaid(state: State, loan: Loan, now: number) {
  const { loanId, borrowerId, status } = loan;
  if (status === "DEFAULTED") return [happened.LoanRepaid({ loanId, borrowerId, trustEffect: 0 })];
  const trustEffect = effectOf(now, dueOf(loan));
  return [happened.LoanRepaid({ loanId, borrowerId, trustEffect }), await trusted(state, borrowerId, trustEffect)];
}

/** Points of trust for a loan of which the rest is repaid at `now`. */
function effectOf(now: number, dueAt: number): number {
  if (now < dueAt - 30 * DAY) return 15;
  if (now <= dueAt) return 10;
  if (now < dueAt + 30 * DAY) return -10;
  return now <= dueAt + 90 * DAY ? -25 : DEFAULTED;
}

async function trusted(state: State, userId: string, effect: number) {
  const trust = withLoanEffect(await trustOf(state, userId), effect);
  state.put(keys.trust(userId), trust);
  return trustChanged(userId, trust);
}

function dueOf({ loanId, dueAt }: Loan): number {
  if (dueAt === null) throw new Error(`loan ${loanId} was paid out without a due date`);
  return dueAt;
}

const debtOf = async (state: State, userId: string) =>
  (await state.get(keys.borrower(userId))) ?? { openLoans: 0, owed: "0" };

/** Takes what is no longer owed from the borrower's sum, and the loan from those that are open when it ends. */
async function owe(state: State, userId: string, less: bigint, ended: boolean): Promise<void> {
  const { openLoans, owed } = await debtOf(state, userId);
  state.put(keys.borrower(userId), { openLoans: openLoans - (ended ? 1 : 0), owed: String(BigInt(owed) - less) });
}

const isTrusted = async (state: State, userId: string) =>
  scoreOf(await trustOf(state, userId)) >= (await parametersOf(state)).loanMinTrust;

const isFrozen = async (state: State, userId: string) => (await accountOf(state, userId)).frozen;
