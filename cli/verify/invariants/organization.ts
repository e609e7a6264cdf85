// Organizations and their multi-signature transactions.
import type { Row, State } from "../state.js";
import { valuesOf, type Invariants, type Must } from "./invariant.js";

export const organizationInvariants: Invariants = {
  sentences: {
    15: "organizations are endorsed by all their stakeholders and have rules",
    16: "multi-signature transactions are paid once, by enough approvals",
  },
  check: (state, must) => {
    const rules = rulesByOrganization(state);
    for (const row of valuesOf(state, "organization")) checkOrganization(row, rules.get(idOf(row)) ?? [], must);
    for (const row of valuesOf(state, "multi_sig_tx")) checkMultiSigTx(row, must);
  },
};

const idOf = (row: Row) => row["id"] ?? "";
const listOf = (row: Row, column: string) => (row[column] ?? "").split(",").filter(Boolean);
const within = (ids: readonly string[], of: readonly string[]) => ids.every((id) => of.includes(id));
const distinct = (ids: readonly string[]) => new Set(ids).size === ids.length;

function rulesByOrganization(state: State): Map<string, Row[]> {
  const rules = new Map<string, Row[]>();
  for (const row of valuesOf(state, "auth_rule")) {
    const id = row["organization_id"] ?? "";
    rules.set(id, [...(rules.get(id) ?? []), row]);
  }
  return rules;
}

function checkOrganization(row: Row, rules: readonly Row[], must: Must): void {
  if (row["status"] === "PENDING_ENDORSEMENT") return;
  const [id, stakeholders, endorsements] = [idOf(row), listOf(row, "stakeholders"), listOf(row, "endorsements")];
  const endorsed = within(stakeholders, endorsements) && within(endorsements, stakeholders) && distinct(endorsements);
  must(15, endorsed, `${id} is ${row["status"]}, but not endorsed by exactly its stakeholders`);
  must(15, rules.length > 0, `${id} is ${row["status"]}, but has no rule`);
  for (const rule of rules) {
    must(15, within(listOf(rule, "approver_group"), stakeholders), `rule ${rule["rule_id"]} of ${id} names outsiders`);
  }
}

function checkMultiSigTx(row: Row, must: Must): void {
  const [id, approvals] = [idOf(row), listOf(row, "approvals")];
  const sound = within(approvals, listOf(row, "approver_group")) && distinct(approvals);
  must(16, sound, `${id} has approvals that are not of its group, or twice the same`);
  const enough = approvals.length >= Number(row["required"]);
  const settled = row["status"] === "EXECUTED" || row["status"] === "FAILED";
  must(16, enough === settled, `${id} is ${row["status"]} with ${approvals.length} of ${row["required"]} approvals`);
  must(16, (row["failure_code"] !== null) === (row["status"] === "FAILED"), `failure of ${id}`);
}
