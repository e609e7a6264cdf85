// Collects the evidence from a quiet system: SQL, blocks, gx:query, Redis and the processes themselves. Changes nothing.
import { readdirSync, readFileSync } from "node:fs";
import { until } from "../bench/system.js";
import { inBursts } from "../bench/load.js";
import { functions, WIRE_VERSION } from "../catalogue/wire.js";
import { chainInfo } from "../platform/blocks.js";
import { actAs } from "../platform/fabric.js";
import type { Arena } from "./arena.js";
import type { Bounded, CommandRow, Evidence, Money, Statement } from "./evidence.js";
import type { Journal } from "./journal.js";
import type { Random } from "./random.js";
import { catchUp, type Truth } from "./truth.js";

export interface Gathering {
  readonly arena: Arena;
  readonly journal: Journal;
  readonly truth: Truth;
  readonly random: Random;
  readonly calm: Leftovers;
  readonly harm: readonly Bounded[];
  readonly verified: readonly string[] | undefined;
}

/** Nothing open, and the rows at the end of the chain. @throws when that does not come within the limit */
export async function quiet(arena: Arena, limitMs: number): Promise<void> {
  const { connection, reader } = arena;
  await until("every command to end", async () => (await arena.open()) === 0, limitMs, 100);
  await until(
    "the rows to reach the end of the chain",
    async () => {
      const info = await chainInfo(connection, reader).catch(() => undefined);
      return info !== undefined && (await checkpointOf(arena)).block === info.height - 1;
    },
    limitMs,
    50,
  );
}

/** How many receipts are asked for: the newest and some others. */
const RECEIPTS = 400;
const CONCURRENT = 16;

export async function gather({ arena, journal, truth, random, calm, harm, verified }: Gathering): Promise<Evidence> {
  const rows = await rowsOf(arena);
  await catchUp(truth, arena.connection, arena.reader);
  const { effects, fold } = truth;
  const known = [...rows.keys()];
  const some = Array.from({ length: Math.min(RECEIPTS, known.length) }, () => random.pick(known));
  return {
    ...{ entries: journal.entries, rows, effects, foldFaults: fold.faults, accounts: fold.accounts },
    ...{ height: truth.height(), hash: truth.hash(), harm, verified },
    receipts: await receiptsOf(arena, some),
    balances: await balancesOf(
      arena,
      [...fold.accounts.keys()].filter((id) => !id.startsWith("MINTED_")),
    ),
    wallets: await walletsOf(arena),
    statements: await statementsOf(arena),
    events: await eventsOf(arena),
    checkpoint: await checkpointOf(arena),
    held: await arena.peers.hold(truth.height() - 1),
    leftovers: boundsOf(await leftoversOf(arena), calm, await oldestOpen(arena)),
  };
}

// ---------------------------------------------------------------- the database

async function checkpointOf(arena: Arena): Promise<{ block: number; hash: string }> {
  const [row] = await arena.query<{ block: string; hash: string }>(
    "select block, block_hash as hash from read.checkpoint",
  );
  return { block: Number(row?.block ?? -1), hash: row?.hash ?? "" };
}

async function rowsOf(arena: Arena): Promise<Map<string, CommandRow>> {
  const rows = await arena.query<CommandRow>(
    `select id, actor, request_key || case part when 0 then '' else '/' || part end as key, seq::float8 as seq, role, lanes,
       status, last_error as reason, block::float8 as block, tx_index as "txIndex", batch_index as "batchIndex",
       tx_id as "txId", code from app.command`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function walletsOf(arena: Arena): Promise<Map<string, Money>> {
  const rows = await arena.query<{ id: string; stored: string; pending: string }>(
    "select id, stored::text, pending::text from read.wallet",
  );
  return new Map(rows.map(({ id, stored, pending }) => [id, { stored: BigInt(stored), pending: BigInt(pending) }]));
}

async function statementsOf(arena: Arena): Promise<Map<string, Statement>> {
  const rows = await arena.query<{ id: string; sum: string; count: number }>(
    "select wallet_id as id, sum(amount)::text as sum, count(*)::int as count from read.entry group by wallet_id",
  );
  return new Map(rows.map(({ id, sum, count }) => [id, { sum: BigInt(sum), count }]));
}

async function eventsOf(arena: Arena): Promise<Map<string, string[]>> {
  const rows = await arena.query<{ id: string; names: string[] }>(
    "select command_id as id, array_agg(name order by position) as names from read.event group by command_id",
  );
  return new Map(rows.map(({ id, names }) => [id, names]));
}

async function oldestOpen(arena: Arena): Promise<number> {
  const [row] = await arena.query<{ seconds: number | null }>(
    `select extract(epoch from now() - min(accepted_at))::float8 as seconds from app.command
     where status in ('ACCEPTED', 'SUBMITTED')`,
  );
  return row?.seconds ?? 0;
}

// ---------------------------------------------------------------- the ledger's state

async function askAll<T>(arena: Arena, name: string, all: readonly T[], argsOf: (item: T) => object) {
  const fabric = actAs(arena.connection, arena.reader);
  return inBursts(all, CONCURRENT, async (item) => {
    const asked = JSON.stringify({ version: WIRE_VERSION, name, args: argsOf(item) });
    const answer = await fabric.evaluate(functions.query, asked);
    return [item, JSON.parse(answer.toString("utf8")) as Record<string, string> | null] as const;
  });
}

async function receiptsOf(arena: Arena, ids: readonly string[]): Promise<Map<string, string | null>> {
  const found = await askAll(arena, "receipt", ids, (commandId) => ({ commandId }));
  return new Map(found.map(([id, receipt]) => [id, receipt?.["txId"] ?? null]));
}

/** Accounts with more unfolded deltas than one query reads are left to `gx verify`. */
async function balancesOf(arena: Arena, ids: readonly string[]): Promise<Map<string, Money>> {
  const found = await askAll(arena, "account", ids, (accountId) => ({ accountId }));
  const whole = found.filter(([, account]) => account === null || String(account["complete"]) === "true");
  return new Map(
    whole.map(([id, account]) => [
      id,
      { stored: BigInt(account?.["stored"] ?? 0), pending: BigInt(account?.["pending"] ?? 0) },
    ]),
  );
}

// ---------------------------------------------------------------- leftovers

export interface Leftovers {
  /** Without those that expire. */
  readonly redisKeys: number;
  readonly locks: number;
  /** Of all processes of ours that run on Node.js. */
  readonly descriptors: number;
  /** MB, likewise. */
  readonly memory: number;
  readonly processes: number;
}

/** Keys that stay until somebody removes them: what is cached goes by itself. */
function lasting(keyspace: string): number {
  const [, keys = "0", expiring = "0"] = /^db0:keys=(\d+),expires=(\d+)/m.exec(keyspace) ?? [];
  return Number(keys) - Number(expiring);
}

const KEEPS: readonly string[] = ["postgres", "redis", "up"];

export async function leftoversOf(arena: Arena): Promise<Leftovers> {
  const pids = [...arena.processes()].filter(([name]) => !KEEPS.includes(name)).map(([, pid]) => pid);
  const [locks] = await arena.query<{ count: number }>(
    "select count(*)::int as count from pg_locks where locktype = 'advisory'",
  );
  return {
    redisKeys: await arena.onRedis(async (redis) => lasting(await redis.info("keyspace"))),
    locks: locks?.count ?? 0,
    descriptors: total(pids, (pid) => readdirSync(`/proc/${pid}/fd`).length),
    memory: total(pids, residentOf) / 1_024,
    processes: pids.length,
  };
}

const residentOf = (pid: number) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);

function total(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((sum, pid) => {
    try {
      return sum + of(pid);
    } catch {
      return sum;
    }
  }, 0);
}

/** Generous: caches, pools and heaps may fill, but nothing may grow with the number of commands or kills. */
function boundsOf(now: Leftovers, calm: Leftovers, oldest: number): Bounded[] {
  return [
    { what: "oldest open command", value: oldest, most: 5, unit: "s" },
    { what: "keys in Redis that stay", value: now.redisKeys, most: calm.redisKeys + 2_000, unit: "keys" },
    { what: "advisory locks", value: now.locks, most: calm.locks, unit: "locks" },
    { what: "file descriptors", value: now.descriptors, most: calm.descriptors + 40 * now.processes, unit: "open" },
    { what: "memory", value: now.memory, most: calm.memory + 150 * now.processes, unit: "MB" },
  ];
}
