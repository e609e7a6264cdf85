// Rules about who is what to whom (protocol.md 7.2): a request, and its confirmation or rejection. A confirmed one is final.
import type { RelationshipType } from "../catalogue/choices.js";
import type { Catalogue } from "../catalogue/index.js";
import { identity as happened } from "../catalogue/events/identity.js";
import type { State } from "./overlay.js";
import type { RulesOf } from "./rule.js";
import { keys, type Trust } from "./state.js";
import { trustChanged, trustOf } from "./trust.js";

type Ruled = "requestRelationship" | "confirmRelationship" | "rejectRelationship";

export const relationships = {
  async requestRelationship(ledger, { objectId, type }, { id: relationshipId, actor, now, refuse, emits }) {
    if (objectId === actor) throw refuse("SELF_ACTION");
    const object = await ledger.get(keys.user(objectId));
    if (!object) throw refuse("NOT_FOUND");
    if (object.status !== "ACTIVE") throw refuse("USER_NOT_ACTIVE");
    if (await ledger.get(keys.pair(actor, objectId))) throw refuse("DUPLICATE_RELATIONSHIP");

    const relationship = { relationshipId, subjectId: actor, objectId, type };
    ledger.put(keys.relationship(relationshipId), {
      ...{ ...relationship, status: "PENDING", requestedAt: now, decidedAt: null },
    });
    ledger.put(keys.pair(actor, objectId), relationshipId);
    return emits(happened.RelationshipRequested(relationship));
  },

  async confirmRelationship(ledger, { relationshipId }, { actor, now, refuse, emits }) {
    const relationship = await ledger.get(keys.relationship(relationshipId));
    if (!relationship) throw refuse("NOT_FOUND");
    const { subjectId, objectId, type } = relationship;
    if (objectId !== actor) throw refuse("ACTOR_NOT_ALLOWED");
    if (relationship.status !== "PENDING") throw refuse("WRONG_STATE");
    if ((await ledger.get(keys.user(subjectId)))?.status !== "ACTIVE") throw refuse("USER_NOT_ACTIVE");

    ledger.put(keys.relationship(relationshipId), { ...relationship, status: "CONFIRMED", decidedAt: now });
    const subject = await related(ledger, subjectId, type);
    const object = await related(ledger, objectId, inverses[type]);
    return emits(
      happened.RelationshipConfirmed({ relationshipId, subjectId, objectId, type }),
      trustChanged(subjectId, subject),
      trustChanged(objectId, object),
    );
  },

  async rejectRelationship(ledger, { relationshipId }, { actor, now, refuse, emits }) {
    const relationship = await ledger.get(keys.relationship(relationshipId));
    if (!relationship) throw refuse("NOT_FOUND");
    const { subjectId, objectId } = relationship;
    if (actor !== objectId && actor !== subjectId) throw refuse("ACTOR_NOT_ALLOWED");
    if (relationship.status !== "PENDING") throw refuse("WRONG_STATE");

    ledger.put(keys.relationship(relationshipId), { ...relationship, status: "REJECTED", decidedAt: now });
    ledger.delete(keys.pair(subjectId, objectId));
    return emits(happened.RelationshipRejected({ relationshipId, rejectedBy: actor }));
  },
} satisfies Pick<RulesOf<Catalogue["identity"]>, Ruled>;

/** What the subject is to the object, where the object is this to the subject. */
const inverses: Readonly<Record<RelationshipType, RelationshipType>> = {
  PARENT: "CHILD",
  CHILD: "PARENT",
  SPOUSE: "SPOUSE",
  SIBLING: "SIBLING",
  FRIEND: "FRIEND",
};

const counts = {
  PARENT: "parents",
  CHILD: "children",
  SPOUSE: "spouses",
  SIBLING: "siblings",
  FRIEND: "friends",
} as const satisfies Readonly<Record<RelationshipType, keyof Trust>>;

/** Counts one more relative or friend of a user. */
async function related(state: State, userId: string, type: RelationshipType): Promise<Trust> {
  const before = await trustOf(state, userId);
  const count = counts[type];
  const trust = { ...before, [count]: before[count] + 1 };
  state.put(keys.trust(userId), trust);
  return trust;
}
