// The whole rebuild: read models filled beside the live ones from block 0, compared with them, put in their place.
// Live projection goes on meanwhile; it waits only from the last blocks until the swap. A killed rebuild has changed nothing.
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { chainInfo, followBlocks } from "../../platform/blocks.js";
import { leaseLeftMs } from "../../platform/cache-writer.js";
import { holdChain } from "../../platform/chain.js";
import type { Connection } from "../../platform/connection.js";
import { asUnavailable } from "../../platform/database.js";
import { GxError } from "../../platform/errors.js";
import { becomeLeader, type Leadership } from "../../platform/leader.js";
import type { Logger } from "../../platform/log.js";
import type { Identity } from "../../platform/wallet.js";
import { builtVersion } from "../../workers/projector/version.js";
import { dropBeside, makeBeside, swap } from "./beside.js";
import { compare, type Comparison } from "./compare.js";
import { fillBeside, type Filling } from "./fill.js";

export interface Source {
  readonly connection: Connection;
  /** Reads blocks; needs no role. */
  readonly identity: Identity;
}

export interface Replayed extends Source {
  readonly databaseUrl: string;
  /** Only compares; the rebuilt rows are dropped. */
  readonly verifyOnly: boolean;
  readonly log: Logger;
  /** Told of the blocks done and how many there are to do, and of the table that is compared. */
  readonly tell: {
    filling(blocks: number, of: number, events: number): void;
    comparing(table: string): void;
  };
}

export interface Rebuilt {
  /** Number of the block at which both were compared. */
  readonly block: number;
  readonly events: number;
  readonly tables: readonly Comparison[];
  /** The rebuilt rows are the live ones now. */
  readonly switched: boolean;
  readonly version: string;
}

const ONE_AT_A_TIME = "gx replay";
const ROUNDS = 10;
// Readers that hold a table: PostgreSQL's code of a lock that was not got in time.
const LOCK_NOT_AVAILABLE = "55P03";

/** @throws GxError RUNNING, ChainMismatch, UNAVAILABLE where the peer or the database is away; live rows are as before then. */
export async function replay(of: Replayed): Promise<Rebuilt> {
  const pool = new pg.Pool({ connectionString: of.databaseUrl, max: 4, connectionTimeoutMillis: 5_000 });
  pool.on("error", () => undefined);
  const stop = new AbortController();
  try {
    const turn = await takeTurn(pool);
    try {
      const { connection, identity } = of;
      await holdChain(connection, identity, pool);
      await makeBeside(pool);
      let height = 0;
      const blocks = followBlocks({ connection, identity, from: 0, signal: stop.signal });
      const filling = fillBeside(blocks, pool, ({ block, events }) => of.tell.filling(block() + 1, height, events()));
      const beside: Beside = { of, pool, filling, target: async () => (height = (await targetOf(of, pool)) + 1) - 1 };
      await approach(beside);
      return of.verifyOnly ? await verifyBeside(beside) : await switchOver(beside);
    } finally {
      stop.abort();
      await dropBeside(pool).catch(() => undefined);
      turn.release();
    }
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    await pool.end();
  }
}

interface Beside {
  readonly of: Replayed;
  readonly pool: pg.Pool;
  readonly filling: Filling;
  /** Number of the block at which the live rows stand now; the chain's end where they stand nowhere. */
  target(): Promise<number>;
}

async function takeTurn(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect();
  client.on("error", () => undefined);
  const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock(hashtextextended($1, 0)) as got", [
    ONE_AT_A_TIME,
  ]);
  if (rows[0]?.got) return client;
  client.release();
  throw new GxError("RUNNING", "another gx replay is at work on this database; wait for its end");
}

async function targetOf({ connection, identity }: Source, pool: pg.Pool): Promise<number> {
  const { height } = await chainInfo(connection, identity);
  const block = await liveBlock(pool);
  if (block === undefined) return height - 1;
  if (block < height) return block;
  throw new GxError(
    "UNAVAILABLE",
    `the live rows stand at block ${block}, but the peer holds only ${height} blocks: wait until it has caught up`,
    { retry: "later" },
  );
}

async function liveBlock(client: Pick<pg.Pool, "query">): Promise<number | undefined> {
  const { rows } = await client.query<{ block: string }>("select block from read.checkpoint");
  return rows[0] === undefined ? undefined : Number(rows[0].block);
}

/** Until the rebuilt rows stand where the live ones do, give or take what comes in while one group is written. */
async function approach({ filling, target }: Beside): Promise<void> {
  for (let end = await target(); filling.block() < end; end = await target()) await filling.to(end);
}

/** Compares in one snapshot that sees both at the same block, while live goes on. */
async function verifyBeside(beside: Beside): Promise<Rebuilt> {
  const { pool } = beside;
  const holder = await pool.connect();
  const viewer = await pool.connect();
  try {
    // The projector waits here for the few blocks that are missing, not for the comparison.
    await holder.query("begin");
    await holder.query("lock table read.checkpoint in share mode");
    await approach(beside);
    await openSnapshot(viewer);
    await holder.query("commit");
    return await resultOf(beside, viewer);
  } finally {
    // Both may stand inside a transaction.
    holder.release(true);
    viewer.release(true);
  }
}

async function openSnapshot(client: pg.PoolClient): Promise<void> {
  await client.query("begin isolation level repeatable read read only");
  await client.query("select from read.checkpoint");
}

async function resultOf({ of, filling }: Beside, client: pg.PoolClient): Promise<Rebuilt> {
  const tables = await compare(client, of.tell.comparing);
  return { block: filling.block(), events: filling.events(), tables, switched: false, version: builtVersion() };
}

/** Takes the projector's place, so that live stands still; compares; swaps. Begins again when somebody wrote all the same. */
async function switchOver(beside: Beside): Promise<Rebuilt> {
  const { of, pool } = beside;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const leadership = await standInForProjector(of);
    // The cache is not told of a swap: until it comes, nobody may use the cache any more.
    const unused = pause(leaseLeftMs(leadership));
    try {
      await approach(beside);
      const block = await liveBlock(pool);
      const result = await compared(beside);
      await unused;
      if (await swappedIn(pool, block, leadership)) return { ...result, switched: true };
    } finally {
      await leadership.release();
    }
  }
  throw new GxError("BUSY", "the live rows never stood still: somebody holds their tables; try again", {
    retry: "later",
  });
}

async function standInForProjector({ databaseUrl: url, log }: Replayed): Promise<Leadership> {
  const leadership = await becomeLeader({
    ...{ url, name: "projector", log, takeOver: true },
    signal: AbortSignal.timeout(30_000),
  });
  if (leadership) return leadership;
  throw new GxError("BUSY", "the projector's place could not be taken within 30 s", { retry: "later" });
}

async function compared(beside: Beside): Promise<Rebuilt> {
  const viewer = await beside.pool.connect();
  try {
    await openSnapshot(viewer);
    return await resultOf(beside, viewer);
  } finally {
    viewer.release(true);
  }
}

/** False when rows were written meanwhile or leadership was lost. Readers are waited for, a little longer each time. */
async function swappedIn(pool: pg.Pool, block: number | undefined, leadership: Leadership): Promise<boolean> {
  for (let tries = 1; leadership.held() && tries <= 20; tries += 1) {
    try {
      return await swap(pool, block);
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * tries));
    }
  }
  return false;
}
