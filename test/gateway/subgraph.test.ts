// The way to the subgraphs: each entity once, and nothing of a hostile subgraph's answer reaches a caller.
import { createServer, type Server } from "node:http";
import { newGraph, type Graph } from "./graph.js";
import { ADA, newWorld } from "./world.js";

interface Asked {
  query: string;
  variables: { representations?: { id?: string; code?: string }[] };
}
let graph: Graph;
let foreign: Server;
/** What reaches identity in place of its subgraph, and what it answers. */
const asked: Asked[] = [];
let answer: (asked: Asked) => { status?: number; body: string };
beforeAll(async () => {
  foreign = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const parsed = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
      asked.push(parsed);
      const { status = 200, body } = answer(parsed);
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  const { port } = foreign.address() as { port: number };
  graph = await newGraph({}, { identity: `http://127.0.0.1:${port}/graphql` });
  await newWorld(graph.history);
});
afterAll(async () => {
  await graph.close();
  foreign.closeAllConnections();
  foreign.close();
});
beforeEach(() => asked.splice(0));

const json = (data: unknown) => ({ body: JSON.stringify(data) });
const OWNERS = `{ a: transactions(walletId: "SYSTEM_OPERATIONS_FUND") { edges { node { wallet { kind } } } }
  transactions(walletId: "${ADA}") { edges { node { wallet { owner { ... on User { status } } } } } } }`;
interface Owners {
  transactions: { edges: { node: { wallet: { owner: { status: string | null } | null } } }[] };
}

it("asks for an entity that several rows share once, and gives it to each of them", async () => {
  answer = ({ variables }) =>
    json({ data: { _entities: variables.representations?.map(() => ({ status: "ACTIVE" })) } });
  const { data, errors } = await graph.ask<Owners>(OWNERS, {}, await graph.token("ADMIN"));
  expect(errors).toEqual([]);
  expect(asked.map(({ variables }) => variables.representations)).toEqual([[{ __typename: "User", id: ADA }]]);
  expect(data?.transactions.edges.map(({ node }) => node.wallet.owner)).toEqual([
    { status: "ACTIVE" },
    { status: "ACTIVE" },
  ]);
});

it("tells an error of a shared entity at every place of it", async () => {
  answer = () =>
    json({
      data: { _entities: [{ status: null }] },
      errors: [{ message: "no", path: ["_entities", 0, "status"], extensions: { code: "FORBIDDEN" } }],
    });
  const { errors } = await graph.ask<Owners>(OWNERS, {}, await graph.token("ADMIN"));
  expect(errors.map(({ path }) => path?.join("."))).toEqual(
    [0, 1].map((place) => `transactions.edges.${place}.node.wallet.owner.status`),
  );
});

const SECRET = "postgresql://gx:hunter2@10.0.0.5/gx";
it.each<[string, () => { status?: number; body: string }, string]>([
  ["an HTML page", () => ({ body: `<html>${SECRET}</html>` }), "UNAVAILABLE"],
  ["nothing", () => ({ body: "" }), "UNAVAILABLE"],
  ["a number", () => json(5), "UNAVAILABLE"],
  ["status 500 with a stack", () => ({ status: 500, body: `Error: ${SECRET}\n at x.ts:1` }), "UNAVAILABLE"],
  ["status 401", () => ({ status: 401, body: "{}" }), "UNAVAILABLE"],
  [
    "an error with SQL and a stack",
    () =>
      json({
        data: null,
        errors: [{ message: `select ${SECRET}`, extensions: { code: "42P01", stacktrace: [SECRET] } }],
      }),
    "INTERNAL",
  ],
  [
    "secrets under a code that may be told",
    () => json({ data: null, errors: [{ message: SECRET, extensions: { code: "FORBIDDEN", hint: SECRET } }] }),
    "FORBIDDEN",
  ],
  [
    "a validation error about our own query",
    () =>
      json({ errors: [{ message: `unknown field at ${SECRET}`, extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] }),
    "INTERNAL",
  ],
])("lets nothing of %s reach the caller", async (_, make, code) => {
  answer = make;
  const found = await graph.ask("{ me { id } systemStatus { countries } }", {}, await graph.token("USER"));
  expect(found).toMatchObject({ status: 200, data: { me: null, systemStatus: { countries: 2 } } });
  expect(found.errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  expect(found.text).not.toMatch(/hunter2|10\.0\.0\.5|select|identity|stack|\.ts|127\.0/);
});

it.each<[string, unknown]>([
  ["too few entities", { data: { _entities: [] } }],
  ["entities that are no list", { data: { _entities: { status: "ACTIVE" } } }],
  ["entities that are no objects", { data: { _entities: [5] } }],
  ["values of another type", { data: { _entities: [{ status: { a: 1 } }] } }],
])("stands %s", async (_, body) => {
  answer = () => json(body);
  const { data, text } = await graph.ask<Owners>(OWNERS, {}, await graph.token("ADMIN"));
  expect(data?.transactions.edges).toHaveLength(2);
  for (const { node } of data?.transactions.edges ?? []) expect(node.wallet.owner?.status ?? null).toBeNull();
  expect(text).not.toMatch(/_entities|identity|extensions":\{"valueCompletion/);
});

it("is not changed by an answer that names __proto__", async () => {
  answer = () => ({
    body: '{"data":{"me":{"id":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}}',
  });
  await graph.ask("{ me { id } }", {}, await graph.token("USER"));
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
