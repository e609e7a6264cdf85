// Friends, guardians, recoveries, users who are locked.
import { identity } from "../../catalogue/events/identity.js";
import type { Person } from "./people.js";
import type { Happening, Story } from "./happening.js";

const WEEK = 604_800;
const GUARDIANS = 3;

/** `users`: how many persons there will be. */
export function identities(users: number): Happening[] {
  const friends = new Uint16Array(users);
  const locked = new Set<string>();
  const trust = ({ id: userId, index }: Person) => {
    const known = (friends[index] ?? 0) + 1;
    friends[index] = known;
    const score = 10 + Math.min(10, known);
    const counts = { parents: 0, spouses: 0, siblings: 0, children: 0, friends: known };
    return identity.TrustScoreChanged({ userId, score, relationshipScore: score, loanAdjustment: 0, ...counts });
  };
  /** One request in ten is to the busy person; most are confirmed, some rejected, some wait for ever. */
  const befriend = ({ chain, random, somebody, busy }: Story) => {
    const subject = somebody();
    const object = random.chance(0.1) ? busy : somebody();
    if (subject.index === object.index) return;
    const relationshipId = chain.nextId();
    const what = { relationshipId, subjectId: subject.id, objectId: object.id, type: "FRIEND" } as const;
    chain.commit("identity.requestRelationship", subject.id, [identity.RelationshipRequested(what)]);
    const answer = random.next();
    if (answer < 0.6) {
      const confirmed = [identity.RelationshipConfirmed(what), trust(subject), trust(object)];
      chain.commit("identity.confirmRelationship", object.id, confirmed);
    } else if (answer < 0.75) {
      const rejected = identity.RelationshipRejected({ relationshipId, rejectedBy: object.id });
      chain.commit("identity.rejectRelationship", object.id, [rejected]);
    }
  };
  return [
    { often: 60, happen: befriend },
    { often: 6, happen: guarded },
    { often: 1.5, happen: (story) => lock(story, locked) },
  ];
}

/** The busy person is a guardian of many, and loses what identifies it now and then. */
function guarded(story: Story): void {
  const { chain, random, somebody, busy } = story;
  const user = random.chance(0.1) ? busy : somebody();
  const found = [...(user.index === busy.index ? [] : [busy]), ...Array.from({ length: GUARDIANS }, somebody)];
  const guardians = [...new Set(found.filter(({ index }) => index !== user.index).map(({ id }) => id))];
  if (guardians.length < GUARDIANS) return;
  chain.commit("identity.nominateGuardians", user.id, [identity.GuardiansNominated({ userId: user.id, guardians })]);
  if (random.chance(0.3)) recovery(story, user, guardians);
}

function recovery({ chain, random }: Story, { id: userId }: Person, guardians: readonly string[]): void {
  const [initiatorId = "", guardianId = ""] = guardians;
  const sessionId = chain.nextId();
  const required = Math.floor(guardians.length / 2) + 1;
  const opened = { sessionId, userId, initiatorId, guardians: [...guardians], required, expiresAt: chain.at + WEEK };
  chain.commit("identity.initiateRecovery", initiatorId, [identity.RecoveryInitiated(opened)]);
  if (random.chance(0.3)) {
    chain.commit("identity.cancelRecovery", userId, [identity.RecoveryCancelled({ sessionId, userId })]);
    return;
  }
  const confirmed = identity.RecoveryConfirmed({ sessionId, guardianId, confirmations: 2, required });
  const completed = required === 2 ? [identity.RecoveryCompleted({ sessionId, userId })] : [];
  chain.commit("identity.confirmRecovery", guardianId, [confirmed, ...completed]);
}

function lock({ chain, random, somebody, admin }: Story, locked: Set<string>): void {
  const { id: userId } = somebody();
  if (locked.has(userId)) return;
  const reason = "COMPLIANCE_REVIEW";
  chain.commit("identity.lockUser", admin, [identity.UserLocked({ userId, reason })]);
  if (random.chance(0.5)) chain.commit("identity.unlockUser", admin, [identity.UserUnlocked({ userId })]);
  else locked.add(userId);
}
