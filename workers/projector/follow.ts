// The leader's work: from the checkpoint on, block after block, through outages of the peer and of the database.
// Never ends by itself but for a defect: what may pass is waited for, another chain is waited out unready.
import { setTimeout as pause } from "node:timers/promises";
import type { CacheTenure, CacheWriter } from "../../platform/cache-writer.js";
import { ChainMismatch, followBlocks, type Block } from "../../platform/blocks.js";
import { holdChain } from "../../platform/chain.js";
import type { Connection } from "../../platform/connection.js";
import type { Database } from "../../platform/database.js";
import { advised, GxError } from "../../platform/errors.js";
import { becomeLeader, isLeadershipOver, type Leadership } from "../../platform/leader.js";
import type { Logger } from "../../platform/log.js";
import type { Updates } from "../../platform/updates.js";
import type { Identity } from "../../platform/wallet.js";
import { coalesce } from "./coalesce.js";
import type { Measures } from "./measure.js";
import { arrived, lagMs, type Progress } from "./progress.js";
import { project, type Projected } from "./project.js";
import { announce } from "./tags.js";
import { tell } from "./tell.js";
import { changedBy } from "./updates.js";
import { sameVersion } from "./version.js";

export interface Reader {
  readonly connection: Connection;
  /** The pair that signs now: ask for it at each call. */
  readonly identity: Identity;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly log: Logger;
  readonly measures: Measures;
  readonly progress: Progress;
  /** Without it nobody caches. */
  readonly cache?: CacheWriter | undefined;
  /** Is told what was committed; without it nobody hears of it. */
  readonly updates?: Updates | undefined;
}

/** What holds for one time of leading. */
interface Term {
  readonly leadership: Leadership;
  readonly cache: CacheTenure | undefined;
}

// A group's rows and payloads are in memory at once.
const LIMITS = { blocks: 64, bytes: 8 * 1024 * 1024 };
const BACK_OFF_MS = { first: 200, most: 5_000, mismatch: 10_000 };

/** Projects until `signal` aborts; one process does, others wait for its lock. Throws defects only. */
export async function lead(reader: Reader, signal: AbortSignal): Promise<void> {
  const { databaseUrl: url, log, progress } = reader;
  while (!signal.aborted) {
    const leadership = await becomeLeader({ url, name: "projector", log, signal });
    if (!leadership) return;
    progress.leader = true;
    const cache = reader.cache?.lead(leadership);
    try {
      await persist(reader, { leadership, cache }, AbortSignal.any([signal, leadership.ended]));
    } finally {
      cache?.end();
      progress.leader = false;
      progress.following = false;
      progress.pendingSince = undefined;
      await leadership.release();
    }
  }
}

async function persist(reader: Reader, term: Term, signal: AbortSignal): Promise<void> {
  const { progress, measures, log } = reader;
  let wait = BACK_OFF_MS.first;
  while (!signal.aborted) {
    const before = progress.projected;
    try {
      await follow(reader, term, signal);
    } catch (error) {
      if (isLeadershipOver(error)) return;
      if (!(error instanceof GxError) || (error.retry === "never" && !(error instanceof ChainMismatch))) throw error;
      const text = advised(error);
      if (text !== progress.failure) log.error({ error, block: progress.projected }, "Projection interrupted");
      progress.failure = text;
      measures.mismatch(error instanceof ChainMismatch);
      wait = progress.projected === before ? Math.min(wait * 2, BACK_OFF_MS.most) : BACK_OFF_MS.first;
      if (error instanceof ChainMismatch) wait = BACK_OFF_MS.mismatch;
    } finally {
      progress.following = false;
    }
    await pause(wait, undefined, { signal }).catch(() => undefined);
  }
}

/** Reads and writes until the stream or the database breaks, or leadership ends. */
async function follow(reader: Reader, term: Term, signal: AbortSignal): Promise<void> {
  const { connection, identity, database, progress, log, measures } = reader;
  await database.guard("chain", () => holdChain(connection, identity, database.pool));
  await sameVersion((sql) => database.query("read version", sql));
  const { block, hash } = await readCheckpoint(database);
  progress.projected = block;
  measures.quarantine(await countQuarantine(database));
  measures.mismatch(false);
  const stream = new AbortController();
  const blocks = followBlocks({
    ...{ connection, identity, from: block + 1, after: hash },
    signal: AbortSignal.any([signal, stream.signal]),
  });
  log.info({ block }, "Following blocks");
  // Whoever led before, or a commit whose end was not known, may have told nobody.
  reader.updates?.resync();
  progress.following = true;
  try {
    for await (const group of coalesce(blocks, LIMITS)) {
      if (!term.leadership.held()) return;
      await write(reader, term, group);
    }
  } finally {
    stream.abort();
  }
}

async function write(reader: Reader, term: Term, blocks: readonly Block[]): Promise<void> {
  const { progress, measures, log, database, updates } = reader;
  const begin = performance.now();
  progress.pendingSince = blocks[0]?.timeMs ?? Date.now();
  const written = await writeRows(reader, term, blocks);
  updates?.tell(changedBy(written), written.block);
  const seconds = (performance.now() - begin) / 1_000;
  const lag = lagMs(progress);
  arrived(progress, written.block, blocks.at(-1)?.timeMs);
  measures.projected(blocks, written, seconds);
  tell({ log, database }, written, { lag_ms: lag, duration_ms: Math.round(seconds * 1_000) });
}

async function writeRows(
  { database, measures }: Reader,
  { leadership, cache }: Term,
  blocks: readonly Block[],
): Promise<Projected> {
  let committed: number | undefined;
  try {
    const written = await database.guard("project", () =>
      project(database.pool, blocks, undefined, {
        tenure: leadership,
        announce: (changes, block) => announce(cache, changes, block, measures.invalidated),
      }),
    );
    committed = written.block;
    return written;
  } finally {
    cache?.settled(committed);
  }
}

async function readCheckpoint(database: Database): Promise<{ block: number; hash: string }> {
  const { rows } = await database.query<{ block: string; hash: string }>(
    "checkpoint",
    "select block, block_hash as hash from read.checkpoint",
  );
  const [checkpoint] = rows;
  if (!checkpoint) throw new Error("read.checkpoint has no row: the read models were damaged, rebuild them");
  return { block: Number(checkpoint.block), hash: checkpoint.hash };
}

async function countQuarantine(database: Database): Promise<Record<string, number>> {
  const { rows } = await database.query<{ reason: string; rows: number }>(
    "quarantine",
    "select reason, count(*)::int as rows from read.quarantine group by reason",
  );
  return Object.fromEntries(rows.map(({ reason, rows: count }) => [reason, count]));
}
