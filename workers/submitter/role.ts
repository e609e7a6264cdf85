// The life of one role under leadership: look for open commands, choose batches, let them go, as many at a time as allowed.
// Never forms a batch without leadership.
import { setMaxListeners } from "node:events";
import { isUnavailable } from "../../platform/database.js";
import { pause } from "../../platform/pause.js";
import { createBacklog, type Entry } from "./backlog.js";
import { chooseBatch, type Choice } from "./batch.js";
import { createBreaker } from "./breaker.js";
import { depart } from "./flight.js";
import { noteHeldBack } from "./held.js";
import { HELD_FIRST_MS, isLow, lookIntoTable, mayReadMore, nextHeld, settled } from "./look.js";
import { createOrder } from "./order.js";
import { createBell, unlessAborted } from "./pause.js";
import { sweepOn } from "./sweep.js";
import { isWorking, type Flights, type Look, type RoleParts, type Term, type Work } from "./work.js";

const DATABASE_RETRY_MS = 500;

const NOTHING = { version: -1, settled: -1, channel: -1, nextAt: undefined };

/** Serves the role until leadership ends or the process drains. @throws GxError LEADERSHIP_OVER, defects */
export async function lead(parts: RoleParts, term: Term): Promise<void> {
  const work = newWork(parts, term);
  // Each transaction in flight listens.
  setMaxListeners(0, term.ended, term.stopping);
  const { look, backlog, flights, limits, bell } = work;
  const stopTaking = parts.consumer.take({
    concurrency: limits.commands * limits.inflight,
    handle: (id) => {
      look.wanted = true;
      bell.ring();
      return backlog.ended(id);
    },
  });
  const sweeping = sweepOn(work);
  try {
    while (isWorking(term) && !flights.broken) await turnOrWait(work);
    await drain(work);
    await unlessAborted(sweeping, term.ended);
    if (flights.broken) throw flights.broken.error;
  } finally {
    await stopTaking();
  }
}

function newWork(parts: RoleParts, term: Term): Work {
  const { role, measures, every } = parts;
  const look: Look = { wanted: true, at: 0, more: false, beyond: new Set(), barren: NOTHING, heldMs: HELD_FIRST_MS };
  const breaker = createBreaker((state) => measures.breaker.set({ role }, state));
  const flights: Flights = { under: new Set(), halt: undefined, broken: undefined };
  const [backlog, order, bell] = [createBacklog(), createOrder(every.holdMs), createBell()];
  return { ...parts, term, backlog, order, look, breaker, flights, bell };
}

/** What is in flight settles when the process drains; a term that is over is left as it is. */
async function drain({ role, term, flights, log }: Work): Promise<void> {
  const count = flights.under.size;
  if (count === 0 || !term.stopping.aborted) return;
  const settled = await unlessAborted(Promise.all(flights.under), term.ended);
  if (settled !== "left") log.info({ role, count }, "Transactions in flight settled");
}

async function turnOrWait(work: Work): Promise<void> {
  try {
    await turn(work);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    await pause(DATABASE_RETRY_MS, work.term.ended, work.term.stopping);
  }
}

async function turn(work: Work): Promise<void> {
  const { limits, term, flights, bell } = work;
  if (flights.halt) return flights.halt;
  bell.silence();
  await lookIntoTable(work, isLow(work));
  await noteHeldBack(work);
  let choice = choose(work);
  if (choice.batch.length === 0 && !choice.full) {
    await lookIntoTable(work, true);
    choice = choose(work);
  }
  if (choice.batch.length === 0) return idle(work, choice);
  if (!choice.full && limits.lingerMs > 0) {
    await pause(limits.lingerMs, term.ended);
    await lookIntoTable(work, true);
    choice = choose(work);
  }
  if (choice.batch.length > 0 && isWorking(term)) depart(work, choice.batch);
}

/** Nothing while as many are in flight as may be, or while the ledger does not answer: `full`, so that nobody looks for more. */
function choose(work: Work): Choice<Entry> {
  const { limits, flights, breaker, backlog, look, channel } = work;
  const now = Date.now();
  if (flights.under.size >= limits.inflight) return { batch: [], full: true, nextAt: undefined };
  if (breaker.nextAt > now) return { batch: [], full: true, nextAt: breaker.nextAt };
  if (isBarren(work, now)) return { batch: [], full: false, nextAt: look.barren.nextAt };
  const isHeldBack = ({ name }: Entry) => channel.heldBack(name) !== undefined;
  const choice = chooseBatch(settled(work), limits, now, backlog.busy, isHeldBack);
  if (choice.batch.length === 0) look.barren = { ...stateOf(work), nextAt: choice.nextAt };
  return choice;
}

/** What a choice depends on besides the time. */
const stateOf = ({ backlog, order, channel }: Work) => ({
  ...{ version: backlog.version, settled: order.settled, channel: channel.version },
});

/** Nothing could travel when it was looked for, and nothing has changed since. */
function isBarren(work: Work, now: number): boolean {
  const { version, settled: upTo, channel, nextAt } = work.look.barren;
  const present = stateOf(work);
  const same = version === present.version && upTo === present.settled && channel === present.channel;
  return same && now < (nextAt ?? Infinity);
}

/** Until something may travel, a job comes, a transaction settles, or it is time to look. */
async function idle(work: Work, { nextAt, full }: Choice<Entry>): Promise<void> {
  const { look, order, every, term, bell } = work;
  const now = Date.now();
  if (mayReadMore(work) && !full) return;
  const nextLook = order.holds && !full ? now + nextHeld(work) : look.at + every.pollMs;
  const until = Math.min(nextAt ?? Infinity, nextLook);
  await bell.pause(Math.max(1, until - now), term.ended, term.stopping);
}
