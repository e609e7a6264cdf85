// How far our clock is from the database's and from the chain's (gx_clock_skew_seconds): Fabric refuses what is 15 minutes off.
import type { Database } from "./database.js";
import type { Metrics } from "./metrics.js";

export interface ClockSkew {
  /** Asks the database for its time; proves that it answers, too. Errors as `query`. */
  ask(): Promise<void>;
  /** Notes the own time of the last block, Unix milliseconds. */
  saw(timeMs: number | undefined): void;
}

/** Positive: our clock is ahead. Of the two differences the larger one is shown. */
export function measureClock({ gauge }: Pick<Metrics, "gauge">, database: Pick<Database, "query">): ClockSkew {
  const skew = gauge("gx_clock_skew_seconds", "Our clock minus the database's or the last block's.");
  let [toDatabase, toBlock] = [0, 0];
  const show = () => skew.set((Math.abs(toBlock) > Math.abs(toDatabase) ? toBlock : toDatabase) / 1_000);
  return {
    ask: async () => {
      const begin = Date.now();
      const { rows } = await database.query<{ now: Date }>("health", "select clock_timestamp() as now");
      const middle = (begin + Date.now()) / 2;
      if (rows[0]) toDatabase = middle - rows[0].now.getTime();
      show();
    },
    saw: (timeMs) => {
      if (timeMs === undefined) return;
      // A block is younger than now only where clocks differ; an old one says nothing.
      toBlock = Math.min(0, Date.now() - timeMs);
      show();
    },
  };
}
