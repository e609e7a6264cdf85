// `replayCommand`: who may ask, what becomes of the command, who is told.
import { randomUUID } from "node:crypto";
import { newGraph, jobsOf, type Graph } from "../gateway/graph.js";
import { bySocket } from "../gateway/streams.js";
import { ADA, ADMIN, EMMA, newWorld } from "../gateway/world.js";

let graph: Graph;
let [user, admin, superAdmin] = ["", "", ""];
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  [user, admin, superAdmin] = await Promise.all([
    graph.token("USER", ADA),
    graph.token("ADMIN", ADMIN),
    graph.token("SUPER_ADMIN"),
  ]);
});
afterAll(() => graph.close());

/** A command that was accepted; `given`: the mutation's own arguments. */
async function accepted(token: string, mutation: string, given: string): Promise<string> {
  const query = `mutation { ask: ${mutation}(${given}, idempotencyKey: "${randomUUID()}") { commandId } }`;
  const { data } = await graph.ask<{ ask: { commandId: string } }>(query, {}, token);
  return data?.ask.commandId ?? "";
}
const transfer = () => accepted(user, "transfer", `to: "${EMMA}", amount: "5"`);
/** As the submitter does after its attempts. */
const giveUp = (id: string) =>
  graph.database.pool.query(
    `update app.command set status = 'FAILED', attempt = 5, failures = 5, last_error = 'INTERNAL', sweeps = 7,
     submitted_at = now(), tx_id = repeat('0', 64) where id = $1`,
    [id],
  );
interface Replayed {
  replayCommand: { commandId: string; name: string; status: string; existing: boolean } | null;
}
const replay = async (id: string, token?: string) => {
  const query = "mutation ($id: UUID!) { replayCommand(id: $id) { commandId name status existing } }";
  const { status, data, errors } = await graph.ask<Replayed>(query, { id }, token);
  return { status, ticket: data?.replayCommand, errors: errors.map(({ extensions }) => extensions) };
};

it("accepts a command that was given up again, under its id and with nothing counted", async () => {
  const id = await transfer();
  await giveUp(id);
  await graph.redis.client.flushall();
  const { ticket, errors } = await replay(id, admin);
  expect([ticket, errors]).toEqual([
    { commandId: id, name: "tokenomics.transfer", status: "ACCEPTED", existing: true },
    [],
  ]);
  const shown = await graph.ask(
    `query ($id: UUID!) { command(id: $id) { status attempts submittedAt txId lastError error { code } } }`,
    { id },
    admin,
  );
  expect(shown.data).toEqual({
    command: { status: "ACCEPTED", attempts: 0, submittedAt: null, txId: null, lastError: null, error: null },
  });
  await jobsOf(graph, "gx_partner_api", 1);
});

it("answers CONFLICT with the state to what was not given up", async () => {
  const id = await transfer();
  expect(await replay(id, admin)).toMatchObject({ status: 409, errors: [{ code: "CONFLICT", state: "ACCEPTED" }] });
  await giveUp(id);
  await replay(id, admin);
  expect(await replay(id, superAdmin)).toMatchObject({ errors: [{ code: "CONFLICT", state: "ACCEPTED" }] });
  await graph.history.refused("INSUFFICIENT_FUNDS", { commandId: id });
  expect(await replay(id, admin)).toMatchObject({ errors: [{ code: "CONFLICT", state: "REFUSED" }] });
});

it("lets admins ask, for commands that the super admin signs the super admin alone, whatever their state", async () => {
  const [id, pause] = [await transfer(), await accepted(superAdmin, "pauseSystem", `reason: "drill"`)];
  await giveUp(id);
  const partner = await graph.token("PARTNER_API");
  expect((await replay(id)).errors).toMatchObject([{ code: "UNAUTHENTICATED" }]);
  for (const token of [user, partner]) expect((await replay(id, token)).errors).toMatchObject([{ code: "FORBIDDEN" }]);
  expect((await replay(pause, admin)).errors).toMatchObject([{ code: "FORBIDDEN" }]);
  expect((await replay(pause, superAdmin)).errors).toMatchObject([{ code: "CONFLICT", state: "ACCEPTED" }]);
  await giveUp(pause);
  expect((await replay(pause, admin)).errors).toMatchObject([{ code: "FORBIDDEN" }]);
  expect((await replay(pause, superAdmin)).ticket).toMatchObject({ commandId: pause, status: "ACCEPTED" });
});

it("answers null to an admin who names no command, and tells nobody else so", async () => {
  expect(await replay(randomUUID(), admin)).toMatchObject({ status: 200, ticket: null, errors: [] });
  expect((await replay(randomUUID(), user)).errors).toMatchObject([{ code: "FORBIDDEN" }]);
  expect((await replay("no id", admin)).errors).toMatchObject([{ code: "INVALID_INPUT", fields: [{ path: "id" }] }]);
});

it("is seen by who follows the command", async () => {
  const id = await transfer();
  await giveUp(id);
  const client = bySocket(graph.url, user);
  const stream = client.subscribe<{ commandUpdated: { status: string } }>(
    "subscription ($id: UUID!) { commandUpdated(id: $id) { status } }",
    { id },
  );
  await stream.count(1);
  await replay(id, admin);
  await stream.count(2);
  await graph.history.refused("INSUFFICIENT_FUNDS", { commandId: id });
  await stream.ended;
  const statuses = stream.values.map(({ data }) => data?.commandUpdated.status);
  expect(statuses).toEqual(["FAILED", "ACCEPTED", "REFUSED"]);
  await client.close();
});
