// Organizations and their multi-signature transactions.
import type { Cell, State } from "../state.js";
import { cell, each, pairs, type Answer, type Question, type Questions } from "./question.js";

export const organizationQuestions: Questions = (state) => [
  ...each(state.rows.organization, (id) => organizationOf(state, id)),
  ...each(state.rows.multi_sig_tx, (id) => multiSigTxOf(state, id)),
];

const organizationOf = ({ rows }: State, organizationId: string): Question => ({
  ...{ check: "ledger organizations", what: organizationId, name: "organization", args: { organizationId } },
  expected: (answer) => [
    ...pairs(answer, rows.organization.get(organizationId), {
      ...{ name: "name", type: "type", country: "country", status: "status", createdAt: "@proposed_at" },
      ...{ stakeholders: "stakeholders", endorsements: "endorsements", proposerId: "proposer_id" },
    }),
    ...rulesOf(answer).flatMap((rule) =>
      pairs(rule, rows.auth_rule.get(`${organizationId} ${cell(rule["ruleId"])}`), {
        ...{ ruleId: "rule_id", amountAbove: "amount_above" },
        ...{ requiredApprovers: "required_approvers", approverGroup: "approver_group" },
      }),
    ),
  ],
});

const rulesOf = (answer: Answer) => (answer?.["rules"] ?? []) as readonly Readonly<Record<string, Cell>>[];

const multiSigTxOf = ({ rows }: State, multiSigTxId: string): Question => ({
  ...{ check: "ledger multi-signature transactions", what: multiSigTxId, name: "multiSigTx", args: { multiSigTxId } },
  expected: (answer) =>
    pairs(answer, rows.multi_sig_tx.get(multiSigTxId), {
      ...{ organizationId: "organization_id", initiatorId: "initiator_id", to: "to_id", amount: "amount" },
      ...{ remark: "remark", ruleId: "rule_id", required: "required", approverGroup: "approver_group" },
      ...{ approvals: "approvals", status: "status", failureCode: "failure_code" },
    }),
});
