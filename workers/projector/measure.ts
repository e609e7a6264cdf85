// The projector's metrics, with the names of operations.md 4.1.
import { commandOf } from "../../catalogue/index.js";
import { READER } from "../../catalogue/roles.js";
import type { Block } from "../../platform/blocks.js";
import type { ClockSkew } from "../../platform/clock-skew.js";
import type { Connection } from "../../platform/connection.js";
import { buckets, type Metrics } from "../../platform/metrics.js";
import { measurePeers } from "../../platform/peer-metrics.js";
import type { Projected } from "./project.js";
import { lagBlocks, lagMs, type Progress } from "./progress.js";

export interface Measures {
  /** Counts what one transaction of the database wrote, which took `seconds`. */
  projected(blocks: readonly Block[], written: Projected, seconds: number): void;
  /** Counts cached rows that a block made old. */
  invalidated(domain: string, rows: number): void;
  /** Rows in quarantine by reason. */
  quarantine(rows: Readonly<Record<string, number>>): void;
  mismatch(found: boolean): void;
  /** Whether the peer answered the last call. */
  peer(answered: boolean): void;
}

export function measure(
  metrics: Metrics,
  progress: Progress,
  connection: Pick<Connection, "peers">,
  clock?: Pick<ClockSkew, "saw">,
): Measures {
  gauges(metrics, progress);
  const proved = measurePeers(metrics, connection);
  const events = metrics.counter("projector_events_total", "Events projected.", ["domain", "event"]);
  const commands = metrics.counter("projector_commands_total", "Outcomes of commands.", [
    ...(["role", "domain", "outcome", "code"] as const),
  ]);
  const duration = metrics.histogram("projector_block_duration_seconds", "Time to write a block.", buckets.block);
  const visible = metrics.histogram("projector_visible_seconds", "Block time to rows committed.", buckets.pipeline);
  const quarantined = metrics.counter("projector_quarantined_total", "What did not decode.", ["reason"]);
  const rows = metrics.gauge("projector_quarantine_rows", "Rows in quarantine.", ["reason"]);
  const mismatch = metrics.gauge("projector_hash_mismatch", "1 when the chain is not the one that was read before.");
  const invalidated = metrics.counter("cache_invalidations_total", "Rows whose cached value a block made old.", [
    ...(["domain"] as const),
  ]);
  return {
    projected: (blocks, written, seconds) => {
      duration.observe(seconds / blocks.length);
      clock?.saw(blocks.at(-1)?.timeMs);
      for (const { timeMs } of blocks) {
        if (timeMs !== undefined) visible.observe(Math.max(0, Date.now() - timeMs) / 1_000);
      }
      for (const { event } of written.events) events.inc({ domain: event.domain, event: event.name });
      for (const { command, status: outcome, code } of written.outcomes) {
        const { role = "unknown", domain = "unknown" } = commandOf(command) ?? {};
        commands.inc({ role, domain, outcome: outcome.toLowerCase(), code: code ?? "" });
      }
      for (const { reason } of written.quarantined) {
        quarantined.inc({ reason });
        rows.inc({ reason });
      }
    },
    invalidated: (domain, count) => invalidated.inc({ domain }, count),
    quarantine: (counted) => {
      rows.reset();
      for (const [reason, count] of Object.entries(counted)) rows.set({ reason }, count);
    },
    mismatch: (found) => mismatch.set(found ? 1 : 0),
    peer: (answered) => proved(READER, answered),
  };
}

function gauges(metrics: Metrics, progress: Progress): void {
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    metrics.gauge(name, help, [], (of) => of.set(read() ?? -1));
  gauge("projector_lag_milliseconds", "Age of the oldest unprojected block.", () => lagMs(progress));
  gauge("projector_lag_blocks", "Blocks that are not projected.", () => lagBlocks(progress));
  gauge("projector_height", "Number of the last projected block.", () => progress.projected);
  gauge("projector_chain_height", "Number of blocks of the chain.", () => progress.height);
  gauge("projector_leader", "1 while this process projects.", () => (progress.leader ? 1 : 0));
}
