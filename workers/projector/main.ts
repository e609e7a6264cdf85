// The projector's process: reads blocks as identity `reader` and keeps the read models behind the ledger.
// Holds no key that could sign a command.
import { holdBudget, poolOf } from "../../platform/budget.js";
import { openCacheWriter } from "../../platform/cache-writer.js";
import { measureClock } from "../../platform/clock-skew.js";
import { openConnection } from "../../platform/connection.js";
import { openDatabase } from "../../platform/database.js";
import { GxError } from "../../platform/errors.js";
import { actAs } from "../../platform/fabric.js";
import type { ProcessContext } from "../../platform/process.js";
import { profileOf } from "../../platform/profile.js";
import { openUpdates } from "../../platform/updates.js";
import { openCatalogue } from "../channel.js";
import { keepReader, readerShown } from "./reader-identity.js";
import { lead, type Reader } from "./follow.js";
import { measure } from "./measure.js";
import { lagBlocks, lagMs, newProgress, type Progress } from "./progress.js";
import { watch } from "./watch.js";

/** A peer that has not answered for so long is taken as away. */
const SILENCE_MS = 5_000;

export async function main({ config, log, metrics, health, release }: ProcessContext): Promise<void> {
  const profile = profileOf(config);
  // One connection holds the lock of the leader, or waits for it.
  const database = openDatabase({ url: config.databaseUrl, connections: poolOf(config, 1), log, metrics });
  release("database", () => database.close());
  await holdBudget(database, config.databaseConnections, release);
  const connection = openConnection(profile, { log });
  release("peer connection", () => connection.close());
  const cache = config.cacheUrl === "" ? undefined : openCacheWriter({ url: config.cacheUrl, log });
  release("cache", () => cache?.close());
  const updates = config.cacheUrl === "" ? undefined : openUpdates({ url: config.cacheUrl, log });
  release("live updates", () => updates?.close());
  const progress = newProgress();
  const clock = measureClock(metrics, database);
  const measures = measure(metrics, progress, connection, clock);
  const kept = keepReader({ profile, connection, metrics, log, release });
  const reader: Reader = {
    ...{ connection, database, databaseUrl: config.databaseUrl, log, measures, progress, cache, updates },
    get identity() {
      return kept.current();
    },
  };
  health.check("database", clock.ask);
  health.check("block reader", () => peerAnswers(progress));
  health.check("identity", () => readerShown(kept, connection));
  health.check("lag", () => lagWithin(progress, config.projectorMaxLagMs));
  const catalogue = openCatalogue({ fabric: () => actAs(connection, kept.current()), log });
  health.fact("chaincode", () => catalogue.summary() ?? "not asked yet");
  health.fact("height", () => progress.projected);
  health.fact("chainHeight", () => progress.height);
  health.fact("lagBlocks", () => lagBlocks(progress));
  health.fact("lagMs", () => lagMs(progress));
  health.fact("cache", () => cache?.state() ?? "off");
  health.fact("peer", () => connection.peer.address);
  health.fact("peers", () => connection.peers());
  health.fact("leader", () => progress.leader);
  const stop = new AbortController();
  // A defect in either ends the process: nothing catches it on the way.
  const work = Promise.all([
    ...[lead(reader, stop.signal), watch(reader, stop.signal), catalogue.keepAsking(stop.signal)],
  ]);
  release("projection", async () => {
    stop.abort();
    await work;
  });
}

function peerAnswers(progress: Progress): string {
  if (Date.now() - progress.heardAt > SILENCE_MS) {
    const why = progress.failure ?? progress.silence ?? "the peer does not answer";
    throw new GxError("UNAVAILABLE", why, { retry: "later" });
  }
  if (progress.leader && !progress.following) throw new GxError("UNAVAILABLE", progress.failure ?? "not reading yet");
  return progress.leader ? "leader" : "standby";
}

function lagWithin(progress: Progress, mostMs: number): string {
  const text = `${lagBlocks(progress)} blocks, ${lagMs(progress)} ms`;
  if (progress.leader && lagMs(progress) > mostMs) throw new GxError("UNAVAILABLE", `behind by ${text}`);
  return text;
}
