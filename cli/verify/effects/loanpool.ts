// What events mean for loans, repayments, borrowers and the loan pool.
import { ms, type Effects } from "./effect.js";
import type { State } from "../state.js";

export const loanpoolEffects = (state: State) => {
  const pool = (cells: Readonly<Record<string, string>>) => state.patch("loan_pool", "LOAN", { ...cells });
  const count = (column: "pending" | "lent" | "active_loans", by: bigint) =>
    state.bump("loan_pool", "LOAN", column, by);
  const loan = (id: string, cells: Readonly<Record<string, string | null>>) => state.patch("loan", id, { ...cells });
  const frozen = (accountId: string, is: string) => {
    if (!accountId.startsWith("org_")) state.patch("borrower", accountId, { frozen: is });
  };
  return {
    SystemBootstrapped: () =>
      state.put("loan_pool", {
        ...{ id: "LOAN", stored: "0", pending: "0", minted: "0", lent: "0", active_loans: "0" },
        ...{ min_trust: "0", paused: "false" },
      }),
    SystemPaused: () => pool({ paused: "true" }),
    SystemResumed: () => pool({ paused: "false" }),
    SystemParameterUpdated: ({ parameterId, value }) => {
      if (parameterId === "loanMinTrust") pool({ min_trust: String(value) });
    },
    BalanceChanged: ({ accountId, balance }) => {
      if (accountId === "SYSTEM_LOAN_POOL") pool({ stored: balance });
      if (accountId === "MINTED_LOAN") pool({ minted: balance });
    },
    AccountCredited: ({ accountId, amount }) => {
      if (accountId === "SYSTEM_LOAN_POOL") count("pending", BigInt(amount));
    },
    DeltasFolded: ({ accountId, amount, stored }) => {
      if (accountId !== "SYSTEM_LOAN_POOL") return;
      pool({ stored });
      count("pending", -BigInt(amount));
    },
    UserCreated: ({ userId, status, trustScore }) =>
      state.put("borrower", { id: userId, status, trust_score: String(trustScore), frozen: "false" }),
    UserLocked: ({ userId }) => state.patch("borrower", userId, { status: "LOCKED" }),
    UserUnlocked: ({ userId }) => state.patch("borrower", userId, { status: "ACTIVE" }),
    TrustScoreChanged: ({ userId, score }) => state.patch("borrower", userId, { trust_score: String(score) }),
    WalletFrozen: ({ accountId }) => frozen(accountId, "true"),
    WalletUnfrozen: ({ accountId }) => frozen(accountId, "false"),
    LoanApplied: ({ loanId, borrowerId, amount, collateralHash, purposeHash, at }, { position }) =>
      state.put("loan", {
        ...{ id: loanId, borrower_id: borrowerId, amount, outstanding: "0", status: "PENDING_APPROVAL", position },
        ...{ collateral_hash: collateralHash, purpose_hash: purposeHash, applied_at: ms(at), approved_at: null },
        ...{ due_at: null, closed_at: null, decided_by: null, rejection_reason: null },
      }),
    LoanApproved: ({ loanId, amount, approvedBy, dueAt, at }) => {
      loan(loanId, { status: "ACTIVE", outstanding: amount, decided_by: approvedBy });
      loan(loanId, { approved_at: ms(at), due_at: ms(dueAt) });
      count("lent", BigInt(amount));
      count("active_loans", 1n);
    },
    LoanRejected: ({ loanId, rejectedBy, reason, at }) =>
      loan(loanId, { status: "REJECTED", closed_at: ms(at), decided_by: rejectedBy, rejection_reason: reason }),
    LoanRepaymentReceived: ({ loanId, amount, outstanding, at }, { position }) => {
      state.log("repayment", { position, loan_id: loanId, amount, outstanding, at: ms(at) });
      loan(loanId, { outstanding });
      count("lent", -BigInt(amount));
    },
    LoanRepaid: ({ loanId, at }) => {
      if (state.rows.loan.get(loanId)?.["status"] === "ACTIVE") count("active_loans", -1n);
      loan(loanId, { status: "REPAID", closed_at: ms(at) });
    },
    LoanDefaulted: ({ loanId }) => {
      loan(loanId, { status: "DEFAULTED" });
      count("active_loans", -1n);
    },
  } satisfies Effects;
};
