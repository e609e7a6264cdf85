// The promise of a mutation: stored once per key, in the order of acceptance, whatever is away.
import { randomBytes, randomUUID } from "node:crypto";
import { commandOf } from "../../catalogue/index.js";
import { canonical } from "../../catalogue/wire.js";
import { eventually } from "../environment.js";
import { jobsOf, newGraph, type Graph } from "../gateway/graph.js";

let graph: Graph;
let partner: string;
let partnerId: string;
let before = "0";
beforeAll(async () => {
  graph = await newGraph();
});
beforeEach(async () => {
  const { rows } = await graph.database.pool.query<{ seq: string }>(
    "select coalesce(max(seq), 0) as seq from app.command",
  );
  before = rows[0]?.seq ?? "0";
  await graph.redis.client.flushall();
  partnerId = randomUUID();
  partner = await graph.token("PARTNER_API", partnerId);
});
afterAll(() => graph.close());

interface Ticket {
  commandId: string;
  name: string;
  status: string;
  acceptedAt: string;
  existing: boolean;
}
const CREATE = `mutation ($u: UUID!, $a: Int!, $k: String!) {
  createUser(userId: $u, biometricHash: "${"f".repeat(64)}", nationality: "NG", ageYears: $a, idempotencyKey: $k) {
    commandId name status acceptedAt existing } }`;
const create = (u: string, k: string, a = 30, token = partner, headers: Record<string, string> = {}) =>
  graph.ask<{ createUser: Ticket }>(CREATE, { u, a, k }, token, headers);
/** The commands of the running test. */
const rows = async () =>
  (
    await graph.database.pool.query<Record<string, unknown>>("select * from app.command where seq > $1 order by seq", [
      before,
    ])
  ).rows;

it("stores everything that the way to the ledger needs, and wakes the queue of the signing role", async () => {
  const userId = randomUUID();
  const answer = await create(userId, "ada-000001");
  const ticket = answer.data?.createUser;
  expect(ticket).toMatchObject({ name: "identity.createUser", status: "ACCEPTED", existing: false });
  expect(ticket?.commandId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const input = { userId, biometricHash: "f".repeat(64), nationality: "NG", ageYears: 30 };
  const [row] = await rows();
  expect(row).toMatchObject({
    ...{ id: ticket?.commandId, actor: partnerId, request_key: "ada-000001", part: 0, status: "ACCEPTED", attempt: 0 },
    ...{ domain: "identity", name: "identity.createUser", role: "gx_partner_api", input },
    ...{
      lanes: ["country:NG", `user:${userId}`, `account:${userId}`],
      weight: commandOf("identity.createUser")?.weight({}),
    },
    size: JSON.stringify({ id: ticket?.commandId, command: "identity.createUser", actor: partnerId, input }).length,
    request_id: answer.headers.get("x-request-id"),
    trace_id: answer.headers.get("x-request-id")?.replaceAll("-", ""),
  });
  expect(answer.headers.get("x-trace-id")).toBe(row?.["trace_id"]);
  await jobsOf(graph, "gx_partner_api", 1);
  const [job] = await graph.redis.client.lrange("bull:gx_partner_api:wait", 0, -1);
  expect(job).toBe(ticket?.commandId);
});

it("keeps the trace that the caller named with the command", async () => {
  const traceId = randomBytes(16).toString("hex");
  const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  const answer = await create(randomUUID(), "traced-001", 30, partner, headers);
  expect(answer.headers.get("x-trace-id")).toBe(traceId);
  expect((await rows())[0]?.["trace_id"]).toBe(traceId);
});

it("gives a hundred requests of one key at once the same ticket, and stores one command", async () => {
  const userId = randomUUID();
  const answers = await Promise.all(Array.from({ length: 100 }, () => create(userId, "one-and-only")));
  const tickets = answers.map(({ data }) => data?.createUser);
  expect(new Set(tickets.map((ticket) => ticket?.commandId)).size).toBe(1);
  expect(tickets.filter((ticket) => ticket?.existing === false)).toHaveLength(1);
  expect(await rows()).toHaveLength(1);
});

it("refuses the key for another input or command, and takes it from another actor", async () => {
  const userId = randomUUID();
  await create(userId, "same-key-1");
  const other = await create(userId, "same-key-1", 31);
  expect([other.status, other.errors[0]?.extensions.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  const token = await graph.token("USER,PARTNER_API", partnerId);
  const transfer = await graph.ask(
    `mutation { transfer(to: "${userId}", amount: "1", idempotencyKey: "same-key-1") { status } }`,
    {},
    token,
  );
  expect(transfer.errors[0]?.extensions.code).toBe("IDEMPOTENCY_CONFLICT");
  expect((await create(userId, "same-key-1", 31, await graph.token("PARTNER_API"))).data?.createUser.existing).toBe(
    false,
  );
  expect(await rows()).toHaveLength(2);
});

it("compares canonical inputs: an absent optional field is null", async () => {
  const token = await graph.token("USER");
  const transfer = (more: string) =>
    graph.ask<{ transfer: Ticket }>(
      `mutation { transfer(to: "SYSTEM_GX_POOL", amount: "5"${more}, idempotencyKey: "canonical-1") { commandId existing } }`,
      {},
      token,
    );
  const [first, second] = [await transfer(""), await transfer(", remark: null")];
  expect(second.data?.transfer).toEqual({ commandId: first.data?.transfer.commandId, existing: true });
  expect((await transfer(`, remark: "x"`)).errors[0]?.extensions.code).toBe("IDEMPOTENCY_CONFLICT");
});

it("gives a ticket that was answered before another mutation was sent the lower number, in its own mutation too", async () => {
  const ids: (string | undefined)[] = [];
  for (let i = 0; i < 5; i++) ids.push((await create(randomUUID(), `in-order-${i}`)).data?.createUser.commandId);
  const both = await graph.ask<Record<string, Ticket>>(
    `mutation { ${[0, 1, 2].map((i) => `m${i}: transfer(to: "SYSTEM_GX_POOL", amount: "5", idempotencyKey: "row-row-${i}") { commandId }`).join(" ")} }`,
    {},
    partner,
  );
  ids.push(...[0, 1, 2].map((i) => both.data?.[`m${i}`]?.commandId));
  expect((await rows()).map(({ id }) => id)).toEqual(ids);
});

it("leaves the key of a request with a fault unused", async () => {
  const userId = randomUUID();
  expect((await create(userId, "used-later", 151)).errors[0]?.extensions.code).toBe("INVALID_INPUT");
  expect((await create(userId, "used-later", 15)).data?.createUser.existing).toBe(false);
});

it.each(["short", "x".repeat(129), "with/slash", "with\u0000nul", " leading-space", "lone\ud800surrogate"])(
  "refuses the key %j",
  async (key) => {
    const answer = await create(randomUUID(), key);
    expect(answer.errors[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "idempotencyKey" }] });
    expect(await rows()).toEqual([]);
  },
);

it.each(["-1", "0", "1e3", "1.0", "1" + "0".repeat(39), "٣", " 5", "0x1", "NaN", "01", "", 5, null])(
  "refuses the amount %j",
  async (amount) => {
    const query = `mutation ($a: Qirat!) { transfer(to: "SYSTEM_GX_POOL", amount: $a, idempotencyKey: "amount-01") { status } }`;
    const answer = await graph.ask(query, { a: amount }, await graph.token("USER"));
    expect([answer.status, answer.errors[0]?.extensions.code, answer.errors[0]?.extensions.fields?.[0]?.path]).toEqual([
      400,
      "INVALID_INPUT",
      "amount",
    ]);
    expect(await rows()).toEqual([]);
  },
);

describe("a list of rows", () => {
  const countries = (count: number, share = "0.00000001") =>
    Array.from({ length: count }, (_, i) => ({
      ...{ code: String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26)), name: `Land ${i}`, share },
    }));
  const load = async (list: object[], key: string) =>
    graph.ask<{ initializeCountryData: Ticket[] }>(
      `mutation ($c: [CountryInput!]!, $k: String!) { initializeCountryData(countries: $c, idempotencyKey: $k) { commandId existing } }`,
      { c: list, k: key },
      await superAdmin,
    );
  let superAdmin: Promise<string>;
  beforeEach(() => {
    superAdmin = graph.token("SUPER_ADMIN");
  });

  it("is split in order into commands of 50, all accepted or none", async () => {
    const all = countries(120);
    const answer = await load(all, "countries");
    const tickets = answer.data?.initializeCountryData ?? [];
    const stored = (await rows()) as { id: string; part: number; input: { countries: { code: string }[] } }[];
    expect(stored.map(({ id, part, input }) => [id, part, input.countries.length])).toEqual(
      [50, 50, 20].map((size, part) => [tickets[part]?.commandId, part, size]),
    );
    expect(stored.flatMap(({ input }) => input.countries.map(({ code }) => code))).toEqual(all.map(({ code }) => code));
    expect(stored[0]?.input.countries[0]).toEqual({ ...all[0], region: null });
  });

  it("belongs to its key as a whole: the same list gives the same tickets, another one a conflict and nothing stored", async () => {
    const first = (await load(countries(60), "countries")).data?.initializeCountryData ?? [];
    const again = (await load(countries(60), "countries")).data?.initializeCountryData;
    expect(again).toEqual(first.map(({ commandId }) => ({ commandId, existing: true })));
    for (const other of [countries(10), countries(61), countries(150), countries(60, "0.00000002")]) {
      expect((await load(other, "countries")).errors[0]?.extensions.code).toBe("IDEMPOTENCY_CONFLICT");
    }
    expect(await rows()).toHaveLength(2);
  });

  it("tells the faults of all its rows by their place in the list", async () => {
    const list = countries(70).map((row, i) => (i % 30 === 29 ? { ...row, code: "x" } : row));
    const { errors } = await load(list, "countries");
    expect(errors[0]?.extensions.fields?.map(({ path }) => path)).toEqual(["countries.29.code", "countries.59.code"]);
    expect((await load([], "countries")).errors[0]?.extensions.fields?.[0]?.path).toBe("countries");
    expect(await rows()).toEqual([]);
  });
});

it("accepts while Redis is away, and counts what was not enqueued", async () => {
  await create(randomUUID(), "before-it-1");
  await jobsOf(graph, "gx_partner_api", 1);
  await graph.redis.kill();
  const lost = async () =>
    /command_enqueue_failed_total\{role="gx_partner_api"[^}]*\} (\d+)/.exec(await graph.metrics.text())?.[1];
  const before = await lost();
  const answer = await create(randomUUID(), "redis-away");
  expect(answer.data?.createUser).toMatchObject({ status: "ACCEPTED", existing: false });
  expect(await rows()).toHaveLength(2);
  await eventually(async () => (await lost()) !== before, "the count");
  await graph.redis.start();
});

it("counts what it accepts, repeats and refuses", async () => {
  const own = await newGraph();
  const counted = (age?: number) => own.ask(CREATE, { u: partnerId, a: age ?? 30, k: "counted-1" }, partnerOfOwn);
  const partnerOfOwn = await own.token("PARTNER_API", partnerId);
  await counted();
  await counted();
  await counted(31);
  const text = await own.metrics.text();
  const labels = 'domain="identity",role="gx_partner_api",command="CREATE_USER"';
  expect(text).toMatch(new RegExp(`command_accepted_total\\{${labels}[^}]*\\} 1`));
  expect(text).toMatch(/command_idempotent_total\{result="existing"[^}]*\} 1/);
  expect(text).toMatch(/command_idempotent_total\{result="conflict"[^}]*\} 1/);
  await own.close();
});

it("never takes the actor from the input", async () => {
  const [victim, thief] = [randomUUID(), randomUUID()];
  const query = `mutation { transfer(to: "${thief}", amount: "5", idempotencyKey: "thief-001") { commandId } }`;
  await graph.ask(query, { actor: victim, sub: victim }, await graph.token("USER", thief));
  expect((await rows())[0]).toMatchObject({ actor: thief });
});

it("keeps text as it is: four-byte characters, right-to-left, quotes and JSON", async () => {
  const token = await graph.token("USER");
  const remarks = ["𝒢 😀", "مرحبا", `'; drop table app.command; --`, `{"__proto__":{"a":1}}`, "\\u0000"];
  for (const [i, remark] of remarks.entries()) {
    await graph.ask(
      `mutation ($r: String) { transfer(to: "SYSTEM_GX_POOL", amount: "5", remark: $r, idempotencyKey: "text-text-${i}") { status } }`,
      { r: remark },
      token,
    );
  }
  const inputs = (await rows()).map(({ input }) => canonical(input));
  expect(inputs).toEqual(remarks.map((remark) => canonical({ to: "SYSTEM_GX_POOL", amount: "5", remark })));
});
