// Organizations and their multi-signature transactions.
import type { Cell, State } from "../state.js";
import { cell, each, pairs, type Answer, type Question, type Questions } from "./question.js";

export const organizationQuestions: Questions = (state) => {
  const rulesIn = ruleCounts(state);
  return [
    ...each(state.rows.organization, (id) => organizationOf(state, id, rulesIn)),
    ...each(state.rows.multi_sig_tx, (id) => multiSigTxOf(state, id)),
  ];
};

/** How many rules an organization has; counted anew when there are more, for rules never go. */
function ruleCounts({ rows }: State): (organizationId: string) => number {
  let [size, counts] = [0, new Map<Cell | undefined, number>()];
  return (organizationId) => {
    if (rows.auth_rule.size !== size) {
      [size, counts] = [rows.auth_rule.size, new Map()];
      for (const { organization_id: id } of rows.auth_rule.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts.get(organizationId) ?? 0;
  };
}

const organizationOf = (
  { rows }: State,
  organizationId: string,
  rulesIn: (organizationId: string) => number,
): Question => ({
  ...{ check: "ledger organizations", what: organizationId, name: "organization", args: { organizationId } },
  expected: (answer) => [
    ...pairs(answer, rows.organization.get(organizationId), {
      ...{ name: "name", type: "type", country: "country", status: "status", createdAt: "@proposed_at" },
      ...{ stakeholders: "stakeholders", endorsements: "endorsements", proposerId: "proposer_id" },
    }),
    ["rules", cell(rulesOf(answer).length), cell(rulesIn(organizationId))],
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
