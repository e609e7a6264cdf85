// Loans.
import { each, pairs, type Questions } from "./question.js";

export const loanpoolQuestions: Questions = ({ rows }) =>
  each(rows.loan, (id) => ({
    ...{ check: "ledger loans", what: id, name: "loan", args: { loanId: id } },
    expected: (answer) =>
      pairs(answer, rows.loan.get(id), {
        ...{ borrowerId: "borrower_id", amount: "amount", outstanding: "outstanding", status: "status" },
        ...{ collateralHash: "collateral_hash", purposeHash: "purpose_hash" },
        ...{ appliedAt: "@applied_at", approvedAt: "@approved_at", dueAt: "@due_at" },
      }),
  }));
