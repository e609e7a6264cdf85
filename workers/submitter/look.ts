// Looks into the table: what is open beyond what is known, in complete order; and what jobs ask for that is not known.
// Never holds more than a bound in memory, and never leaves a lower number out that somebody may still commit.
import type { Entry } from "./backlog.js";
import { inOrder } from "./batch.js";
import type { Work } from "./work.js";

// Rows that a look brings at most.
const PAGE = 2_000;
/** Open commands in memory; with so many, nothing further is read. */
const MOST = 20_000;
/** With fewer, further ones are read before they are missing. */
const LOW = 4_000;
const HELD_MOST_MS = 100;
export const HELD_FIRST_MS = 1;

/** What may travel as far as the order of acceptance is concerned. */
export const settled = ({ backlog, order }: Work): readonly Entry[] => inOrder(backlog.entries(), order.settled);

/** There is something to read, and room for it. */
export const mayReadMore = ({ look, backlog }: Work): boolean => look.more && backlog.size < MOST;

export const isLow = (work: Work): boolean => mayReadMore(work) && work.backlog.size < LOW;

/** Looks when it is time to; `hungry`: what more is known to be there could travel now. */
export async function lookIntoTable(work: Work, hungry: boolean): Promise<void> {
  const { look, order, every } = work;
  const due = Date.now() - look.at >= every.pollMs;
  if (!look.wanted && !due && !(hungry && (mayReadMore(work) || order.holds))) return;
  look.wanted = false;
  if (due) look.beyond.clear();
  look.at = Date.now();
  await readOn(work);
  await loadMissed(work);
}

async function readOn(work: Work): Promise<void> {
  const { store, backlog, order, look } = work;
  const before = order.settled;
  await findDrawing(work);
  const rows = await store.open(before, PAGE);
  // Beyond the bound only what came in between those that are known.
  const room = backlog.size < MOST;
  const taken = room ? rows : rows.filter(({ seq }) => seq <= order.known);
  backlog.add(taken);
  const last = taken.at(-1)?.seq;
  const beyond = room ? Infinity : order.known;
  order.read(last, taken.length === PAGE ? (last ?? 0) : beyond);
  look.more = rows.length === PAGE || taken.length < rows.length;
  if (order.settled > before) look.heldMs = HELD_FIRST_MS;
}

/** To be called before rows are read. */
async function findDrawing({ role, store, order, log }: Work): Promise<void> {
  const given = order.found(await store.drawing(), Date.now());
  if (given.length === 0) return;
  log.warn({ role, transactions: given }, "Order of acceptance not kept for transactions that stay open");
}

/** A job whose command was taken further by somebody else must not stay on the board; one that was replayed lies below. */
async function loadMissed({ store, backlog, order, look }: Work): Promise<void> {
  const missed = backlog.missed().filter((id) => !look.beyond.has(id));
  if (missed.length === 0) return;
  const rows = await store.known(missed);
  const beyond = rows.filter(({ seq }) => seq > order.settled);
  const below = rows.filter(({ status, seq }) => status === "ACCEPTED" && seq <= order.settled);
  for (const { id } of beyond) look.beyond.add(id);
  backlog.add(below);
  const open = new Set([...beyond, ...below].map(({ id }) => id));
  backlog.end(missed.filter((id) => !open.has(id)));
}

export function nextHeld({ look }: Work): number {
  const now = look.heldMs;
  look.heldMs = Math.min(HELD_MOST_MS, now * 2);
  return now;
}
