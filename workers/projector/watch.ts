// Asks the peer for the chain's height each second, for lag, health and the row that clients see. Standby processes too.
import { setTimeout as pause } from "node:timers/promises";
import { blockTime, chainInfo } from "../../platform/blocks.js";
import { advised, GxError } from "../../platform/errors.js";
import type { Reader } from "./follow.js";
import { followed, heard, lagBlocks, lagMs, oldestMissing } from "./progress.js";

const EVERY_MS = 1_000;
const LOG_EVERY_MS = 10_000;

/** Watches until `signal` aborts. An outage is seen by its absence: the height grows old. */
export async function watch(reader: Reader, signal: AbortSignal): Promise<void> {
  let logged = Date.now();
  let missing: number | undefined;
  while (!signal.aborted) {
    await askPeer(reader);
    if (reader.progress.leader) await showHead(reader);
    else await followRows(reader);
    missing = await lookAtMissing(reader, missing);
    if (reader.progress.leader && Date.now() - logged >= LOG_EVERY_MS) {
      logged = Date.now();
      const { progress, log } = reader;
      log.info({ block: progress.projected, lag_blocks: lagBlocks(progress), lag_ms: lagMs(progress) }, "Projecting");
    }
    await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function askPeer({ connection, identity, measures, progress }: Reader): Promise<void> {
  const begin = performance.now();
  const { peer } = connection;
  try {
    const { height } = await chainInfo(connection, identity);
    heard(progress, height);
    measures.peer(true);
    connection.saw(peer, { rttMs: performance.now() - begin });
  } catch (error) {
    if (!(error instanceof GxError)) throw error;
    progress.silence = advised(error);
    measures.peer(false);
  }
}

/** How far the leader is, as the rows tell: its lag is to be seen here too, while it cannot be asked itself. */
async function followRows({ database, progress }: Reader): Promise<void> {
  try {
    const sql = "select block::int as block, block_time as time from read.checkpoint";
    const { rows } = await database.query<{ block: number; time: Date | null }>("checkpoint followed", sql);
    const [row] = rows;
    // While it was read, leadership may have come.
    if (row && !progress.leader) followed(progress, row.block, row.time?.getTime());
  } catch (error) {
    if (!(error instanceof GxError)) throw error;
  }
}

/**
 * The peer is asked for the time of a block that was missing at the look before too: under load some block always is.
 * Returns the number of the block that is missing now.
 */
async function lookAtMissing(
  { connection, identity, progress }: Reader,
  before: number | undefined,
): Promise<number | undefined> {
  const block = oldestMissing(progress);
  if (block === undefined || block !== before || progress.missing?.block === block) return block;
  try {
    const timeMs = await blockTime(connection, identity, block);
    if (timeMs !== undefined) progress.missing = { block, timeMs };
  } catch (error) {
    if (!(error instanceof GxError)) throw error;
  }
  return block;
}

async function showHead({ database, progress }: Reader): Promise<void> {
  if (progress.height === undefined) return;
  try {
    await database.query(
      "chain head",
      `insert into read.chain_head (height, lag_ms, seen_at) values ($1, $2, clock_timestamp())
       on conflict (one) do update set height = excluded.height, lag_ms = excluded.lag_ms, seen_at = excluded.seen_at`,
      [progress.height, lagMs(progress)],
    );
  } catch (error) {
    if (!(error instanceof GxError)) throw error;
  }
}
