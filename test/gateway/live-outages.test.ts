// Live updates through outages: Redis that dies, hangs or cuts the connection, publishers that crash, subgraphs that are away.
import { randomUUID } from "node:crypto";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { openUpdates } from "../../platform/updates.js";
import { eventually } from "../environment.js";
import { newGraph, type Graph } from "./graph.js";
import { byEvents, bySocket, type Stream, type Subscriber } from "./streams.js";
import { EMMA, newWorld } from "./world.js";

const COMMAND = "subscription ($id: UUID!) { commandUpdated(id: $id) { attempts } }";
const TRANSFER = `mutation ($key: String!) { transfer(to: "SYSTEM_LOAN_POOL", amount: "1", idempotencyKey: $key) { commandId } }`;

let graph: Graph;
let emma: string;
let subscriber: Subscriber;

/** The subgraph that answers looks at commands is behind a border that can be closed. */
let reachable: boolean;
const through = new Set<Socket>();
let border: Server;
async function bordered(own: string): Promise<string> {
  border = createServer((incoming) => {
    if (!reachable) return void incoming.destroy();
    const outgoing = connect(Number(new URL(own).port), "127.0.0.1");
    for (const socket of [incoming, outgoing]) {
      through.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => through.delete(socket));
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => border.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(border.address() as AddressInfo).port}/graphql`;
}

/** Log lines of the tests before. */
let told: number;
beforeAll(async () => {
  reachable = true;
  graph = await newGraph({}, { admin: bordered });
  await newWorld(graph.history);
  emma = await graph.token("USER", EMMA);
});
beforeEach(() => {
  told = graph.lines.length;
  subscriber = bySocket(graph.url, emma);
});
afterEach(() => subscriber.close());
afterAll(async () => {
  await graph.close();
  for (const socket of through) socket.destroy();
  border.close();
});

interface Followed {
  readonly stream: Stream<{ commandUpdated: { attempts: number } }>;
  /** Changes the row without telling anybody. */
  change(): Promise<void>;
  /** The newest that was shown. */
  shown(): number | undefined;
}
async function follow(by: Subscriber = subscriber): Promise<Followed> {
  const answer = await graph.ask<{ transfer: { commandId: string } }>(TRANSFER, { key: randomUUID() }, emma);
  const id = answer.data?.transfer.commandId ?? "";
  const stream = by.subscribe<{ commandUpdated: { attempts: number } }>(COMMAND, { id });
  await stream.count(1);
  return {
    stream,
    change: async () =>
      void (await graph.database.pool.query("update app.command set attempt = attempt + 1 where id = $1", [id])),
    shown: () => stream.values.at(-1)?.data?.commandUpdated.attempts,
  };
}
const shows = ({ shown }: Followed, attempts: number) => eventually(() => shown() === attempts, `attempt ${attempts}`);
const logged = (message: string, times: number) =>
  eventually(
    () => graph.lines.slice(told).filter((line) => line["message"] === message).length === times,
    `${times} times ${message}`,
  );

it("while Redis is away changes are found by the clock, and once it is back they are told again", async () => {
  const events = byEvents(graph.url, emma);
  const followed = [await follow(), await follow(events)];
  await graph.redis.kill();
  await logged("Live updates are away", 1);
  for (const attempts of [1, 2]) {
    for (const each of followed) await each.change();
    for (const each of followed) await shows(each, attempts);
  }
  // Whoever comes now is served by the clock as well.
  const late = await follow();
  await late.change();
  await shows(late, 1);

  await graph.redis.start();
  await logged("Live updates are connected", 1);
  for (const each of [...followed, late]) await each.change();
  graph.updates.resync();
  await Promise.all([shows(followed[0] as Followed, 3), shows(followed[1] as Followed, 3), shows(late, 2)]);
  const names = (await graph.redis.client.pubsub("CHANNELS", "gx:live:*")) as string[];
  expect(names.filter((name) => name.includes("command")).length).toBe(3);
  await events.close();
});

it("a connection that is cut is made again, and every open subscription looks once", async () => {
  const followed = [await follow(), await follow(), await follow()];
  for (const each of followed) await each.change();
  await graph.redis.client.client("KILL", "TYPE", "pubsub");
  for (const each of followed) await shows(each, 1);
  expect(followed.map(({ stream }) => stream.values.length)).toEqual([2, 2, 2]);
});

it("what a publisher told nobody, since it crashed, is found when the next one connects", async () => {
  const followed = [await follow(), await follow()];
  // Committed, and then the end.
  for (const each of followed) await each.change();
  const next = openUpdates({ url: graph.redis.url, log: graph.log });
  for (const each of followed) await shows(each, 1);
  await next.close();
});

it("a look that its subgraph does not answer is made again until it does, and shows no error", async () => {
  const followed = await follow();
  reachable = false;
  for (const socket of through) socket.destroy();
  await followed.change();
  graph.updates.resync();
  await eventually(
    () => graph.lines.slice(told).filter(({ message }) => message === "Subgraph did not answer").length >= 2,
    "two looks in vain",
  );
  reachable = true;
  await shows(followed, 1);
  expect(followed.stream.values).toEqual([0, 1].map((attempts) => ({ data: { commandUpdated: { attempts } } })));
});

// The last one: the pause outlasts it.
it("a Redis that hangs is found out, and looked past", async () => {
  const followed = await follow();
  await graph.redis.client.client("PAUSE", 60_000, "ALL");
  await followed.change();
  await shows(followed, 1);
  await logged("Live updates are away", 1);
});
