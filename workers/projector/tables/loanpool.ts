// Loans, repayments, borrowers and the one loan pool.
import { table } from "./table.js";

export const loanpool = {
  loan: table(["id"], {
    id: "uuid",
    borrowerId: "uuid",
    amount: "bigint",
    outstanding: "bigint",
    status: "text",
    collateralHash: "text",
    purposeHash: "text?",
    appliedAt: "timestamptz",
    approvedAt: "timestamptz?",
    dueAt: "timestamptz?",
    closedAt: "timestamptz?",
    decidedBy: "uuid?",
    rejectionReason: "text?",
    position: "text",
  }),
  repayment: table(["position"], {
    position: "text",
    loanId: "uuid",
    amount: "bigint",
    outstanding: "bigint",
    at: "timestamptz",
  }),
  borrower: table(["id"], { id: "uuid", status: "text", trustScore: "integer", frozen: "boolean" }),
  loanPool: table(["id"], {
    id: "text",
    stored: "bigint",
    pending: "bigint",
    minted: "bigint",
    lent: "bigint",
    activeLoans: "bigint",
    minTrust: "bigint",
    paused: "boolean",
  }),
} as const;
