// Live updates through gateway and subgraphs, over both transports: what a subscriber sees, in which order, and what ends it.
import { randomUUID } from "node:crypto";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { eventually } from "../environment.js";
import { newGraph, type Graph } from "./graph.js";
import { byEvents, bySocket, type Subscriber } from "./streams.js";
import { ADA, EMMA, newWorld } from "./world.js";

const COMMAND = "subscription ($id: UUID!) { commandUpdated(id: $id) { id status error { code } } }";
const TRANSFER = `mutation ($key: String!) { transfer(to: "SYSTEM_LOAN_POOL", amount: "1", idempotencyKey: $key) { commandId } }`;

interface Commands {
  commandUpdated: { id: string; status: string; error: { code: string } | null } | null;
}

let graph: Graph;
let emma: string;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  emma = await graph.token("USER", EMMA);
});
afterAll(() => graph.close());

const subscribers: Subscriber[] = [];
const open = (by: typeof bySocket, token?: string) => {
  const subscriber = by(graph.url, token);
  subscribers.push(subscriber);
  return subscriber;
};
const liveChannels = () => graph.redis.client.pubsub("CHANNELS", "gx:live:*");
afterEach(async () => {
  for (const subscriber of subscribers.splice(0)) await subscriber.close();
  await eventually(async () => ((await liveChannels()) as string[]).length === 0, "no channel");
});

async function transfer(): Promise<string> {
  const answer = await graph.ask<{ transfer: { commandId: string } }>(TRANSFER, { key: randomUUID() }, emma);
  return answer.data?.transfer.commandId ?? "";
}
/** As the submitter does. */
async function becomes(id: string, status: "SUBMITTED" | "FAILED"): Promise<void> {
  await graph.database.pool.query("update app.command set status = $2, attempt = attempt + 1 where id = $1", [
    id,
    status,
  ]);
  graph.updates.tell({ commands: [id] });
}
const paid = (amount: string) => [
  tokenomics.TransferCompleted({
    ...{ from: EMMA, to: ADA, amount, fee: "0", kind: "P2P", scope: "CROSS_BORDER" },
    ...{ rateBps: 0, remark: null, multiSigTxId: null },
  }),
];

describe.each([
  ["WebSocket", bySocket],
  ["server-sent events", byEvents],
])("over %s", (_, by) => {
  it("a command is shown as it is, then with each change, and ends with its outcome", async () => {
    const id = await transfer();
    const stream = open(by, emma).subscribe<Commands>(COMMAND, { id });
    const told = (status: string) => ({ data: { commandUpdated: { id, status, error: null } } });
    await stream.count(1);
    await becomes(id, "SUBMITTED");
    await stream.count(2);
    await graph.history.happened(paid("1"), { commandId: id });
    await stream.ended;
    expect(stream.values).toEqual(["ACCEPTED", "SUBMITTED", "COMMITTED"].map(told));
  });
});
