// For what the queue forgot: jobs of commands that are still ACCEPTED are added again, the oldest first.
// Never adds one for a command that has gone on, and never keeps the loop from its own look into the table.
import { isUnavailable } from "../../platform/database.js";
import { pause } from "../../platform/pause.js";
import type { Waiting } from "../../platform/queue.js";
import { isWorking, type Work } from "./work.js";

const PAGE = 1_000;
/** Jobs of one call to Redis. */
const PART = 250;

/** Sweeps until the term is over. What breaks that is no outage is left in `flights.broken`. */
export async function sweepOn(work: Work): Promise<void> {
  const { term, every, flights, bell, consumer } = work;
  let epoch = await consumer.epoch();
  while (isWorking(term) && !flights.broken) {
    await pause(every.sweepMs, term.ended, term.stopping);
    if (!isWorking(term)) return;
    try {
      epoch = await again(work, epoch);
    } catch (error) {
      if (isUnavailable(error)) continue;
      flights.broken ??= { error };
      return bell.ring();
    }
  }
}

async function again(work: Work, before: string | undefined): Promise<string | undefined> {
  const { store, backlog, order, bell, consumer, log, role } = work;
  const epoch = await consumer.epoch();
  if (epoch !== undefined && before !== undefined && epoch !== before) {
    log.warn({ role }, "Redis has lost its jobs, adding all again");
    await addAll(work);
  }
  const rows = await store.swept(PAGE);
  // What lies below the order that is complete, and is not known: replayed, and its job was lost.
  const forgotten = rows.filter(({ id, seq }) => seq <= order.settled && !backlog.has(id));
  backlog.add(forgotten);
  if (forgotten.length > 0) bell.ring();
  await addJobs(work, rows, "due");
  return epoch ?? before;
}

async function addAll(work: Work): Promise<void> {
  let after = -1;
  while (isWorking(work.term)) {
    const rows = await work.store.accepted(after, PAGE);
    await addJobs(work, rows, "flushed");
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.seq ?? after;
  }
}

async function addJobs(
  { producer, measures, role, log }: Work,
  rows: readonly Waiting[],
  reason: string,
): Promise<void> {
  if (rows.length === 0) return;
  for (let from = 0; from < rows.length; from += PART) {
    const part = rows.slice(from, from + PART);
    if (await producer.wake(role, part)) measures.swept.inc({ role, reason }, part.length);
  }
  log.debug({ role, count: rows.length, reason }, "Jobs added again");
}
