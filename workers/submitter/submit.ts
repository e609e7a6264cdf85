// One transaction from commands to outcome: endorse, note SUBMITTED, order, wait for its block.
// Never hands a transaction to the orderer that is not noted for every command in it.
import { commandOf } from "../../catalogue/index.js";
import { functions, WIRE_VERSION, type WireBatch } from "../../catalogue/wire.js";
import { FabricError, type Endorsed, type Fabric } from "../../platform/fabric.js";
import { pause } from "../../platform/pause.js";
import type { Channel } from "../channel.js";
import type { Breaker } from "./breaker.js";
import { classOf, classOfCode, nameOfCode, type FailureClass } from "./classes.js";
import type { Measures } from "./measures.js";
import { unlessAborted } from "./pause.js";
import type { Expected, Outcomes, Settled } from "./settle.js";
import type { FullRow, Store } from "./store.js";

export interface SubmitParts {
  role: string;
  fabric: Fabric;
  store: Store;
  outcomes: Outcomes;
  measures: Measures;
  breaker: Breaker;
  channel: Pick<Channel, "hurry">;
  /** False: send nothing. */
  held: () => boolean;
  /** Nobody may wait for the outcome any longer. */
  left: AbortSignal;
}

export type Submission =
  | { is: "valid"; txId: string; settled: Settled }
  | {
      is: "failed";
      failure: FailureClass;
      reason: string;
      /** The rows as they are now: noted attempts counted. */
      rows: FullRow[];
    }
  /** Somebody else went on with one of the commands; nothing was sent. */
  | { is: "overtaken" }
  | { is: "left" };

// After an unclear answer the block often comes all the same.
const UNCLEAR_MS = 1_000;

/** Never rejects for a reason of Fabric's. @throws GxError UNAVAILABLE of the store */
export async function submit(parts: SubmitParts, rows: FullRow[]): Promise<Submission> {
  const { role, measures, store, outcomes } = parts;
  const endorsed = await caught(stage(parts, "endorse", endorse(parts.fabric, rows)));
  if (endorsed instanceof FabricError) return failedCall(parts, endorsed, rows);
  parts.breaker.answered();
  if (isFromAnother(endorsed, rows)) {
    parts.channel.hurry();
    return { is: "failed", failure: "WAIT", reason: "its endorsers do not know a command of the catalogue", rows };
  }
  const waited = await store.submitted(rows, endorsed.txId);
  if (waited.length < rows.length) return { is: "overtaken" };
  for (const seconds of waited) measures.wait.observe({ role }, seconds);
  for (const { domain } of rows) measures.commands.inc({ role, domain, outcome: "submitted" });
  const noted = rows.map((row) => ({ ...row, attempt: row.attempt + 1 }));
  const expected = outcomes.expect(endorsed.txId);
  measures.inflight.inc({ role });
  try {
    return await order(parts, endorsed, expected, noted);
  } finally {
    measures.inflight.dec({ role });
    expected.forget();
  }
}

/** As it stands in the outcomes; in a text of a caller the quotes are escaped. */
const UNKNOWN_COMMAND = '"code":"UNKNOWN_COMMAND"';

/**
 * Endorsed by a chaincode that does not know what the catalogue knows: one that was just put back, or a peer that has not seen
 * its upgrade. Ordered, it would be refused for ever.
 */
const isFromAnother = (endorsed: Endorsed, rows: readonly FullRow[]): boolean =>
  endorsed.holds(UNKNOWN_COMMAND) && rows.every(({ name }) => commandOf(name) !== undefined);

async function order(
  parts: SubmitParts,
  endorsed: Endorsed,
  { outcome }: Expected,
  rows: FullRow[],
): Promise<Submission> {
  // Paused since it was noted: its successor may rely on nothing being sent so late.
  if (!parts.held()) return { is: "left" };
  const acknowledged = caught(stage(parts, "order", endorsed.submit()).then(() => undefined));
  // An answer that is lost is waited for until its deadline, and the block says more than it would.
  const answer = await Promise.race([acknowledged, outcome.then(async (settled) => settled ?? acknowledged)]);
  if (answer instanceof FabricError) {
    const failure = failedCall(parts, answer, rows);
    if (failure.failure !== "UNKNOWN_OUTCOME") return failure;
    const seen = await Promise.race([outcome, pause(UNCLEAR_MS, parts.left)]);
    return seen ? judged(parts, endorsed.txId, seen, rows) : failure;
  }
  if (answer) return judged(parts, endorsed.txId, answer, rows);
  const settled = await stage(parts, "commit", unlessAborted(outcome, parts.left));
  if (settled === "left") return { is: "left" };
  if (settled) return judged(parts, endorsed.txId, settled, rows);
  return { is: "failed", failure: "UNKNOWN_OUTCOME", reason: "no block held the transaction in time", rows };
}

function judged({ role, measures }: SubmitParts, txId: string, settled: Settled, rows: FullRow[]): Submission {
  const code = nameOfCode(settled.code);
  // By number, as alerts ask for it.
  measures.transactions.inc({ role, code: String(settled.code) });
  const failure = classOfCode(settled.code);
  if (failure === undefined) return { is: "valid", txId, settled };
  return { is: "failed", failure, reason: `block ${settled.block}: ${code}`, rows };
}

function failedCall({ breaker }: SubmitParts, error: FabricError, rows: FullRow[]) {
  const failure = classOf(error);
  if (failure === "WAIT") breaker.failed(Date.now());
  else if (failure !== "UNKNOWN_OUTCOME") breaker.answered();
  return { is: "failed" as const, failure, reason: shown(error.text), rows };
}

const endorse = (fabric: Fabric, rows: readonly FullRow[]) => fabric.endorse(functions.execute, argumentOf(rows));

/** The argument of gx:execute. */
export function argumentOf(rows: readonly Pick<FullRow, "id" | "name" | "actor" | "input">[]): string {
  const commands = rows.map(({ id, name, actor, input }) => ({ id, command: name, actor, input }));
  return JSON.stringify({ version: WIRE_VERSION, commands } satisfies WireBatch);
}

/** A reason for the eyes of callers: one line without addresses. */
function shown(text: string): string {
  return text.replace(/\b[\w.-]+:\d{2,5}\b/g, "(address)").slice(0, 500);
}

/** The FabricError in place of a rejection; any other rejection is a defect. */
async function caught<T>(work: Promise<T>): Promise<T | FabricError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FabricError) return error;
    throw error;
  }
}

async function stage<T>({ role, measures }: SubmitParts, name: string, work: Promise<T>): Promise<T> {
  const done = measures.stage.startTimer({ role, stage: name });
  try {
    return await work;
  } finally {
    done();
  }
}
