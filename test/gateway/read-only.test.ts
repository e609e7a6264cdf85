// The emergency switch of the gateway: what is written is refused whichever way it comes, what is read goes on.
import { randomUUID } from "node:crypto";
import { valueOf } from "../platform/parts.js";
import { newGraph, type Graph } from "./graph.js";
import { newWorld } from "./world.js";

let graph: Graph;
beforeAll(async () => {
  graph = await newGraph({ GX_READ_ONLY: "on" });
  await newWorld(graph.history);
});
afterAll(() => graph.close());

const PAUSE = `mutation { pauseSystem(reason: "a reason", idempotencyKey: "${randomUUID()}") { commandId } }`;
const accepted = async () => (await graph.database.pool.query("select id from app.command")).rows.length;

it("refuses a mutation with READ_ONLY and 503, stores nothing and counts it", async () => {
  const { status, errors } = await graph.ask(PAUSE, {}, await graph.token("SUPER_ADMIN"));
  expect([status, errors.map(({ message, extensions }) => [extensions.code, message])]).toEqual([
    503,
    [["READ_ONLY", "Only queries are answered for now; try again later."]],
  ]);
  expect(await accepted()).toBe(0);
  expect(await valueOf(graph.metrics, "gateway_rejected_total", 'reason="read_only"')).toBe(1);
});

it("refuses it over an event stream too", async () => {
  const response = await fetch(`${graph.url}/graphql/stream`, {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", accept: "text/event-stream" },
      authorization: `Bearer ${await graph.token("SUPER_ADMIN")}`,
    },
    body: JSON.stringify({ query: PAUSE }),
  });
  expect(await response.text()).toContain('"code":"READ_ONLY"');
  expect(await accepted()).toBe(0);
});

it("answers queries as ever", async () => {
  const { status, data, errors } = await graph.ask("{ systemStatus { countries } }");
  expect([status, errors, data]).toEqual([200, [], { systemStatus: { countries: 2 } }]);
});
