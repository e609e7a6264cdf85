// Rules of organizations up to their activation, and their lock (protocol.md 8).
import { organization as happened } from "../catalogue/events/organization.js";
import type { Catalogue } from "../catalogue/index.js";
import { authRuleFault, withRule } from "./auth-rules.js";
import { multiSigTransactions } from "./multisig.js";
import type { State } from "./overlay.js";
import type { RulesOf } from "./rule.js";
import { keys, type Organization } from "./state.js";

export const organization = {
  ...multiSigTransactions,

  async proposeOrganization(ledger, input, { id, actor, now, refuse, emits }) {
    if (!input.stakeholders.includes(actor)) throw refuse("ACTOR_NOT_ALLOWED");
    const obstacle = await foundingObstacle(ledger, input);
    if (obstacle) throw refuse(obstacle);
    // Proposing is the proposer's endorsement.
    return emits(founded(ledger, { ...input, organizationId: id, proposerId: actor, endorsements: [actor] }, now));
  },

  async proposeGovernmentOrganization(ledger, input, { id, actor, now, refuse, emits }) {
    const obstacle = await foundingObstacle(ledger, input);
    if (obstacle) throw refuse(obstacle);
    const government = { ...input, organizationId: id, type: "GOVERNMENT" } as const;
    return emits(founded(ledger, { ...government, proposerId: actor, endorsements: [] }, now));
  },

  async endorseMembership(ledger, { organizationId }, { actor, refuse, emits }) {
    const found = await ledger.get(keys.organization(organizationId));
    if (!found) throw refuse("NOT_FOUND");
    if (!found.stakeholders.includes(actor)) throw refuse("ACTOR_NOT_ALLOWED");
    if (found.status !== "PENDING_ENDORSEMENT") throw refuse("WRONG_STATE");
    if (found.endorsements.includes(actor)) throw refuse("ALREADY_ACTED");

    const endorsements = [...found.endorsements, actor];
    ledger.put(keys.organization(organizationId), { ...found, endorsements });
    return emits(happened.MembershipEndorsed({ organizationId, userId: actor, endorsements }));
  },

  async defineAuthRule(ledger, { organizationId, ...rule }, { actor, refuse, emits }) {
    const found = await ledger.get(keys.organization(organizationId));
    if (!found) throw refuse("NOT_FOUND");
    if (!found.stakeholders.includes(actor)) throw refuse("ACTOR_NOT_ALLOWED");
    if (found.status !== "PENDING_ENDORSEMENT") throw refuse("WRONG_STATE");
    const fault = authRuleFault(found, rule);
    if (fault) throw refuse(fault);

    // What the others endorsed is no longer what would be activated.
    const endorsements = [actor];
    ledger.put(keys.organization(organizationId), { ...found, rules: withRule(found.rules, rule), endorsements });
    return emits(happened.AuthRuleDefined({ organizationId, ...rule, endorsements }));
  },

  async activateOrganization(ledger, { organizationId }, { actor, refuse, emits }) {
    const found = await ledger.get(keys.organization(organizationId));
    if (!found) throw refuse("NOT_FOUND");
    if (!found.stakeholders.includes(actor)) throw refuse("ACTOR_NOT_ALLOWED");
    if (found.status !== "PENDING_ENDORSEMENT") throw refuse("WRONG_STATE");
    if (found.rules.length === 0) throw refuse("NO_RULE_DEFINED");
    if (found.endorsements.length < found.stakeholders.length) throw refuse("NOT_ALL_ENDORSED");

    const { name: organizationName, type, country } = found;
    const accountId = `org_${organizationId}`;
    ledger.put(keys.organization(organizationId), { ...found, status: "ACTIVE" });
    ledger.accounts.open({ accountId, kind: "ORGANIZATION", country });
    return emits(
      happened.OrganizationActivated({ organizationId, accountId, organizationName, type, country }),
      ...ledger.accounts.changed(),
    );
  },

  async lockOrganization(ledger, { organizationId, reason }, { refuse, emits }) {
    const found = await ledger.get(keys.organization(organizationId));
    if (!found) throw refuse("NOT_FOUND");
    if (found.status !== "ACTIVE") throw refuse("WRONG_STATE");
    ledger.put(keys.organization(organizationId), { ...found, status: "LOCKED" });
    return emits(happened.OrganizationLocked({ organizationId, reason }));
  },

  async unlockOrganization(ledger, { organizationId }, { refuse, emits }) {
    const found = await ledger.get(keys.organization(organizationId));
    if (!found) throw refuse("NOT_FOUND");
    if (found.status !== "LOCKED") throw refuse("WRONG_STATE");
    ledger.put(keys.organization(organizationId), { ...found, status: "ACTIVE" });
    return emits(happened.OrganizationUnlocked({ organizationId }));
  },
} satisfies RulesOf<Catalogue["organization"]>;

async function foundingObstacle(
  state: State,
  { country, stakeholders }: Pick<Organization, "country" | "stakeholders">,
): Promise<"COUNTRY_NOT_INITIALIZED" | "NOT_FOUND" | "USER_NOT_ACTIVE" | undefined> {
  if (!(await state.get(keys.country(country)))) return "COUNTRY_NOT_INITIALIZED";
  const users = await Promise.all(stakeholders.map((userId) => state.get(keys.user(userId))));
  if (users.includes(undefined)) return "NOT_FOUND";
  return users.every((user) => user?.status === "ACTIVE") ? undefined : "USER_NOT_ACTIVE";
}

type Founding = Omit<Organization, "rules" | "status" | "createdAt">;

/** Writes the organization as it begins, and says so. */
function founded(state: State, founding: Founding, now: number) {
  const { name: organizationName, ...proposed } = founding;
  state.put(keys.organization(founding.organizationId), {
    ...{ ...founding, rules: [], status: "PENDING_ENDORSEMENT", createdAt: now },
  });
  return happened.OrganizationProposed({ ...proposed, organizationName });
}
