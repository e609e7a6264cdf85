// What the projector tells: after its commit, which commands ended and which wallets have new lines; and a resync when it begins.
import { openUpdates, type Updates } from "../../platform/updates.js";
import { eventually, newDatabase, newRedis, type TestDatabase, type TestRedis } from "../environment.js";
import { newLines } from "../platform/parts.js";
import { newGxLedger, type GxLedger } from "./ledger.js";
import { startProjector, stopProjectors } from "./running.js";

let ledger: GxLedger;
let rows: TestDatabase;
let redis: TestRedis;
let heard: { channel: string; text: string; rows: Promise<number> }[];
let stopListening: () => void;
let updates: Updates;

beforeAll(async () => {
  [ledger, redis] = [await newGxLedger(), await newRedis()];
  await ledger.setUp();
});
afterAll(async () => {
  await ledger.stop();
  await redis.close();
});
beforeEach(async () => {
  rows = await newDatabase();
  heard = [];
  const listener = redis.client.duplicate();
  const lines = (channel: string) =>
    rows.pool
      .query("select 1 from read.entry where wallet_id = $1", [channel.split(":").at(-1)])
      .then(({ rowCount }) => rowCount ?? 0);
  // Asked at the moment of hearing: whoever is told must find the rows.
  listener.on("pmessage", (_: string, channel: string, text: string) =>
    heard.push({ channel, text, rows: channel.includes("wallet") ? lines(channel) : Promise.resolve(0) }),
  );
  await listener.psubscribe("gx:live:*");
  stopListening = () => listener.disconnect();
  updates = openUpdates({ url: redis.url, log: newLines().log });
  await eventually(() => has("gx:live:resync"), "the connection");
});
afterEach(async () => {
  await stopProjectors();
  await updates.close();
  stopListening();
  await rows.close();
});

const has = (channel: string) => heard.some((each) => each.channel === channel);

test("each commit is told with its block, and only when the rows are there", async () => {
  const projector = startProjector(ledger, rows.url, { updates });
  await projector.reaches();
  const before = ledger.height() - 1;
  const userId = await ledger.user();
  const block = ledger.height() - 1;
  await eventually(() => has(`gx:live:wallet:${userId}`), "the user's wallet");
  // What was written before is told after its commit: some of it may be heard only now.
  const since = heard.filter(({ text }) => Number(text) > before);
  const wallets = since.filter(({ channel }) => channel.startsWith("gx:live:wallet:"));
  const told = wallets.map(({ channel }) =>
    channel.slice("gx:live:wallet:".length).replace(/^treasury_.*/, "a treasury"),
  );
  expect(told.sort()).toEqual([userId, "a treasury"].sort());
  expect(new Set(since.map(({ text }) => text))).toEqual(new Set([String(block)]));
  for (const { rows: found } of wallets) expect(await found).toBeGreaterThan(0);
  const outcomes = since.filter(({ channel }) => channel.startsWith("gx:live:command:"));
  expect(outcomes.length).toBe(1);
});

test("a projector that takes over says resync, since the one before may have told nobody", async () => {
  const first = startProjector(ledger, rows.url, { updates });
  await first.reaches();
  heard = [];
  const second = startProjector(ledger, rows.url, { updates });
  await first.stop();
  await eventually(() => second.reader.progress.following, "the second to follow");
  await eventually(() => has("gx:live:resync"), "a resync");
});
