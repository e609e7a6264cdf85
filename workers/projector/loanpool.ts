// Loans, what was repaid, borrowers as far as a loan depends on them, and the loan pool with its counters.
import { changesOf, type Projection } from "./change.js";

const { put, append, patch, add } = changesOf("loanpool");

const ACCOUNT = "SYSTEM_LOAN_POOL";
const COUNTER = "MINTED_LOAN";
const pool = { id: "LOAN" } as const;

/** Organizations do not borrow. */
const freeze = (accountId: string, frozen: boolean) =>
  accountId.startsWith("org_") ? [] : [patch("borrower", { id: accountId }, { frozen })];

export const loanpool = {
  SystemBootstrapped: () => [
    put("loanPool", {
      ...{ ...pool, stored: 0n, pending: 0n, minted: 0n },
      ...{ lent: 0n, activeLoans: 0n, minTrust: 0n, paused: false },
    }),
  ],
  SystemParameterUpdated: ({ parameterId, value }) =>
    parameterId === "loanMinTrust" ? [patch("loanPool", pool, { minTrust: BigInt(value) })] : [],
  SystemPaused: () => [patch("loanPool", pool, { paused: true })],
  SystemResumed: () => [patch("loanPool", pool, { paused: false })],
  BalanceChanged: ({ accountId, balance }) => {
    if (accountId === ACCOUNT) return [patch("loanPool", pool, { stored: BigInt(balance) })];
    return accountId === COUNTER ? [patch("loanPool", pool, { minted: BigInt(balance) })] : [];
  },
  AccountCredited: ({ accountId, amount }) =>
    accountId === ACCOUNT ? [add("loanPool", pool, { pending: BigInt(amount) })] : [],
  DeltasFolded: ({ accountId, amount, stored }) =>
    accountId === ACCOUNT
      ? [patch("loanPool", pool, { stored: BigInt(stored) }), add("loanPool", pool, { pending: -BigInt(amount) })]
      : [],
  UserCreated: ({ userId, status, trustScore }) => [put("borrower", { id: userId, status, trustScore, frozen: false })],
  UserLocked: ({ userId }) => [patch("borrower", { id: userId }, { status: "LOCKED" })],
  UserUnlocked: ({ userId }) => [patch("borrower", { id: userId }, { status: "ACTIVE" })],
  TrustScoreChanged: ({ userId, score }) => [patch("borrower", { id: userId }, { trustScore: score })],
  WalletFrozen: ({ accountId }) => freeze(accountId, true),
  WalletUnfrozen: ({ accountId }) => freeze(accountId, false),
  LoanApplied: ({ loanId, borrowerId, amount, collateralHash, purposeHash, at }, place) => [
    put("loan", {
      ...{ id: loanId, borrowerId, amount: BigInt(amount), outstanding: 0n, status: "PENDING_APPROVAL" },
      ...{ collateralHash, purposeHash, appliedAt: at, approvedAt: null, dueAt: null, closedAt: null },
      ...{ decidedBy: null, rejectionReason: null, position: place.position() },
    }),
  ],
  LoanApproved: ({ loanId, amount, approvedBy, dueAt, at }) => [
    patch(
      "loan",
      { id: loanId },
      { status: "ACTIVE", outstanding: BigInt(amount), approvedAt: at, dueAt, decidedBy: approvedBy },
    ),
    add("loanPool", pool, { lent: BigInt(amount), activeLoans: 1n }),
  ],
  LoanRejected: ({ loanId, rejectedBy, reason, at }) => [
    patch("loan", { id: loanId }, { status: "REJECTED", closedAt: at, decidedBy: rejectedBy, rejectionReason: reason }),
  ],
  LoanRepaymentReceived: ({ loanId, amount, outstanding, at }, place) => [
    append("repayment", {
      ...{ position: place.position(), loanId, amount: BigInt(amount), outstanding: BigInt(outstanding), at },
    }),
    patch("loan", { id: loanId }, { outstanding: BigInt(outstanding) }),
    add("loanPool", pool, { lent: -BigInt(amount) }),
  ],
  LoanRepaid: ({ loanId, trustEffect, at }) => [
    patch("loan", { id: loanId }, { status: "REPAID", closedAt: at }),
    // Without an effect it was defaulted, and is not among the active ones any more.
    ...(trustEffect === 0 ? [] : [add("loanPool", pool, { activeLoans: -1n })]),
  ],
  LoanDefaulted: ({ loanId }) => [
    patch("loan", { id: loanId }, { status: "DEFAULTED" }),
    add("loanPool", pool, { activeLoans: -1n }),
  ],
} satisfies Projection<"loanpool">;
