// How many commands wait where, read from the command log itself: the figures outlive every submitter (operations.md 4.1).
// Never reads for a scrape: the figures are at most some seconds old.
import { signingRoles } from "../catalogue/roles.js";
import type { Database } from "../platform/database.js";
import type { Metrics } from "../platform/metrics.js";

const EVERY_MS = 5_000;
const OPEN = ["ACCEPTED", "SUBMITTED"] as const;

const WAITING = `select role, status, count(*)::int as depth,
    greatest(0, extract(epoch from now() - min(accepted_at)))::float8 as oldest
  from app.command where status in ('ACCEPTED', 'SUBMITTED') group by role, status
  union all
  select role, status, count(*)::int, 0 from app.command where status = 'FAILED' group by role, status`;

interface Waiting {
  role: string;
  status: string;
  depth: number;
  oldest: number;
}

/** Starts to measure; the returned function ends it. While the database is away the last figures stay. */
export function measureCommandLog(database: Database, metrics: Metrics): () => void {
  const labels = ["role", "status"] as const;
  const depth = metrics.gauge("outbox_command_queue_depth", "Commands that have not ended.", labels);
  const oldest = metrics.gauge("outbox_command_oldest_seconds", "Age of the oldest of them.", labels);
  const failed = metrics.gauge("outbox_commands_failed", "Commands that the system gave up.", ["role"]);
  const show = (rows: readonly Waiting[]) => {
    const found = new Map(rows.map((row) => [`${row.role} ${row.status}`, row]));
    for (const role of signingRoles) {
      for (const status of OPEN) {
        const row = found.get(`${role} ${status}`);
        depth.set({ role, status }, row?.depth ?? 0);
        oldest.set({ role, status }, row?.oldest ?? 0);
      }
      failed.set({ role }, found.get(`${role} FAILED`)?.depth ?? 0);
    }
  };
  const read = () =>
    database.query<Waiting>("command log", WAITING).then(
      ({ rows }) => show(rows),
      () => undefined,
    );
  void read();
  const timer = setInterval(() => void read(), EVERY_MS).unref();
  return () => clearInterval(timer);
}
