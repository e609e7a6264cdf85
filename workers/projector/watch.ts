// Asks the peer for the chain's height each second, for lag, health and the row that clients see. Standby processes too.
import { setTimeout as pause } from "node:timers/promises";
import { chainInfo } from "../../platform/blocks.js";
import { advised, GxError } from "../../platform/errors.js";
import type { Reader } from "./follow.js";
import { heard, lagBlocks, lagMs } from "./progress.js";

const EVERY_MS = 1_000;
const LOG_EVERY_MS = 10_000;

/** Watches until `signal` aborts. An outage is seen by its absence: the height grows old. */
export async function watch(reader: Reader, signal: AbortSignal): Promise<void> {
  let logged = Date.now();
  while (!signal.aborted) {
    await askPeer(reader);
    if (reader.progress.leader) await showHead(reader);
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

async function showHead({ database, progress, measures }: Reader): Promise<void> {
  if (progress.height === undefined) return;
  try {
    const { rows } = await database.query<{ seen: Date }>(
      "chain head",
      `insert into read.chain_head (height, lag_ms, seen_at) values ($1, $2, clock_timestamp())
       on conflict (one) do update set height = excluded.height, lag_ms = excluded.lag_ms, seen_at = excluded.seen_at
       returning seen_at as seen`,
      [progress.height, lagMs(progress)],
    );
    if (rows[0]) measures.skew((Date.now() - rows[0].seen.getTime()) / 1_000);
  } catch (error) {
    if (!(error instanceof GxError)) throw error;
  }
}
