// Queries by their hash, as clients with automatic persisted queries send them: by POST and, for what only reads, by GET.
import { createHash } from "node:crypto";
import { newGraph, post, type Answer, type Graph } from "./graph.js";
import { newWorld } from "./world.js";

let graph: Graph;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
});
afterAll(() => graph.close());

const hashOf = (query: string) => createHash("sha256").update(query).digest("hex");
const persisted = (query: string, over: object = {}) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(query), ...over } },
});
const send = (body: object) => post<Record<string, unknown>>(`${graph.url}/graphql`, JSON.stringify(body));
const PREFLIGHTED = { "apollo-require-preflight": "1" };
async function get(parameters: Record<string, unknown>, headers: Record<string, string> = PREFLIGHTED) {
  const texts = Object.entries(parameters).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const response = await fetch(`${graph.url}/graphql?${new URLSearchParams(texts).toString()}`, { headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Partial<Answer<unknown>>,
  };
}
const fault = ({ status, errors }: Pick<Answer<unknown>, "status" | "errors">) => [
  ...[status, errors[0]?.message, errors[0]?.extensions.code],
];
const notFound = [200, "PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND"];

it("asks for the text of a hash that it does not know, then answers the hash by POST and by GET", async () => {
  const query = "query Land($code: CountryCode!) { country(code: $code) { name } }";
  const asking = { ...persisted(query), variables: { code: "NG" } };
  expect(fault(await send(asking))).toEqual(notFound);
  expect((await send({ ...asking, query })).data).toEqual({ country: { name: "Nigeria" } });
  expect((await send(asking)).data).toEqual({ country: { name: "Nigeria" } });
  const got = await get({ ...asking, operationName: "Land", variables: { code: "US" } });
  expect([got.status, got.body.data]).toEqual([200, { country: { name: "United States" } }]);
  expect(got.headers.get("cache-control")).toBe("no-store");
});

it("keeps no text under another hash, nor one that is no valid document", async () => {
  const [query, other] = ["{ counters { users } }", "{ systemStatus { paused } }"];
  expect(fault(await send({ query, ...persisted(other) }))).toEqual([
    400,
    "The hash is of another query.",
    "BAD_REQUEST",
  ]);
  expect(fault(await send(persisted(other)))).toEqual(notFound);
  expect((await send({ query: "{ planets }", ...persisted("{ planets }") })).status).toBe(400);
  expect(fault(await send(persisted("{ planets }")))).toEqual(notFound);
});

it.each<[string, object]>([
  ["another version", persisted("{ a }", { version: 2 })],
  ["a hash that is none", persisted("{ a }", { sha256Hash: "abc" })],
  ["a hash that is no text", persisted("{ a }", { sha256Hash: 5 })],
  ["extensions that are no object", { extensions: "persistedQuery" }],
  ["a persisted query that is no object", { extensions: { persistedQuery: "abc" } }],
])("refuses %s", async (_, body) => {
  expect(await send(body)).toMatchObject({ status: 400, errors: [{ extensions: { code: "BAD_REQUEST" } }] });
});

describe("by GET", () => {
  const reading = "{ counters { users } }";
  const pausing = `mutation { pauseSystem(reason: "maintenance", idempotencyKey: "pause-by-get") { status } }`;
  beforeAll(async () => {
    await send({ query: reading, ...persisted(reading) });
    await send({ query: pausing, ...persisted(pausing) });
  });

  it("a mutation is refused", async () => {
    const { status, headers } = await get(persisted(pausing));
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });

  it.each<[string, Record<string, string>, number]>([
    ["no header that makes a browser ask first", {}, 400],
    ["the content type of a form", { "content-type": "text/plain" }, 400],
    ["a content type of its own", { "content-type": "application/json" }, 200],
    ["the name of the operation", { "x-apollo-operation-name": "Counters" }, 200],
  ])("with %s", async (_, headers, status) => {
    expect((await get(persisted(reading), headers)).status).toBe(status);
  });

  it("the text of a query, and parameters that are no JSON, are refused", async () => {
    const answers = [await get({ query: reading }), await get({}), await get({ extensions: "{" })];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect((await get({ ...persisted(reading), variables: "[" })).status).toBe(400);
  });
});
