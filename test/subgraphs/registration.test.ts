// The way of a person to the ledger: registration, review, createUser, and what the ledger answered (protocol.md 16.3).
import { randomUUID } from "node:crypto";
import { identity } from "../../catalogue/events/identity.js";
import { newGraph, type Answer, type Graph } from "../gateway/graph.js";
import { ADMIN, newWorld } from "../gateway/world.js";

let graph: Graph;
let admin: string;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  admin = await graph.token("ADMIN", ADMIN);
});
afterAll(() => graph.close());

const hash = () => `${randomUUID()}${randomUUID()}`.replaceAll("-", "");
const SHOWN = `id displayName status email birthDate nationality { code } ageYears
  registration { status submittedAt reviewedAt denialReason onChainRefusal }`;
const REGISTER = `mutation ($displayName: String!, $email: String!, $birthDate: String!, $nationality: CountryCode!, $biometricHash: String!) {
  registerUser(displayName: $displayName, email: $email, birthDate: $birthDate, nationality: $nationality, biometricHash: $biometricHash) { ${SHOWN} } }`;
const profile = (more: object = {}) => ({
  ...{ displayName: "Ada Obi", email: "ada@example.org", birthDate: "1990-12-31", nationality: "NG" },
  ...{ biometricHash: hash(), ...more },
});

interface Shown {
  readonly id: string;
  readonly registration: Readonly<Record<string, string | null>>;
}

interface Person {
  readonly id: string;
  readonly biometricHash: string;
  ask<T = { me: Shown | null }>(query: string, variables?: object): Promise<Answer<T>>;
}

async function person(): Promise<Person> {
  const id = randomUUID();
  const token = await graph.token("USER", id);
  return { id, biometricHash: hash(), ask: (query, variables) => graph.ask(query, variables, token) };
}
const ask = <T = Readonly<Record<string, Shown | null>>>(query: string, variables = {}) =>
  graph.ask<T>(query, variables, admin);
const register = (who: Person, more: object = {}) =>
  who.ask(REGISTER, profile({ biometricHash: who.biometricHash, ...more }));
const submit = (who: Person) => who.ask(`mutation { submitKyc(evidenceHash: "${hash()}") { ${SHOWN} } }`);
const approve = (id: string) => ask(`mutation { approveUser(id: "${id}") { ${SHOWN} } }`);
const deny = (id: string) => ask(`mutation { denyUser(id: "${id}", reason: "Too blurred to read") { ${SHOWN} } }`);
const statusOf = async (who: Person) => (await who.ask(`{ me { ${SHOWN} } }`)).data?.me?.registration["status"] ?? null;
/** HTTP status, code and state of an answer without data. */
const refused = ({ status, errors }: Answer<unknown>) => {
  const { code, state } = errors[0]?.extensions ?? {};
  return [status, code, state];
};
const inState = (state: string | null) => [409, "CONFLICT", state];

interface Tickets {
  readonly registerOnChain: readonly { commandId: string; name: string; status: string; existing: boolean }[];
}
const onChain = (ids: readonly string[], key: string = randomUUID(), as = admin) =>
  graph.ask<Tickets>(
    `mutation ($ids: [UUID!]!, $key: String!) { registerOnChain(ids: $ids, idempotencyKey: $key) { commandId name status existing } }`,
    { ids, key },
    as,
  );
const idsOf = ({ data }: Answer<Tickets>) => data?.registerOnChain.map(({ commandId }) => commandId) ?? [];
const commandsOf = async (ids: readonly string[]) =>
  (
    await graph.database.pool.query<{ name: string; role: string; actor: string; input: object; part: number }>(
      "select name, role, actor, input, part from app.command where id = any($1) order by part",
      [ids],
    )
  ).rows;

async function approved(): Promise<Person> {
  const who = await person();
  await register(who);
  await submit(who);
  await approve(who.id);
  return who;
}
const created = (userId: string) =>
  identity.UserCreated({
    ...{ userId, nationality: "NG", ageYears: 35, status: "ACTIVE", trustScore: 10, genesisOutcome: "DISTRIBUTED" },
  });

it("leads from registration over a denial and an approval to a user of the ledger", async () => {
  const who = await person();
  expect((await who.ask(`{ me { id } }`)).data?.me).toBeNull();
  const registered = await register(who);
  expect(registered.errors).toEqual([]);
  expect(registered.data).toEqual({
    registerUser: {
      ...{ id: who.id, displayName: "Ada Obi", status: null, email: "ada@example.org", birthDate: "1990-12-31" },
      ...{ nationality: { code: "NG" }, ageYears: null },
      registration: {
        ...{ status: "REGISTERED", submittedAt: null, reviewedAt: null, denialReason: null, onChainRefusal: null },
      },
    },
  });
  expect((await submit(who)).data).toMatchObject({
    submitKyc: { registration: { status: "PENDING_ADMIN_APPROVAL", submittedAt: expect.any(String) as string } },
  });
  expect((await deny(who.id)).data).toMatchObject({
    denyUser: { id: who.id, registration: { status: "DENIED", denialReason: "Too blurred to read" } },
  });
  expect((await submit(who)).data).toMatchObject({
    submitKyc: { registration: { status: "PENDING_ADMIN_APPROVAL", reviewedAt: null, denialReason: null } },
  });
  expect((await approve(who.id)).data).toMatchObject({
    approveUser: { registration: { status: "APPROVED_PENDING_ONCHAIN", reviewedAt: expect.any(String) as string } },
  });

  const answer = await onChain([who.id]);
  expect(answer.data?.registerOnChain).toMatchObject([
    { name: "identity.createUser", status: "ACCEPTED", existing: false },
  ]);
  const [commandId = ""] = idsOf(answer);
  const [command] = await commandsOf([commandId]);
  expect(command).toMatchObject({ role: "gx_partner_api", actor: ADMIN });
  const { input } = command as unknown as { input: { ageYears: number } };
  expect(input).toEqual({
    ...{ userId: who.id, biometricHash: who.biometricHash, nationality: "NG", ageYears: input.ageYears },
  });
  // Born on the last day of a year: the birthday of this year comes last.
  const now = new Date();
  const birthday = now.getUTCMonth() === 11 && now.getUTCDate() === 31;
  expect(input.ageYears).toBe(now.getUTCFullYear() - 1990 - (birthday ? 0 : 1));

  expect(await statusOf(who)).toBe("APPROVED_PENDING_ONCHAIN");
  await graph.history.happened([created(who.id)], { commandId, command: "identity.createUser" });
  const { data } = await who.ask<{ me: object }>(`{ me { ${SHOWN} } command(id: "${commandId}") { id } }`);
  expect(data?.me).toMatchObject({ status: "ACTIVE", displayName: "Ada Obi", registration: { status: "ACTIVE" } });
});

it("refuses each step in every other state, and says the state", async () => {
  const who = await person();
  expect(refused(await submit(who))).toEqual(inState(null));
  expect(refused(await approve(who.id))).toEqual([404, "NOT_FOUND", undefined]);
  expect(refused(await deny(who.id))).toEqual([404, "NOT_FOUND", undefined]);
  expect(refused(await onChain([who.id]))).toEqual([404, "NOT_FOUND", undefined]);
  await register(who);
  for (const step of [register(who), approve(who.id), deny(who.id), onChain([who.id])]) {
    expect(refused(await step)).toEqual(inState("REGISTERED"));
  }
  await submit(who);
  for (const step of [register(who), submit(who), onChain([who.id])]) {
    expect(refused(await step)).toEqual(inState("PENDING_ADMIN_APPROVAL"));
  }
  await deny(who.id);
  for (const step of [register(who), approve(who.id), deny(who.id), onChain([who.id])]) {
    expect(refused(await step)).toEqual(inState("DENIED"));
  }
  await submit(who);
  await approve(who.id);
  for (const step of [register(who), submit(who), approve(who.id), deny(who.id)]) {
    expect(refused(await step)).toEqual(inState("APPROVED_PENDING_ONCHAIN"));
  }
  await graph.history.happened([created(who.id)]);
  for (const step of [register(who), submit(who), approve(who.id), deny(who.id), onChain([who.id])]) {
    expect(refused(await step)).toEqual(inState("ACTIVE"));
  }
});

it("lets a user whom a partner brought onto the ledger not register again", async () => {
  const who = await person();
  await graph.history.happened([created(who.id)]);
  expect(refused(await register(who))).toEqual(inState("ACTIVE"));
  expect(refused(await approve(who.id))).toEqual(inState("ACTIVE"));
  expect(refused(await onChain([who.id]))).toEqual(inState("ACTIVE"));
});

it("names every fault of what is told", async () => {
  const who = await person();
  const told = { displayName: " Ada", email: "ada", birthDate: "1990-02-30", nationality: "ng", biometricHash: "x" };
  const { status, errors } = await register(who, told);
  expect([status, errors[0]?.extensions.code]).toEqual([400, "INVALID_INPUT"]);
  expect(errors[0]?.extensions.fields?.map(({ path }) => path)).toEqual(Object.keys(told));
  const tomorrow = new Date(Date.now() + 90_000_000).toISOString().slice(0, 10);
  for (const birthDate of [tomorrow, "1850-01-01", "31.12.1990"]) {
    const { fields } = (await register(who, { birthDate })).errors[0]?.extensions ?? {};
    expect(fields).toEqual([{ path: "birthDate", message: expect.stringMatching(/^must /) as string }]);
  }
  const reasons = await ask(`mutation { denyUser(id: "nobody", reason: "short") { id } }`);
  expect(reasons.errors[0]?.extensions.fields?.map(({ path }) => path)).toEqual(["id", "reason"]);
  const twice = await onChain([who.id, who.id], "short");
  expect(twice.errors[0]?.extensions.fields?.map(({ path }) => path)).toEqual(["ids", "idempotencyKey"]);
  expect(await statusOf(who)).toBeNull();
});

it("lets admins alone review, and persons with a token alone register", async () => {
  const who = await person();
  expect(refused(await graph.ask(REGISTER, profile()))).toEqual([401, "UNAUTHENTICATED", undefined]);
  await register(who);
  for (const query of [
    `mutation { approveUser(id: "${who.id}") { id } }`,
    `mutation { denyUser(id: "${who.id}", reason: "Too blurred to read") { id } }`,
    `mutation { registerOnChain(ids: ["${who.id}"], idempotencyKey: "by-nobody-1") { commandId } }`,
  ]) {
    expect(refused(await who.ask(query))).toEqual([403, "FORBIDDEN", undefined]);
    expect(refused(await graph.ask(query, {}, await graph.token("PARTNER_API")))[1]).toBe("FORBIDDEN");
    expect(refused(await graph.ask(query))[1]).toBe("UNAUTHENTICATED");
  }
  // What a person told is for the person and for admins.
  const stranger = await person();
  const seen = await stranger.ask<{ user: object }>(`{ user(id: "${who.id}") { id displayName email } }`);
  expect(seen.data?.user).toEqual({ id: who.id, displayName: "Ada Obi", email: null });
  expect((await ask(`{ user(id: "${who.id}") { email } }`)).data).toEqual({ user: { email: "ada@example.org" } });
});

describe("registerOnChain", () => {
  it("accepts all persons of a request, or none", async () => {
    const [a, b, unready] = [await approved(), await approved(), await person()];
    await register(unready);
    const key = randomUUID();
    expect(refused(await onChain([a.id, unready.id, b.id], key))).toEqual(inState("REGISTERED"));
    // The key was not used by an attempt that met an error.
    const answer = await onChain([b.id, a.id], key);
    expect(
      (await commandsOf(idsOf(answer))).map(({ input, part }) => [(input as { userId: string }).userId, part]),
    ).toEqual([
      [b.id, 0],
      [a.id, 1],
    ]);
  });

  it("gives the first tickets for the same persons, whatever has become of them, and no other list its key", async () => {
    const [a, b] = [await approved(), await approved()];
    const key = randomUUID();
    const first = await onChain([a.id, b.id], key);
    await graph.history.happened([created(a.id)], { commandId: idsOf(first)[0] ?? "" });
    const again = await onChain([a.id, b.id], key);
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(again.data?.registerOnChain.map(({ existing }) => existing)).toEqual([true, true]);
    for (const other of [[a.id], [b.id, a.id], [a.id, b.id, randomUUID()]]) {
      expect(refused(await onChain(other, key))).toEqual([409, "IDEMPOTENCY_CONFLICT", undefined]);
    }
  });
});

it("shows the last refusal of the ledger as long as it does not have the user", async () => {
  const who = await approved();
  const refusal = async () => (await who.ask(`{ me { ${SHOWN} } }`)).data?.me?.registration["onChainRefusal"];
  const [first = ""] = idsOf(await onChain([who.id]));
  expect(await refusal()).toBeNull();
  await graph.history.refused("COUNTRY_NOT_INITIALIZED", { commandId: first, command: "identity.createUser" });
  expect(await refusal()).toBe("COUNTRY_NOT_INITIALIZED");
  const [second = ""] = idsOf(await onChain([who.id]));
  await graph.history.refused("BIOMETRIC_IN_USE", { commandId: second, command: "identity.createUser" });
  expect(await refusal()).toBe("BIOMETRIC_IN_USE");
  const [third = ""] = idsOf(await onChain([who.id]));
  await graph.history.happened([created(who.id)], { commandId: third, command: "identity.createUser" });
  expect([await refusal(), await statusOf(who)]).toEqual([null, "ACTIVE"]);
});

it("lists who waits for a review, the last submitted first, page by page", async () => {
  const waiting = [await person(), await person(), await person(), await person()];
  for (const who of waiting) await register(who);
  for (const who of waiting) await submit(who);
  const [first, second, third, fourth] = waiting.map(({ id }) => id);
  // Brought onto the ledger by a partner meanwhile.
  await graph.history.happened([created(third ?? "")]);
  interface Page {
    edges: { node: { id: string; registration: { status: string } } }[];
    pageInfo: { endCursor: string | null };
    totalCount: number;
  }
  const page = async (after: string | null = null) =>
    (
      await ask<{ pendingApprovals: Page }>(
        `query ($after: String) { pendingApprovals(first: 2, after: $after) {
           edges { node { id registration { status onChainRefusal } } } pageInfo { endCursor } totalCount } }`,
        { after },
      )
    ).data?.pendingApprovals;
  const newest = await page();
  expect(newest?.edges.map(({ node }) => node.id)).toEqual([fourth, second]);
  expect(newest?.edges.map(({ node }) => node.registration.status)).toEqual(Array(2).fill("PENDING_ADMIN_APPROVAL"));
  // Who waits longest stays where the cursor points, though one before it is approved now.
  await approve(second ?? "");
  expect((await page(newest?.pageInfo.endCursor))?.edges[0]?.node.id).toBe(first);
});
