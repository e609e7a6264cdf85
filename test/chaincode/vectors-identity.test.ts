// The test vectors of protocol.md 18.4 and the rules of section 7, on the bundle that peers run, in `fabric-chaincode-node server`.
import { randomUUID } from "node:crypto";
import type { RelationshipType } from "../../catalogue/choices.js";
import type { RecoverySession, Relationship, Trust, User } from "../../chaincode/state.js";
import { relationshipScoreOf, scoreOf, withLoanEffect } from "../../chaincode/trust.js";
import {
  ADMIN,
  foundSystem,
  loadOf,
  named,
  randomHash,
  startLedger,
  transfer,
  verdict,
  weightOf,
  type Ask,
  type Ran,
  type TestLedger,
} from "./ledger.js";
import { inChildProcess } from "./wires.js";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger(inChildProcess);
});
beforeEach(async () => {
  ledger.peer.state.clear();
  await foundSystem(ledger);
});
afterAll(() => ledger.close());

const verdicts = ({ outcomes }: Ran) => outcomes.map(verdict);
const asks = (actor: string, command: string, input: Ask["input"], id: string = randomUUID()): Ask => ({
  ...{ id, actor, input },
  command: `identity.${command}`,
});
/** Runs commands of one transaction; what they touch stays below what the catalogue announces. */
async function run(...commands: Ask[]): Promise<Ran> {
  const ran = await ledger.run(...commands);
  expect(loadOf(ran)).toBeLessThanOrEqual(weightOf(commands));
  return ran;
}
/** The one outcome of one command. */
const met = async (actor: string, command: string, input: Ask["input"], id?: string) =>
  verdicts(await run(asks(actor, command, input, id)))[0];

function person(more: Partial<User> = {}): string {
  const userId = randomUUID();
  ledger.given({
    [`user~${userId}`]: {
      ...{ userId, nationality: "NG", ageYears: 30, biometricHash: randomHash(), status: "ACTIVE", guardians: [] },
      ...{ genesisPhase: null, createdAt: 1, ...more },
    },
    [`trust~${userId}`]: { parents: 0, spouses: 0, siblings: 0, children: 0, friends: 0, loanAdjustment: 0 },
  });
  return userId;
}
const people = (count: number) => Array.from({ length: count }, () => person());
const userOf = (userId: string) => ledger.at<User>(`user~${userId}`);
const trustOf = (userId: string) => ledger.at<Trust>(`trust~${userId}`);

/** Lets a person become related to new persons, each of whom confirms. */
async function relate(subject: string, ...types: RelationshipType[]): Promise<Ran> {
  const pairs = types.map((type) => ({ type, object: person(), relationshipId: randomUUID() }));
  const ran = await run(
    ...pairs.map(({ type, object, relationshipId }) =>
      asks(subject, "requestRelationship", { objectId: object, type }, relationshipId),
    ),
    ...pairs.map(({ object, relationshipId }) => asks(object, "confirmRelationship", { relationshipId })),
  );
  expect(new Set(verdicts(ran))).toEqual(new Set(["committed"]));
  return ran;
}

const many = (count: number, type: RelationshipType) => Array.from({ length: count }, () => type);
const R5: readonly RelationshipType[] = ["PARENT", "SPOUSE", "SIBLING"];

describe("trust (18.4)", () => {
  const effect = (userId: string, points: number) => {
    const trust = withLoanEffect(trustOf(userId) as Trust, points);
    ledger.given({ [`trust~${userId}`]: trust });
    return [scoreOf(trust), trust.loanAdjustment];
  };

  it.each<[string, readonly RelationshipType[], number, number]>([
    ["R2, one parent", ["PARENT"], 40, 40],
    ["R2, two parents", ["PARENT", "PARENT"], 40, 40],
    ["R3", many(3, "CHILD"), 20, 20],
    ["R4", ["PARENT", "SPOUSE"], 65, 65],
    ["R5", R5, 80, 80],
    ["R6", [...R5, "CHILD"], 90, 90],
    ["R7", [...R5, "CHILD", ...many(12, "FRIEND")], 100, 100],
    ["R8", ["SPOUSE", "CHILD", "CHILD", ...many(5, "FRIEND")], 50, 50],
  ])("%s", async (_, types, relationshipScore, score) => {
    const userId = person();
    const { outcomes } = await relate(userId, ...types);
    const told = outcomes.flatMap((outcome) => named(outcome, "TrustScoreChanged"));
    expect(told.findLast((event) => event["userId"] === userId)).toMatchObject({
      ...{ score, relationshipScore, ...trustOf(userId) },
    });
  });

  it("R1: a new person has 10", async () => {
    const userId = randomUUID();
    await ledger.run({
      ...{ command: "identity.createUser" },
      input: { userId, biometricHash: randomHash(), nationality: "NG", ageYears: 30 },
    });
    const trust = (await ledger.query("trust", { userId })) as Trust;
    expect([relationshipScoreOf(trust), scoreOf(trust)]).toEqual([10, 10]);
  });

  it("R9 and R10: R5, then +15, +10, -50, then a first child", async () => {
    const userId = person();
    await relate(userId, ...R5);
    expect([effect(userId, 15), effect(userId, 10), effect(userId, -50)]).toEqual([
      [95, 15],
      [100, 20],
      [50, -30],
    ]);
    const { outcomes } = await relate(userId, "CHILD");
    expect(named(outcomes[1], "TrustScoreChanged")[0]).toMatchObject({
      ...{ userId, relationshipScore: 90, loanAdjustment: -30, score: 60 },
    });
  });

  it("R11: R2, then -50", async () => {
    const userId = person();
    await relate(userId, "PARENT");
    expect(effect(userId, -50)).toEqual([0, -40]);
    expect(relationshipScoreOf(trustOf(userId) as Trust)).toBe(40);
  });

  it("R12: R5, then -10, -25", async () => {
    const userId = person();
    await relate(userId, ...R5);
    expect([effect(userId, -10)[0], effect(userId, -25)[0]]).toEqual([70, 45]);
    expect(relationshipScoreOf(trustOf(userId) as Trust)).toBe(80);
  });

  it.each<[RelationshipType, number, number]>([
    ["PARENT", 40, 20],
    ["CHILD", 20, 40],
    ["SPOUSE", 35, 35],
    ["SIBLING", 25, 25],
    ["FRIEND", 11, 11],
  ])("X asks Y with type %s and Y confirms: both count it", async (type, x, y) => {
    const subject = person();
    const [, confirmed] = (await relate(subject, type)).outcomes;
    const [requested, first, second] = confirmed?.events ?? [];
    expect(requested).toMatchObject({ name: "RelationshipConfirmed", subjectId: subject, type });
    expect(first).toMatchObject({ name: "TrustScoreChanged", userId: subject, score: x });
    expect(second).toMatchObject({ name: "TrustScoreChanged", userId: requested?.["objectId"], score: y });
  });
});

describe("relationships (7.2)", () => {
  const request = (subject: string, objectId: string, id: string = randomUUID(), type = "SIBLING") =>
    met(subject, "requestRelationship", { objectId, type }, id);
  const confirm = (actor: string, relationshipId: string) => met(actor, "confirmRelationship", { relationshipId });
  const reject = (actor: string, relationshipId: string) => met(actor, "rejectRelationship", { relationshipId });

  it("are asked for once per pair, whatever the direction, and final when confirmed", async () => {
    const [a = "", b = ""] = people(2);
    const id = randomUUID();
    expect(await request(a, b, id)).toBe("committed");
    expect(await request(b, a)).toBe("DUPLICATE_RELATIONSHIP");
    expect(await request(a, b, randomUUID(), "FRIEND")).toBe("DUPLICATE_RELATIONSHIP");
    ledger.now += 5;
    expect(await confirm(b, id)).toBe("committed");
    expect([await confirm(b, id), await reject(b, id), await reject(a, id)]).toEqual(Array(3).fill("WRONG_STATE"));
    expect(await request(b, a)).toBe("DUPLICATE_RELATIONSHIP");
    expect(await ledger.query("relationship", { relationshipId: id })).toEqual({
      ...{ relationshipId: id, subjectId: a, objectId: b, type: "SIBLING", status: "CONFIRMED" },
      ...{ requestedAt: ledger.now - 5, decidedAt: ledger.now },
    });
    expect(ledger.at(`pair~${[a, b].sort().join("~")}`)).toBe(id);
  });

  it.each(["the object rejects", "the subject withdraws"])("free their pair when %s", async (who) => {
    const [a = "", b = ""] = people(2);
    const id = randomUUID();
    await request(a, b, id);
    const { outcomes } = await run(
      asks(who.startsWith("the object") ? b : a, "rejectRelationship", { relationshipId: id }),
    );
    expect(outcomes[0]?.events).toMatchObject([{ name: "RelationshipRejected", relationshipId: id }]);
    expect(ledger.at<Relationship>(`rel~${id}`)?.status).toBe("REJECTED");
    expect(ledger.at(`pair~${[a, b].sort().join("~")}`)).toBeUndefined();
    expect(await confirm(b, id)).toBe("WRONG_STATE");
    expect(await request(b, a)).toBe("committed");
    expect(trustOf(a)).toEqual(trustOf(b));
  });

  it("meet the refusals in their order", async () => {
    const [a = "", b = "", c = ""] = people(3);
    const locked = person({ status: "LOCKED" });
    const id = randomUUID();
    expect(await request(a, a)).toBe("SELF_ACTION");
    expect(await request(a, randomUUID())).toBe("NOT_FOUND");
    expect(await request(a, locked)).toBe("USER_NOT_ACTIVE");
    expect(await request(locked, a)).toBe("ACTOR_NOT_ACTIVE");
    expect([await confirm(a, id), await reject(a, id)]).toEqual(["NOT_FOUND", "NOT_FOUND"]);
    await request(a, b, id);
    expect([await confirm(a, id), await confirm(c, id), await reject(c, id)]).toEqual(
      Array(3).fill("ACTOR_NOT_ALLOWED"),
    );
    await run(asks(ADMIN, "lockUser", { userId: a, reason: "COURT_ORDER" }));
    expect(await confirm(b, id)).toBe("USER_NOT_ACTIVE");
    expect(await reject(b, id)).toBe("committed");
  });
});

describe("locked users (7.1)", () => {
  const lock = (userId: string, actor = ADMIN) => met(actor, "lockUser", { userId, reason: "COURT_ORDER" });
  const unlock = (userId: string, actor = ADMIN) => met(actor, "unlockUser", { userId });

  it("cannot ask for anything until they are unlocked", async () => {
    const [a = "", b = ""] = people(2);
    expect([await unlock(a), await lock(a), await lock(a)]).toEqual(["WRONG_STATE", "committed", "WRONG_STATE"]);
    expect(userOf(a)?.status).toBe("LOCKED");
    expect(verdicts(await ledger.run(transfer(a, b, "1")))).toEqual(["ACTOR_NOT_ACTIVE"]);
    expect(await met(a, "nominateGuardians", { guardians: people(3) })).toBe("ACTOR_NOT_ACTIVE");
    expect([await unlock(a), userOf(a)?.status]).toEqual(["committed", "ACTIVE"]);
  });

  it("are locked and unlocked by admins, who do not unlock themselves", async () => {
    const a = person();
    expect([await lock(a, a), await unlock(a, a)]).toEqual(["ACTOR_NOT_ADMIN", "ACTOR_NOT_ADMIN"]);
    expect([await lock(randomUUID()), await unlock(randomUUID())]).toEqual(["NOT_FOUND", "NOT_FOUND"]);
    expect(await unlock(ADMIN)).toBe("NOT_FOUND");
    ledger.given({ [`user~${ADMIN}`]: { ...userOf(a), userId: ADMIN } });
    expect([await unlock(ADMIN), await lock(ADMIN), await unlock(ADMIN)]).toEqual([
      ...["SELF_ACTION", "committed", "SELF_ACTION"],
    ]);
  });
});

describe("guardians and recovery (7.4, 18.4)", () => {
  const nominate = (actor: string, guardians: readonly string[]) => met(actor, "nominateGuardians", { guardians });
  const initiate = (actor: string, userId: string, sessionId: string = randomUUID(), newBiometricHash = randomHash()) =>
    met(actor, "initiateRecovery", { userId, newBiometricHash }, sessionId);
  const confirm = (actor: string, sessionId: string) => met(actor, "confirmRecovery", { sessionId });
  const cancel = (actor: string, sessionId: string) => met(actor, "cancelRecovery", { sessionId });
  const sessionOf = (id: string) => ledger.at<RecoverySession>(`recovery~${id}`);

  /** A user, the guardians, and an open session that the first of them initiated. */
  async function opened(count = 3, newBiometricHash = randomHash()) {
    const [user, guardians, sessionId] = [person(), people(count), randomUUID()];
    await nominate(user, guardians);
    const { outcomes } = await run(
      asks(guardians[0] ?? "", "initiateRecovery", { userId: user, newBiometricHash }, sessionId),
    );
    const [first = "", second = "", third = ""] = guardians;
    return { user, guardians, first, second, third, sessionId, newBiometricHash, outcome: outcomes[0] };
  }

  it.each([
    [3, 2],
    [4, 3],
    [5, 3],
    [10, 6],
  ])("%d guardians need %d confirmations including the initiator's", async (count, required) => {
    const { user, guardians, sessionId, newBiometricHash, outcome } = await opened(count);
    const before = userOf(user)?.biometricHash;
    expect(outcome?.events).toEqual([
      {
        ...{
          name: "RecoveryInitiated",
          domain: "identity",
          at: ledger.now,
          sessionId,
          userId: user,
          guardians,
          required,
        },
        ...{ initiatorId: guardians[0], expiresAt: ledger.now + 604_800 },
      },
    ]);
    for (const [index, guardian] of guardians.slice(1, required).entries()) {
      expect(sessionOf(sessionId)?.status).toBe("OPEN");
      const [confirmed] = (await run(asks(guardian, "confirmRecovery", { sessionId }))).outcomes;
      const confirmations = index + 2;
      expect(confirmed?.events[0]).toMatchObject({
        ...{ name: "RecoveryConfirmed", sessionId, guardianId: guardian, confirmations, required },
      });
      expect(named(confirmed, "RecoveryCompleted")).toHaveLength(confirmations === required ? 1 : 0);
      expect(JSON.stringify(confirmed)).not.toContain(newBiometricHash);
    }
    expect(sessionOf(sessionId)).toMatchObject({ status: "COMPLETED", confirmations: guardians.slice(0, required) });
    expect(userOf(user)?.biometricHash).toBe(newBiometricHash);
    expect(ledger.at(`bio~${newBiometricHash}`)).toBe(user);
    expect(before).not.toBe(newBiometricHash);
    expect(await confirm(guardians[required] ?? guardians[1] ?? "", sessionId)).toBe("WRONG_STATE");
    expect(await ledger.query("recoverySession", { sessionId })).toEqual(sessionOf(sessionId));
  });

  it("a hash belongs to a user for ever, also after it was replaced", async () => {
    const created = randomUUID();
    const old = randomHash();
    const create = (userId: string, biometricHash: string) => ({
      ...{ command: "identity.createUser", input: { userId, biometricHash, nationality: "NG", ageYears: 30 } },
    });
    await ledger.run(create(created, old));
    const guardians = people(3);
    await nominate(created, guardians);
    const sessionId = randomUUID();
    await initiate(guardians[0] ?? "", created, sessionId);
    expect(await confirm(guardians[1] ?? "", sessionId)).toBe("committed");
    const replaced = userOf(created)?.biometricHash ?? "";
    expect(replaced).not.toBe(old);
    expect(verdicts(await ledger.run(create(randomUUID(), old), create(randomUUID(), replaced)))).toEqual([
      ...["BIOMETRIC_IN_USE", "BIOMETRIC_IN_USE"],
    ]);
    expect(await initiate(guardians[0] ?? "", created, randomUUID(), old)).toBe("BIOMETRIC_IN_USE");
  });

  it("a hash that is taken meanwhile leaves the session open", async () => {
    const { user, first, second, third, sessionId, newBiometricHash } = await opened(5);
    const before = userOf(user)?.biometricHash;
    ledger.given({ [`bio~${newBiometricHash}`]: person() });
    expect(await confirm(second, sessionId)).toBe("committed");
    expect(await confirm(third, sessionId)).toBe("BIOMETRIC_IN_USE");
    expect(sessionOf(sessionId)).toMatchObject({ status: "OPEN", confirmations: [first, second] });
    expect(userOf(user)?.biometricHash).toBe(before);
    expect(await cancel(user, sessionId)).toBe("committed");
  });

  it("a session ends in time, and time alone frees the user", async () => {
    const { user, guardians, first, second, sessionId } = await opened();
    const expiresAt = sessionOf(sessionId)?.expiresAt ?? 0;
    ledger.now = expiresAt - 1;
    expect(await initiate(first, user)).toBe("RECOVERY_OPEN");
    expect(await nominate(user, guardians)).toBe("RECOVERY_OPEN");
    ledger.now = expiresAt;
    expect([await confirm(second, sessionId), await cancel(user, sessionId)]).toEqual([
      ...["RECOVERY_EXPIRED", "RECOVERY_EXPIRED"],
    ]);
    expect(sessionOf(sessionId)?.status).toBe("OPEN");
    const next = randomUUID();
    expect([await nominate(user, guardians), await initiate(second, user, next)]).toEqual(["committed", "committed"]);
    expect(ledger.at(`recoveryOpen~${user}`)).toBe(next);
    expect(await confirm(first, next)).toBe("committed");
  });

  it("the guardians of a session are those of its beginning", async () => {
    const { user, first, second, sessionId } = await opened();
    expect(await cancel(user, sessionId)).toBe("committed");
    const others = people(3);
    expect(await nominate(user, others)).toBe("committed");
    expect(userOf(user)?.guardians).toEqual(others);
    expect(await initiate(first, user)).toBe("ACTOR_NOT_ALLOWED");
    expect([await confirm(second, sessionId), await cancel(user, sessionId)]).toEqual(["WRONG_STATE", "WRONG_STATE"]);
  });

  it("a locked user is recovered all the same, and cannot cancel it", async () => {
    const { user, first, second, sessionId, newBiometricHash } = await opened();
    await run(asks(ADMIN, "lockUser", { userId: user, reason: "SUSPICIOUS_ACTIVITY" }));
    expect(await cancel(user, sessionId)).toBe("ACTOR_NOT_ACTIVE");
    expect(await cancel(first, sessionId)).toBe("ACTOR_NOT_ALLOWED");
    expect(await confirm(second, sessionId)).toBe("committed");
    expect(userOf(user)).toMatchObject({ status: "LOCKED", biometricHash: newBiometricHash });
  });

  it("meets the refusals in their order", async () => {
    const [user, locked, guardians] = [person(), person({ status: "LOCKED" }), people(3)];
    const [first = "", second = ""] = guardians;
    const unknown = randomUUID();
    expect(await nominate(user, [user, unknown, first])).toBe("SELF_ACTION");
    expect(await nominate(user, [locked, first, unknown])).toBe("NOT_FOUND");
    expect(await nominate(user, [locked, first, second])).toBe("USER_NOT_ACTIVE");
    expect(await nominate(user, guardians.slice(1))).toBe("INVALID_INPUT");
    expect(await nominate(user, people(11))).toBe("INVALID_INPUT");
    expect(await initiate(first, unknown)).toBe("NOT_FOUND");
    expect(await initiate(first, user)).toBe("ACTOR_NOT_ALLOWED");
    expect([await confirm(first, unknown), await cancel(user, unknown)]).toEqual(["NOT_FOUND", "NOT_FOUND"]);
    const session = await opened();
    expect(await confirm(user, session.sessionId)).toBe("ACTOR_NOT_ALLOWED");
    expect(await confirm(session.first, session.sessionId)).toBe("ALREADY_ACTED");
  });
});
