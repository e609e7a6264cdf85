// How many of whom must approve a payment of an organization (protocol.md 8). Pure.
import type { AuthRule, Organization } from "./state.js";

const MOST_RULES = 10;

/** Why an organization cannot have this rule. */
export function authRuleFault(
  { stakeholders, rules }: Pick<Organization, "stakeholders" | "rules">,
  rule: AuthRule,
): "RULE_INVALID" | "LIMIT_EXCEEDED" | undefined {
  const others = rules.filter(({ ruleId }) => ruleId !== rule.ruleId);
  const sound =
    rule.approverGroup.every((userId) => stakeholders.includes(userId)) &&
    rule.requiredApprovers <= rule.approverGroup.length &&
    !others.some(({ amountAbove }) => amountAbove === rule.amountAbove);
  if (!sound) return "RULE_INVALID";
  return others.length < MOST_RULES ? undefined : "LIMIT_EXCEEDED";
}

/** A rule that is replaced keeps its place. */
export const withRule = (rules: readonly AuthRule[], rule: AuthRule): readonly AuthRule[] =>
  rules.some(({ ruleId }) => ruleId === rule.ruleId)
    ? rules.map((known) => (known.ruleId === rule.ruleId ? rule : known))
    : [...rules, rule];

/** The rule with the highest threshold below the amount (Qirat). */
export function ruleFor(rules: readonly AuthRule[], amount: bigint): AuthRule | undefined {
  return rules
    .filter(({ amountAbove }) => amount > BigInt(amountAbove))
    .reduce<AuthRule | undefined>(
      (best, rule) => (best && BigInt(best.amountAbove) > BigInt(rule.amountAbove) ? best : rule),
      undefined,
    );
}
