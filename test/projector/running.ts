// A projector as its process runs it, in the process of a suite.
import { openDatabase } from "../../platform/database.js";
import type { Metrics } from "../../platform/metrics.js";
import { lead, type Reader } from "../../workers/projector/follow.js";
import { measure } from "../../workers/projector/measure.js";
import { newProgress } from "../../workers/projector/progress.js";
import { watch } from "../../workers/projector/watch.js";
import { eventually } from "../environment.js";
import { newLines, newMetrics, type Lines } from "../platform/parts.js";
import type { GxLedger } from "./ledger.js";

export interface Running {
  readonly reader: Reader;
  readonly metrics: Metrics;
  readonly lines: Lines["lines"];
  /** Resolves when block `height` - 1 is rows; the ledger's present end when not given. */
  reaches(height?: number): Promise<void>;
  stop(): Promise<void>;
}

const running = new Set<Running>();

/** Stops all that still run; after each test, since one that fails leaves its projector behind. */
export async function stopProjectors(): Promise<void> {
  for (const projector of [...running]) await projector.stop();
}

export function startProjector(
  ledger: Pick<GxLedger, "connection" | "reader" | "height">,
  url: string,
  over: Pick<Reader, "updates"> = {},
): Running {
  const { log, lines } = newLines("info");
  const metrics = newMetrics();
  const database = openDatabase({ url, connections: 4, log, metrics });
  const progress = newProgress();
  const { connection, reader: identity } = ledger;
  const measures = measure(metrics, progress, connection);
  const reader: Reader = { connection, identity, database, databaseUrl: url, log, measures, progress, ...over };
  const stop = new AbortController();
  const work = Promise.all([lead(reader, stop.signal), watch(reader, stop.signal)]);
  let stopped: Promise<void> | undefined;
  const end = async () => {
    running.delete(started);
    stop.abort();
    await work;
    await database.close();
  };
  const started: Running = {
    ...{ reader, metrics, lines },
    reaches: async (height) => {
      await eventually(
        () => progress.projected !== undefined && progress.projected >= (height ?? ledger.height()) - 1,
        "the projector to reach the end of the chain",
      );
    },
    stop: () => (stopped ??= end()),
  };
  running.add(started);
  return started;
}
