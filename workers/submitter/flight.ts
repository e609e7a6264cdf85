// One batch on its way: read the rows just before, submit, act on what became of it. Many are under way at a time.
// Never keeps its lanes when it ends, however it ends.
import { isUnavailable } from "../../platform/database.js";
import type { Entry } from "./backlog.js";
import { actOn, noteRouting } from "./react.js";
import { submit, type Submission } from "./submit.js";
import type { Work } from "./work.js";

const DATABASE_RETRY_MS = 500;

/** Lets a batch go; what breaks on the way that is no failure of the batch is left in `flights.broken`. */
export function depart(work: Work, batch: readonly Entry[]): void {
  const { backlog, breaker, flights, bell } = work;
  backlog.depart(batch);
  breaker.sent();
  const flight = fly(work, batch)
    .catch((error: unknown) => {
      if (isUnavailable(error)) backlog.putOff(batch, Date.now() + DATABASE_RETRY_MS);
      else flights.broken ??= { error };
    })
    .finally(() => {
      backlog.land(batch);
      flights.under.delete(flight);
      bell.ring();
    });
  flights.under.add(flight);
}

async function fly(work: Work, batch: readonly Entry[]): Promise<void> {
  const { role, store, backlog, breaker, signer, measures, log, term } = work;
  let asked = false;
  try {
    const rows = await store.load(batch.map(({ id }) => id));
    const open = new Set(rows.map(({ id }) => id));
    backlog.end(batch.map(({ id }) => id).filter((id) => !open.has(id)));
    if (rows.length === 0) return;
    const traceIds = [...new Set(rows.flatMap(({ trace }) => trace ?? []))];
    log.info({ role, count: rows.length, commandIds: [...open], traceIds }, "Processing command");
    measures.batch.observe({ role }, rows.length);
    asked = true;
    const result = await submit({ ...work, fabric: signer.fabric(), held: term.held, left: term.ended }, rows);
    const travelled = batch.filter(({ id }) => open.has(id));
    await landed(work, travelled, result);
  } finally {
    if (!asked) breaker.unasked();
  }
}

async function landed(work: Work, batch: readonly Entry[], result: Submission): Promise<void> {
  const { backlog, log, role } = work;
  if (result.is === "valid") {
    const { txId, settled } = result;
    backlog.end(batch.map(({ id }) => id));
    log.debug({ role, txId, block: settled.block, count: batch.length }, "Batch committed");
    return noteRouting(work, settled);
  }
  if (result.is !== "failed") return;
  if (result.failure === "UNKNOWN_OUTCOME") for (const entry of batch) entry.unsettled = Date.now();
  return actOn(work, batch, result);
}
