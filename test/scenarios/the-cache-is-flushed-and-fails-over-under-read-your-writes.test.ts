// Callers mutate, wait for COMMITTED and read, through a cache that is flushed, killed, emptied and replaced by an older copy
// of itself. No read is ever behind what its caller was shown. The projector's way to Redis is slow: whoever tells the cache
// of a block too late is found out.
import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { commandOf } from "../../catalogue/index.js";
import { openAcceptance, type Accept } from "../../platform/accept.js";
import { openCacheWriter, type CacheWriter } from "../../platform/cache-writer.js";
import { openCache, type RowCache } from "../../platform/cache.js";
import { openDatabase, type Database } from "../../platform/database.js";
import { openReads, type Reads } from "../../platform/reads.js";
import { openWatermark, type Watermark } from "../../platform/watermark.js";
import { newRows } from "../../subgraphs/rows.js";
import { lead, type Reader } from "../../workers/projector/follow.js";
import { measure } from "../../workers/projector/measure.js";
import { newProgress } from "../../workers/projector/progress.js";
import { eventually, newDatabase, newRedis, type TestDatabase, type TestRedis } from "../environment.js";
import { newLines, newMetrics, valueOf } from "../platform/parts.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";

const WAY_MS = 15;
const CALLERS = 4;
const BEGIN = 500_000_000n;

/** The projector's way to Redis: slow, and closed when told so. */
interface Way {
  readonly url: string;
  /** Until it is opened again, nothing passes. */
  close(): void;
  open(): void;
  stop(): void;
}

async function newWay(to: string): Promise<Way> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let opened = Promise.resolve();
  let open: () => void = () => undefined;
  const carry = (from: Socket, into: Socket) => {
    from.on("data", (chunk) => {
      setTimeout(() => void opened.then(() => into.writable && into.write(chunk)), WAY_MS);
    });
    from.on("close", () => into.destroy());
    from.on("error", () => into.destroy());
    sockets.add(from);
  };
  const server: Server = createServer((socket) => {
    const beyond = connect(Number(port), hostname);
    carry(socket, beyond);
    carry(beyond, socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address() as { port: number };
  return {
    url: `redis://127.0.0.1:${address.port}`,
    close: () => void (opened = new Promise((resolve) => (open = resolve))),
    open: () => open(),
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

let ledger: GxLedger;
let rows: TestDatabase;
let redis: TestRedis;
let way: Way;
let database: Database;
let reads: Reads;
let watermark: Watermark;
let cache: RowCache;
let writer: CacheWriter;
let accept: Accept;
let projecting: Promise<void>;
const stop = new AbortController();
const { log } = newLines("fatal");
const metrics = newMetrics();

beforeAll(async () => {
  [ledger, rows, redis] = [await newGxLedger(), await newDatabase(), await newRedis()];
  await ledger.setUp();
  way = await newWay(redis.url);
  database = openDatabase({ url: rows.url, connections: 8, log, metrics });
  reads = openReads(database);
  watermark = openWatermark({ url: rows.url, database, log });
  cache = openCache({ url: redis.url, log, metrics, watermark: watermark.block });
  writer = openCacheWriter({ url: way.url, log });
  accept = openAcceptance({ database, wake: () => Promise.resolve(), metrics });
  const { connection, reader: identity } = ledger;
  const progress = newProgress();
  const reader: Reader = {
    ...{ connection, identity, database, databaseUrl: rows.url, log, progress, cache: writer },
    measures: measure(metrics, progress, connection),
  };
  projecting = lead(reader, stop.signal);
});
afterAll(async () => {
  way.open();
  stop.abort();
  await projecting;
  writer.close();
  cache.close();
  await watermark.close();
  await database.close();
  way.stop();
  await redis.close();
  await rows.close();
  await ledger.stop();
});

interface CallerOfOurs {
  readonly userId: string;
  /** What it has been shown: the balance after its last transfer that is COMMITTED. */
  shown: bigint;
}
let compared = 0;
const behind: string[] = [];

/** As a request does it: rows of its own, read once. */
async function look(caller: CallerOfOurs): Promise<void> {
  const { shown, userId } = caller;
  const wallet = await newRows({ reads, cache }).one("Wallet", userId);
  const balance = wallet ? wallet.stored + wallet.pending : undefined;
  compared += 1;
  if (balance === undefined || balance > shown) behind.push(`${userId}: ${balance} after ${shown}`);
}

const TRANSFER = commandOf("tokenomics.transfer");
async function transfer(caller: CallerOfOurs): Promise<void> {
  if (!TRANSFER) throw new Error("no such command");
  const input = { to: "SYSTEM_LOAN_POOL", amount: "1", remark: null };
  const asked = { command: TRANSFER, actor: caller.userId, content: input, inputs: [input] };
  const [ticket] = await accept({ ...asked, key: randomUUID(), requestId: "cache" });
  const id = ticket?.commandId as string;
  await ledger.execute({ id, command: TRANSFER.name, actor: caller.userId, input });
  for (;;) {
    const { rows: found } = await rows.pool.query<{ status: string }>("select status from app.command where id = $1", [
      id,
    ]);
    if (found[0]?.status === "COMMITTED") break;
    if (found[0]?.status !== "ACCEPTED") throw new Error(`the transfer ended as ${found[0]?.status}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  caller.shown -= 1n;
}

/** Each caller reads, mutates, waits for COMMITTED, and reads at once and again. */
const rounds = (callers: readonly CallerOfOurs[], count: number) =>
  Promise.all(
    callers.map(async (caller) => {
      for (let round = 0; round < count; round += 1) {
        await look(caller);
        await transfer(caller);
        await look(caller);
        await look(caller);
      }
    }),
  );

const results = async (result: string) => (await valueOf(metrics, "cache_requests_total", `result="${result}"`)) ?? 0;
/** All accounts come from the cache. */
const cached = (callers: readonly CallerOfOurs[]) =>
  eventually(async () => {
    const before = await results("hit");
    await Promise.all(callers.map(look));
    return (await results("hit")) === before + callers.length;
  }, "all accounts to be cached");

test("the cache is flushed and fails over under read your writes", async () => {
  const callers: CallerOfOurs[] = [];
  for (let i = 0; i < CALLERS; i += 1) callers.push({ userId: await ledger.user(), shown: BEGIN });
  await eventually(async () => (await reads.count("Wallet", { kind: "USER" }, 10, "id")) === CALLERS, "the accounts");

  await cached(callers);
  await rounds(callers, 5);
  expect(behind).toEqual([]);

  for (let flush = 0; flush < 4; flush += 1) {
    const going = rounds(callers, 3);
    await new Promise((resolve) => setTimeout(resolve, 40));
    await redis.client.flushall();
    await going;
  }
  await cached(callers);

  const meanwhile = rounds(callers, 4);
  await redis.kill();
  await meanwhile;
  await redis.start();
  await rounds(callers, 2);
  await cached(callers);

  const dump = join(((await redis.client.config("GET", "dir")) as string[])[1] ?? "", "dump.rdb");
  let copies = 0;
  while (copies < 2) {
    // Its lease must outlive the change of servers, else the older copy is harmless by itself.
    await cached(callers);
    await redis.client.save();
    await rounds(callers, 1);
    way.close();
    await redis.kill();
    await redis.start();
    const lease = await redis.client.get("gx:lease");
    if (lease !== null) {
      copies += 1;
      await eventually(() => cache.state() === "connected", "the readers to be there before the projector");
      for (let again = 0; again < 5; again += 1) await Promise.all(callers.map(look));
    }
    way.open();
    rmSync(dump, { force: true });
    await rounds(callers, 2);
  }
  await cached(callers);

  const [hit, stale, bypass] = [await results("hit"), await results("stale"), await results("bypass")];
  process.stdout.write(
    `${compared} reads after a COMMITTED, ${behind.length} behind; rows from the cache ${hit}, refused ${stale}, past it ${bypass}\n`,
  );
  expect(behind).toEqual([]);
});
