// Relationships, guardians and recoveries in the graph: lists from the newest on, and what time alone changes.
import { randomUUID } from "node:crypto";
import { identity } from "../../catalogue/events/identity.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import { ADA, befriend, CHI, EMMA, FRIENDSHIP, GUARDIANS, newWorld, RECOVERY } from "../gateway/world.js";
import { NOW } from "../projector/history.js";

let graph: Graph;
let ada: string;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  await befriend(graph.history);
  ada = await graph.token("USER", ADA);
});
afterAll(() => graph.close());

const me = async (fields: string, token = ada) => {
  const { data, errors } = await graph.ask<{ me: Record<string, unknown> }>(`{ me { ${fields} } }`, {}, token);
  expect(errors).toEqual([]);
  return data?.me;
};
const nodes = (...ids: readonly string[]) => ({ edges: ids.map((id) => ({ node: { id } })) });

it("shows both parties their relationship, from its request to its end, and the trust that it gives", async () => {
  const asked = randomUUID();
  const relationship = { relationshipId: asked, subjectId: ADA, objectId: EMMA, type: "PARENT" } as const;
  await graph.history.happened([identity.RelationshipRequested(relationship)]);
  const lists = `relationships { edges { node { id } } } pending: relationships(status: PENDING) { edges { node { id } } }`;
  expect(await me(lists)).toEqual({
    ...{ relationships: nodes(asked, FRIENDSHIP), pending: nodes(asked, FRIENDSHIP) },
  });
  const counts = { parents: 1, spouses: 0, siblings: 0, children: 0, friends: 0 };
  await graph.history.happened([
    identity.RelationshipConfirmed(relationship),
    identity.TrustScoreChanged({ userId: ADA, score: 40, relationshipScore: 40, loanAdjustment: 0, ...counts }),
  ]);
  await graph.history.happened([identity.RelationshipRejected({ relationshipId: FRIENDSHIP, rejectedBy: CHI })]);
  expect(
    await me(`trustScore trust { relationshipScore loanAdjustment parents spouses siblings children friends }
      ${lists} confirmed: relationships(status: CONFIRMED, first: 1) {
        edges { node { type status requestedAt decidedAt subject { id } object { id } } } pageInfo { hasNextPage } }`),
  ).toEqual({
    ...{ trustScore: 40, trust: { relationshipScore: 40, loanAdjustment: 0, ...counts } },
    ...{ relationships: nodes(asked, FRIENDSHIP), pending: nodes() },
    confirmed: {
      edges: [
        {
          node: {
            ...{ type: "PARENT", status: "CONFIRMED", subject: { id: ADA }, object: { id: EMMA } },
            ...{ requestedAt: new Date(NOW * 1_000).toISOString(), decidedAt: new Date(NOW * 1_000).toISOString() },
          },
        },
      ],
      pageInfo: { hasNextPage: false },
    },
  });
  expect(await me("relationships { edges { node { id } } }", await graph.token("USER", EMMA))).toEqual({
    relationships: nodes(asked),
  });
});

it("shows whose guardian somebody is as long as the list names the person", async () => {
  const [chi, second] = [await graph.token("USER", CHI), await graph.token("USER", GUARDIANS[1])];
  const guardianOf = "guardianOf { edges { node { id } } }";
  expect(await me("guardians { id }")).toEqual({ guardians: GUARDIANS.map((id) => ({ id })) });
  expect([await me(guardianOf, chi), await me(guardianOf, second)]).toEqual(Array(2).fill({ guardianOf: nodes(ADA) }));
  const others = [GUARDIANS[2] ?? "", CHI, EMMA];
  await graph.history.happened([identity.GuardiansNominated({ userId: EMMA, guardians: [ADA, ...GUARDIANS] })]);
  await graph.history.happened([identity.GuardiansNominated({ userId: ADA, guardians: others })]);
  expect(await me("guardians { id }")).toEqual({ guardians: others.map((id) => ({ id })) });
  expect([await me(guardianOf, chi), await me(guardianOf, second)]).toEqual([
    { guardianOf: nodes(ADA, EMMA) },
    { guardianOf: nodes(EMMA) },
  ]);
});

it("shows a recovery to the user and its guardians, and that its time is over", async () => {
  const session = `recoverySession(id: "${RECOVERY}") {
    status required openedAt expiresAt user { id } initiator { id } guardians { id } confirmations { id } }`;
  const expected = {
    ...{ status: "OPEN", required: 2, user: { id: ADA }, initiator: { id: CHI } },
    ...{ guardians: GUARDIANS.map((id) => ({ id })), confirmations: [{ id: CHI }] },
    ...{ openedAt: new Date(NOW * 1_000).toISOString(), expiresAt: new Date((NOW + 31_536_000) * 1_000).toISOString() },
  };
  for (const sub of [ADA, ...GUARDIANS]) {
    expect((await graph.ask(`{ ${session} }`, {}, await graph.token("USER", sub))).data).toEqual({
      recoverySession: expected,
    });
  }
  const late = randomUUID();
  const over = { userId: EMMA, initiatorId: CHI, guardians: GUARDIANS, required: 2, expiresAt: 1_700_000_000 };
  await graph.history.happened([identity.RecoveryInitiated({ sessionId: late, ...over })]);
  const emma = await graph.token("USER", EMMA);
  const sessions = "recoverySessions { edges { node { id status confirmations { id } } } }";
  expect(await me(sessions, emma)).toEqual({
    recoverySessions: { edges: [{ node: { id: late, status: "EXPIRED", confirmations: [{ id: CHI }] } }] },
  });
  const [, second = ""] = GUARDIANS;
  await graph.history.happened([
    identity.RecoveryConfirmed({ sessionId: RECOVERY, guardianId: second, confirmations: 2, required: 2 }),
    identity.RecoveryCompleted({ sessionId: RECOVERY, userId: ADA }),
  ]);
  expect(await me(sessions)).toEqual({
    recoverySessions: {
      edges: [{ node: { id: RECOVERY, status: "COMPLETED", confirmations: [{ id: CHI }, { id: second }] } }],
    },
  });
});

it("shows admins why a user is locked", async () => {
  await graph.history.happened([identity.UserLocked({ userId: EMMA, reason: "COURT_ORDER" })]);
  const admin = await graph.token("ADMIN");
  const user = async () =>
    (
      await graph.ask(
        `{ user(id: "${EMMA}") { status lockReason } users(status: LOCKED) { edges { node { id } } } }`,
        {},
        admin,
      )
    ).data;
  expect(await user()).toEqual({ user: { status: "LOCKED", lockReason: "COURT_ORDER" }, users: nodes(EMMA) });
  await graph.history.happened([identity.UserUnlocked({ userId: EMMA })]);
  expect(await user()).toEqual({ user: { status: "ACTIVE", lockReason: null }, users: nodes() });
});
