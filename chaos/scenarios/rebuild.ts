// The read models are made anew from block 0 and switched while everybody reads and writes.
import { replay } from "../gx.js";
import type { Scenario } from "../stage.js";

const rebuildLive: Scenario = {
  name: "rebuild-while-live",
  sentence: "the read models are rebuilt from block 0 under load and switched, again and again",
  share: 1,
  least: 8,
  harm: { errors: 0.02, p99: 5_000 },
  run: async (stage) => {
    while (stage.left() > 0) {
      await stage.hurt("read models rebuilt", async () => {
        const { faults, seconds, events, tables } = await replay(stage.arena.system);
        if (faults.length > 0) throw new Error(faults.join("; "));
        const rows = tables.reduce((sum, table) => sum + table.rows, 0);
        stage.figure("rebuilt and switched while live", "ms", seconds * 1_000);
        stage.say(`rebuilt ${tables.length} tables, ${rows} rows from ${events} events in ${seconds.toFixed(1)} s`);
      });
      await stage.pause(1_000);
    }
  },
};

export const rebuilds = [rebuildLive];
