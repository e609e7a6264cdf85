// The life of one role under leadership: look for open commands, choose a batch, submit it, act on what became of it.
// Never has two transactions in flight, and never forms a batch without leadership.
import { isUnavailable } from "../../platform/database.js";
import { createBacklog, type Entry } from "./backlog.js";
import { chooseBatch, inOrder } from "./batch.js";
import { createOrder } from "./order.js";
import { pause } from "./pause.js";
import { actOn, noteRouting } from "./react.js";
import { submit } from "./submit.js";
import { isWorking, type Look, type RoleParts, type Term, type Work } from "./work.js";

// Rows that a look into the table brings at most, and below which the next look follows at once.
const PAGE = 2_000;
const LOW = 500;
const DATABASE_RETRY_MS = 500;
const HELD_FIRST_MS = 1;
const HELD_MOST_MS = 100;

/** Serves the role until leadership ends or the process drains. @throws GxError UNAVAILABLE, defects */
export async function lead(parts: RoleParts, term: Term): Promise<void> {
  const backlog = createBacklog();
  const look: Look = { wanted: false, at: Date.now(), more: true, heldMs: HELD_FIRST_MS, wake: () => undefined };
  const work: Work = { ...parts, term, backlog, order: createOrder(parts.every.holdMs), look };
  await load(work);
  parts.log.info({ role: parts.role, count: backlog.size }, "Open commands loaded");
  const stopTaking = parts.consumer.take({
    concurrency: parts.limits.commands,
    handle: (id) => {
      look.wanted = true;
      look.wake();
      return backlog.ended(id);
    },
  });
  try {
    while (isWorking(term)) await turnOrWait(work);
  } finally {
    await stopTaking();
  }
}

/** All open rows, those included that come in before the highest of them. */
async function load(work: Work): Promise<void> {
  const { store, backlog, order, look, term } = work;
  order.read(await store.highest(), 0);
  await findDrawing(work);
  while (order.waits && isWorking(term)) {
    await pause(nextHeld(look), term.ended, term.stopping);
    await findDrawing(work);
  }
  const rows = await store.open();
  backlog.add(rows);
  order.read(rows.at(-1)?.seq, Infinity);
}

/** To be called before rows are read. */
async function findDrawing({ role, store, order, log }: Work): Promise<void> {
  const given = order.found(await store.drawing(), Date.now());
  if (given.length === 0) return;
  log.warn({ role, transactions: given }, "Order of acceptance not kept for transactions that stay open");
}

function nextHeld(look: Look): number {
  const now = look.heldMs;
  look.heldMs = Math.min(HELD_MOST_MS, now * 2);
  return now;
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
  const { limits, term, order } = work;
  await lookIntoTable(work);
  let choice = chooseBatch(settled(work), limits, Date.now());
  if (choice.batch.length === 0 && !order.waits) return idle(work, choice.nextAt);
  if (!choice.full && limits.lingerMs > 0) {
    await pause(limits.lingerMs, term.ended);
    await lookIntoTable(work);
    choice = chooseBatch(settled(work), limits, Date.now());
  }
  if (choice.batch.length === 0) return idle(work, choice.nextAt);
  if (isWorking(term)) await send(work, choice.batch);
}

const settled = ({ backlog, order }: Work): readonly Entry[] => inOrder(backlog.entries(), order.settled);

async function lookIntoTable(work: Work): Promise<void> {
  const { store, backlog, order, look, every } = work;
  const due = Date.now() - look.at >= every.pollMs;
  const low = (look.more || order.holds) && settled(work).length < LOW;
  if (!look.wanted && !due && !low) return;
  look.wanted = false;
  look.at = Date.now();
  const before = order.settled;
  await findDrawing(work);
  const rows = await store.accepted(PAGE);
  look.more = rows.length === PAGE;
  backlog.add(rows);
  const last = rows.at(-1)?.seq;
  order.read(last, look.more ? (last ?? 0) : Infinity);
  if (order.settled > before) look.heldMs = HELD_FIRST_MS;
  // A job whose command was taken further by somebody else must not stay on the board.
  const missed = backlog.missed();
  if (missed.length === 0) return;
  const waiting = await store.stillAccepted(missed);
  backlog.end(missed.filter((id) => !waiting.has(id)));
}

async function idle({ look, order, every, term }: Work, nextAt: number | undefined): Promise<void> {
  if (look.wanted) return;
  const woken = new AbortController();
  look.wake = () => woken.abort();
  const nextLook = order.holds ? Date.now() + nextHeld(look) : look.at + every.pollMs;
  const until = Math.min(nextAt ?? Infinity, nextLook);
  await pause(Math.max(1, until - Date.now()), woken.signal, term.ended, term.stopping);
}

async function send(work: Work, chosen: Entry[]): Promise<void> {
  const { role, store, backlog, signer, measures, log, term } = work;
  const rows = await store.load(chosen.map(({ id }) => id));
  const open = new Set(rows.map(({ id }) => id));
  backlog.end(chosen.map(({ id }) => id).filter((id) => !open.has(id)));
  if (rows.length === 0) return;
  const commandIds = rows.map(({ id }) => id);
  log.info({ role, count: rows.length, commandIds }, "Processing command");
  measures.batch.observe({ role }, rows.length);
  const result = await submit({ ...work, fabric: signer.fabric(), left: term.ended }, rows);
  if (result.is === "valid") {
    backlog.end(commandIds);
    log.debug({ role, txId: result.txId, block: result.settled.block, count: rows.length }, "Batch committed");
    noteRouting(work, result.settled);
  } else if (result.is === "failed") {
    await actOn(
      work,
      chosen.filter(({ id }) => open.has(id)),
      result,
    );
  }
}
