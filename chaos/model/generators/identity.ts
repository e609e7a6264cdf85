// Commands about persons (protocol.md 7 and 12).
import type { Draw } from "../draw.js";
import type { Person, Relationship, Session, World } from "../world.js";
import {
  anyAdmin,
  itself,
  locked,
  otherAdmin,
  PARTNER,
  persons,
  reason,
  userId,
  type Asking,
  type Following,
  type Generator,
  type Generators,
} from "./generator.js";

const countryFor = (world: World, draw: Draw): string => draw.pick(world.countries, ({ code }) => code)?.code ?? "NG";

const createUser: Generator = (world, draw) => {
  const free = persons.filter((id) => !world.has(`user~${id}`));
  const newcomer = (draw.chance(0.6) ? draw.pick(free, itself) : undefined) ?? draw.uuid();
  const known = draw.pick(world.people, userId);
  const open = draw.pick(
    world.sessions.filter(({ status }) => status === "OPEN"),
    ({ sessionId }) => sessionId,
  );
  const ageYears = draw.chance(0.4) ? draw.one(0, 11, 12, 13, 73, 74, 150) : draw.between(13, 73);
  const input = { userId: newcomer, biometricHash: draw.hash(), nationality: countryFor(world, draw), ageYears };
  if (open && draw.chance(0.05)) return { actor: PARTNER, input: { ...input, biometricHash: open.newBiometricHash } };
  if (!draw.odd || !known) return { actor: PARTNER, input };
  const wrong = draw.one<object>(
    { userId: known.userId },
    { biometricHash: known.biometricHash },
    { nationality: "QQ" },
  );
  return { actor: PARTNER, input: { ...input, ...wrong } };
};

const lockUser: Generator = (world, draw) => {
  const actor = anyAdmin(world, draw);
  const undone = (id: string) => ({
    command: "identity.unlockUser",
    actor: otherAdmin(world, draw, id),
    input: { userId: id },
  });
  const input = (id: string | undefined) =>
    id && { actor, input: { userId: id, reason: reason(draw) }, then: () => (draw.chance(0.3) ? [undone(id)] : []) };
  if (draw.odd) return input(draw.chance(0.4) ? draw.uuid() : locked(world)[0]?.userId) || undefined;
  if (locked(world).length > world.active.length / 4) return undefined;
  return input(draw.pick(world.active, userId)?.userId) || undefined;
};

const unlockUser: Generator = (world, draw) => {
  const wanted = draw.odd ? draw.pick(world.people, userId) : draw.pick(locked(world), userId);
  if (!wanted) return undefined;
  const oneself = draw.odd && world.admins.includes(wanted.userId);
  const actor = oneself ? wanted.userId : otherAdmin(world, draw, wanted.userId);
  return { actor, input: { userId: draw.odd && draw.chance(0.3) ? draw.uuid() : wanted.userId } };
};

const pairKey = (a: string, b: string) => (a < b ? `pair~${a}~${b}` : `pair~${b}~${a}`);

const requestRelationship: Generator = (world, draw) => {
  const subject = draw.pick(world.active, userId);
  if (!subject) return undefined;
  const isFree = ({ userId: id }: Person) => id !== subject.userId && !world.has(pairKey(id, subject.userId));
  const free = draw.pick(world.active.filter(isFree), userId)?.userId;
  const bound = world.active.find(({ userId: id }) => world.has(pairKey(id, subject.userId)))?.userId;
  const wrong = [subject.userId, draw.uuid(), locked(world)[0]?.userId, bound].filter((id) => id !== undefined);
  const objectId = draw.odd ? draw.pick(wrong, itself) : free;
  const type = draw.one("PARENT", "CHILD", "SPOUSE", "SIBLING", "FRIEND");
  if (objectId === undefined) return undefined;
  const then = (relationshipId: string) => {
    const verb = draw.one("confirm", "confirm", "reject");
    return [{ command: `identity.${verb}Relationship`, actor: objectId, input: { relationshipId } }];
  };
  return { actor: subject.userId, input: { objectId, type }, then };
};

const idOfRelationship = ({ relationshipId }: Relationship) => relationshipId;
const pending = ({ relationships }: World) => relationships.filter(({ status }) => status === "PENDING");

const confirmRelationship: Generator = (world, draw) => {
  const open = pending(world);
  const sound = open.filter(({ subjectId, objectId }) => world.isActive(subjectId) && world.isActive(objectId));
  const chosen = draw.pick(draw.odd ? world.relationships : sound, idOfRelationship);
  if (!chosen) return draw.odd ? aboutRelationship(world, draw, draw.uuid()) : undefined;
  const { relationshipId, subjectId, objectId } = chosen;
  return { actor: draw.odd && draw.chance(0.3) ? subjectId : objectId, input: { relationshipId } };
};

const rejectRelationship: Generator = (world, draw) => {
  const chosen = draw.pick(draw.odd ? world.relationships : pending(world), idOfRelationship);
  if (!chosen) return draw.odd ? aboutRelationship(world, draw, draw.uuid()) : undefined;
  const { relationshipId, subjectId, objectId } = chosen;
  if (draw.odd && draw.chance(0.4)) return aboutRelationship(world, draw, relationshipId);
  return { actor: draw.one(subjectId, objectId), input: { relationshipId } };
};

function aboutRelationship(world: World, draw: Draw, relationshipId: string): Asking | undefined {
  const actor = draw.pick(world.active, userId)?.userId;
  return actor === undefined ? undefined : { actor, input: { relationshipId } };
}

// ---------------------------------------------------------------- guardians and recovery

const isOpen = (world: World) => (session: Session) => session.status === "OPEN" && world.now < session.expiresAt;
const openFor = (world: World, id: string) => world.sessions.filter(isOpen(world)).some((one) => one.userId === id);

const nominateGuardians: Generator = (world, draw) => {
  const able = world.active.filter((person) => draw.odd || !openFor(world, person.userId));
  const actor = draw.pick(able, userId)?.userId;
  if (actor === undefined) return undefined;
  const others = world.active.map(userId).filter((id) => id !== actor);
  const guardians = draw.some(others, draw.between(3, 5), itself);
  if (guardians.length < 3) return undefined;
  if (draw.odd) {
    const wrong = [actor, draw.uuid(), locked(world)[0]?.userId].filter((id) => id !== undefined);
    guardians[0] = draw.pick(wrong, itself) ?? actor;
  }
  return { actor, input: { guardians: [...new Set(guardians)] } };
};

const initiateRecovery: Generator = (world, draw) => {
  const guarded = world.people.filter(({ guardians }) => guardians.some(world.isActive));
  const free = guarded.filter((person) => !openFor(world, person.userId));
  const user = draw.pick(draw.odd ? guarded : free, userId);
  if (!user) return undefined;
  const sound = { userId: user.userId, newBiometricHash: draw.hash() };
  const stranger = draw.pick(world.active, userId)?.userId ?? "";
  const guardian = draw.pick(user.guardians.filter(world.isActive), itself) ?? stranger;
  const others = user.guardians.filter((id) => id !== guardian && world.isActive(id)).slice(0, 1);
  if (!draw.odd) return { actor: guardian, input: sound, then: (id) => followed(draw, id, user.userId, others) };
  if (draw.chance(0.3)) return { actor: stranger, input: sound };
  const wrong = draw.one<object>({ userId: draw.uuid() }, { newBiometricHash: user.biometricHash }, {});
  return { actor: guardian, input: { ...sound, ...wrong } };
};

/** The user cancels, or another guardian confirms. */
function followed(draw: Draw, sessionId: string, user: string, guardians: readonly string[]): readonly Following[] {
  if (draw.chance(0.45)) return [{ command: "identity.cancelRecovery", actor: user, input: { sessionId } }];
  return guardians.map((actor) => ({ command: "identity.confirmRecovery", actor, input: { sessionId } }));
}

const idOfSession = ({ sessionId }: Session) => sessionId;

const confirmRecovery: Generator = (world, draw) => {
  const session = draw.pick(draw.odd ? world.sessions : world.sessions.filter(isOpen(world)), idOfSession);
  const stranger = draw.pick(world.active, userId)?.userId;
  if (!session || stranger === undefined) {
    return draw.odd && stranger !== undefined ? { actor: stranger, input: { sessionId: draw.uuid() } } : undefined;
  }
  const { sessionId, guardians, confirmations } = session;
  const left = guardians.filter((id) => world.isActive(id) && !confirmations.includes(id));
  const who = draw.odd ? draw.one(left, confirmations.filter(world.isActive), [stranger]) : left;
  const actor = draw.pick(who, itself);
  return actor === undefined ? undefined : { actor, input: { sessionId } };
};

const cancelRecovery: Generator = (world, draw) => {
  const able = world.sessions.filter((session) => world.isActive(session.userId));
  const session = draw.pick(draw.odd ? able : able.filter(isOpen(world)), idOfSession);
  if (!session) return undefined;
  const stranger = draw.pick(world.active, userId)?.userId ?? session.userId;
  const actor = draw.odd && draw.chance(0.4) ? stranger : session.userId;
  return { actor, input: { sessionId: draw.odd && draw.chance(0.2) ? draw.uuid() : session.sessionId } };
};

export const identity = {
  createUser,
  lockUser,
  unlockUser,
  requestRelationship,
  confirmRelationship,
  rejectRelationship,
  nominateGuardians,
  initiateRecovery,
  confirmRecovery,
  cancelRecovery,
} satisfies Generators;
