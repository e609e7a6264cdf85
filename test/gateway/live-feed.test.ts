// One subscription on a real Redis: when it looks, what it looks for, and what it never does. What it reads is the suite's own.
import { openFeed, type Feed, type Looked, type Turn } from "../../gateway/live/feed.js";
import { openSignals, type Signals } from "../../gateway/live/signals.js";
import { openUpdates, type Updates } from "../../platform/updates.js";
import { eventually, newRedis, type TestRedis } from "../environment.js";
import { newLines } from "../platform/parts.js";

let redis: TestRedis;
let signals: Signals;
let updates: Updates;
const { log } = newLines();
beforeAll(async () => {
  redis = await newRedis();
  // Both ends begin with a look of everybody, and so does what is told before they are connected; none shall come into a test.
  const ear = redis.client.duplicate();
  const calls: string[] = [];
  ear.on("message", (channel: string) => calls.push(channel));
  await ear.subscribe("gx:live:resync");
  updates = openUpdates({ url: redis.url, log });
  await eventually(() => calls.length > 0, "the end that tells to be connected");
  ear.disconnect();
  signals = openSignals({ url: redis.url, log });
  const heard: (number | undefined)[] = [];
  const listening = signals.listen("gx:live:command:first", (block) => heard.push(block));
  await eventually(() => {
    updates.tell({ commands: ["first"] }, 1);
    return heard.includes(1);
  }, "the end that listens to be connected");
  await eventually(() => heard.includes(undefined), "its first look");
  listening.close();
});
afterAll(async () => {
  signals.close();
  await updates.close();
  await redis.close();
});

/** A look that is under way; it ends when the suite says so. */
interface Under {
  readonly block: number | undefined;
  end(looked: Looked<string>): void;
}
interface Opened {
  readonly feed: Feed<string>;
  /** All looks so far. */
  readonly looks: Under[];
  closed: number;
}
const atOnce: Turn = (work) => work();

function open(id: string, turn: Turn = atOnce): Opened {
  const looks: Under[] = [];
  const opened: Opened = {
    looks,
    closed: 0,
    feed: openFeed<string>({
      ...{ signals, turn, channel: `gx:live:command:${id}` },
      look: (block) => new Promise((resolve) => looks.push({ block, end: resolve })),
      closed: () => (opened.closed += 1),
    }),
  };
  all.push(opened.feed);
  return opened;
}
const all: Feed<string>[] = [];
const looked = async ({ looks }: Opened, count: number): Promise<Under> => {
  await eventually(() => looks.length === count, `look ${count}`);
  return looks[count - 1] as Under;
};
/** When it returns, everything that was told so far has been heard. */
async function heard(): Promise<void> {
  let last = false;
  const listening = signals.listen("gx:live:command:last", () => (last = true));
  await listening.ready;
  updates.tell({ commands: ["last"] });
  await eventually(() => last, "the last signal");
  listening.close();
}
const channels = async () => (await redis.client.pubsub("CHANNELS", "*")) as string[];
afterEach(async () => {
  for (const feed of all.splice(0)) await feed.return();
  await eventually(async () => (await channels()).length === 0, "no channel");
});

it("looks when it is opened, then once for each signal, for the newest block that it was told of", async () => {
  const opened = open("a");
  const first = opened.feed.next();
  expect((await looked(opened, 1)).block).toBeUndefined();
  opened.looks[0]?.end({ values: ["one"] });
  expect(await first).toEqual({ done: false, value: "one" });
  const second = opened.feed.next();
  updates.tell({ commands: ["a"] }, 7);
  expect((await looked(opened, 2)).block).toBe(7);
  opened.looks[1]?.end({ values: [] });
  updates.tell({ commands: ["a"] });
  // What is told without a block may not show less than before.
  expect((await looked(opened, 3)).block).toBe(7);
  opened.looks[2]?.end({ values: ["two"], ended: true });
  expect(await second).toEqual({ done: false, value: "two" });
  expect(await opened.feed.next()).toEqual({ done: true, value: undefined });
  expect(opened.closed).toBe(1);
});

it("does not look before it listens", async () => {
  await redis.client.client("PAUSE", 800, "ALL");
  const opened = open("b");
  const first = opened.feed.next();
  // Many turns of the loop, and Redis has not said yet that it listens.
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(opened.looks).toEqual([]);
  await looked(opened, 1);
  opened.looks[0]?.end({ values: ["one"], ended: true });
  await first;
});

it("looks again for what is told while a look is under way", async () => {
  const opened = open("c");
  const first = opened.feed.next();
  await looked(opened, 1);
  updates.tell({ commands: ["c"] }, 5);
  await heard();
  opened.looks[0]?.end({ values: [] });
  (await looked(opened, 2)).end({ values: ["five"] });
  expect(await first).toEqual({ done: false, value: "five" });
  await opened.feed.return();
});

it("of many signals makes one look, however slow its reader is and however long it waits for its turn", async () => {
  let pass: () => void = () => undefined;
  let waiting = 0;
  const opened = open("d", async (work) => {
    waiting += 1;
    await new Promise<void>((resolve) => (pass = resolve));
    return work();
  });
  const first = opened.feed.next();
  await eventually(() => waiting === 1, "waiting");
  for (let block = 1; block <= 1_000; block += 1) updates.tell({ commands: ["d"] }, block);
  await heard();
  pass();
  expect((await looked(opened, 1)).block).toBe(1_000);
  opened.looks[0]?.end({ values: ["first"] });
  await first;
  // Nobody reads, so nothing is looked for.
  for (let block = 1_001; block <= 2_000; block += 1) updates.tell({ commands: ["d"] }, block);
  await heard();
  expect([opened.looks.length, waiting]).toEqual([1, 1]);
  const second = opened.feed.next();
  await eventually(() => waiting === 2, "waiting again");
  pass();
  expect((await looked(opened, 2)).block).toBe(2_000);
  opened.looks[1]?.end({ values: ["second"] });
  expect((await second).value).toBe("second");
  await opened.feed.return();
});

it("ends at once in the middle of a look, whose values are dropped", async () => {
  const opened = open("e");
  const first = opened.feed.next();
  const under = await looked(opened, 1);
  await opened.feed.return();
  await eventually(async () => (await channels()).length === 0, "no channel");
  under.end({ values: ["late"] });
  expect(await first).toEqual({ done: true, value: undefined });
  expect(opened.closed).toBe(1);
});

it("hands over its last value and ends where it is told to", async () => {
  const opened = open("f");
  const first = opened.feed.next();
  (await looked(opened, 1)).end({ values: ["one"] });
  await first;
  const second = opened.feed.next();
  opened.feed.end("over");
  expect(await second).toEqual({ done: false, value: "over" });
  expect((await opened.feed.next()).done).toBe(true);
});

it("looks again by itself after a look without an answer, and at once where there is more", async () => {
  const opened = open("g");
  const first = opened.feed.next();
  (await looked(opened, 1)).end({ values: [], again: true });
  (await looked(opened, 2)).end({ values: ["one"], more: true });
  await first;
  const second = opened.feed.next();
  (await looked(opened, 3)).end({ values: ["two"] });
  expect((await second).value).toBe("two");
  await opened.feed.return();
});

it("shares its channel with others, and the last one who leaves closes it", async () => {
  const [one, other] = [open("h"), open("h")];
  const pending = [one.feed.next(), other.feed.next()];
  await Promise.all([looked(one, 1), looked(other, 1)]);
  expect((await channels()).sort()).toEqual(["gx:live:command:h", "gx:live:resync"]);
  await one.feed.return();
  other.looks[0]?.end({ values: [] });
  updates.tell({ commands: ["h"] }, 1);
  (await looked(other, 2)).end({ values: ["told"], ended: true });
  one.looks[0]?.end({ values: [] });
  expect((await Promise.all(pending)).map(({ value }) => value as unknown)).toEqual([undefined, "told"]);
});
