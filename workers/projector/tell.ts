// What the log says of blocks that became rows, by the commands in them and the traces that those belong to.
// Never holds up the next block.
import type { Database } from "../../platform/database.js";
import type { Logger } from "../../platform/log.js";
import type { Projected } from "./project.js";

export interface Told {
  readonly lag_ms: number;
  readonly duration_ms: number;
}

const SLOW_MS = 1_000;

export function tell(parts: { log: Logger; database: Database }, written: Projected, told: Told): void {
  const { log } = parts;
  const { block, quarantined, missing } = written;
  for (const { commandId, txId, reason, detail, position } of quarantined) {
    log.error(
      { block, position, txId, code: reason, detail, ...(commandId ? { commandId } : {}) },
      "Event quarantined",
    );
  }
  for (const [table, rows] of Object.entries(missing)) log.error({ block, table, rows }, "Rows to change were missing");
  if (told.duration_ms > SLOW_MS) log.warn({ block, ...told }, "Block written slowly");
  if (log.isLevelEnabled("debug")) void tellTraces(parts, written, told);
}

async function tellTraces(
  { log, database }: { log: Logger; database: Database },
  { block, outcomes }: Projected,
  told: Told,
): Promise<void> {
  const commandIds = outcomes.map(({ commandId }) => commandId);
  // For a line in the log nothing may fail: the process may be ending, too.
  const traceIds = await tracesOf(database, commandIds).catch(() => []);
  log.debug({ block, ...told, commandIds, traceIds }, "Block projected");
}

async function tracesOf(database: Database, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const sql = "select distinct trace_id as trace from app.command where id = any($1::uuid[]) and trace_id is not null";
  return (await database.query<{ trace: string }>("traces", sql, [ids])).rows.map(({ trace }) => trace);
}
