// The telling end of live updates on a real Redis: what is told, what a connection begins with, and what happens without one.
import { channels, openUpdates, type Updates } from "../../platform/updates.js";
import { eventually, newRedis, type TestRedis } from "../environment.js";
import { newLines } from "./parts.js";

let redis: TestRedis;
let heard: [channel: string, text: string][];
const { log } = newLines();
const opened: Updates[] = [];
const open = () => {
  const updates = openUpdates({ url: redis.url, log });
  opened.push(updates);
  return updates;
};
const count = (channel: string) => heard.filter(([of]) => of === channel).length;

beforeAll(async () => {
  redis = await newRedis();
  const listener = redis.client.duplicate({ maxRetriesPerRequest: null, retryStrategy: () => 20 });
  listener.on("error", () => undefined);
  listener.on("pmessage", (_: string, channel: string, text: string) => heard.push([channel, text]));
  await listener.psubscribe("gx:live:*");
  listening = () => listener.disconnect();
});
let listening: () => void;
beforeEach(() => void (heard = []));
afterEach(async () => {
  for (const updates of opened.splice(0)) await updates.close();
});
afterAll(async () => {
  listening();
  await redis.close();
});

/** One whose connection is there. */
async function connected(): Promise<Updates> {
  const updates = open();
  await eventually(() => count(channels.resync) > 0, "the first resync");
  heard = [];
  return updates;
}

it("tells each command and wallet on a channel of its own, with the block where there is one", async () => {
  const updates = await connected();
  updates.tell({ commands: ["a", "b"], wallets: ["w"] }, 7);
  updates.tell({ commands: ["c"] });
  await eventually(() => heard.length === 4, "four messages");
  expect(heard).toEqual([
    ["gx:live:command:a", "7"],
    ["gx:live:command:b", "7"],
    ["gx:live:wallet:w", "7"],
    ["gx:live:command:c", ""],
  ]);
});

it("begins each connection with a resync, since what came before it may have reached nobody", async () => {
  const updates = open();
  updates.tell({ commands: ["too early"] });
  await eventually(() => count(channels.resync) === 1, "a resync");
  expect(heard).toEqual([[channels.resync, ""]]);
  await redis.client.client("KILL", "TYPE", "normal", "SKIPME", "yes");
  await eventually(() => count(channels.resync) === 2, "another resync");
});

it("drops what Redis does not take in time, and says so by one resync", async () => {
  const updates = await connected();
  await redis.client.client("PAUSE", 500, "ALL");
  const ids = Array.from({ length: 10_000 }, (_, place) => String(place));
  for (let block = 0; block < 20; block += 1) updates.tell({ commands: ids }, block);
  await eventually(() => count(channels.resync) >= 1, "a resync");
  expect(heard.length).toBeLessThan(30_000);
});

it("hands over what was told before its end", async () => {
  const updates = await connected();
  updates.tell({ commands: ["last"] });
  await updates.close();
  await eventually(() => count("gx:live:command:last") === 1, "the last message");
});
