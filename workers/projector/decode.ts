// Block → outcomes of commands, decoded events, and what did not decode. Pure; nothing in a block makes it throw.
import { decodeEvent, eventOf } from "../../catalogue/events/index.js";
import type { Recorded } from "../../catalogue/language.js";
import { wireOutcome, WIRE_VERSION, type WireOutcome } from "../../catalogue/wire.js";
import { messageOf } from "../../platform/errors.js";
import type { Block, BlockTransaction } from "../../platform/blocks.js";
import type { Place } from "./change.js";

/** What became of a command in this block; first executions only, repeats are left out. */
export interface Outcome {
  readonly commandId: string;
  /** `<domain>.<command>`. */
  readonly command: string;
  readonly status: "COMMITTED" | "REFUSED";
  readonly code: string | null;
  readonly block: number;
  readonly txIndex: number;
  /** Place in the batch. */
  readonly batchIndex: number;
  readonly txId: string;
  /** Time of the transaction, Unix milliseconds. */
  readonly timeMs: number;
  /** Of the events that decoded. */
  readonly eventNames: readonly string[];
  /** An event of it is in quarantine. */
  readonly incomplete: boolean;
}

export interface PlacedEvent {
  readonly event: Recorded;
  readonly place: Place;
}

export type QuarantineReason =
  "UNREADABLE_TRANSACTION" | "MALFORMED_PAYLOAD" | "MALFORMED_OUTCOME" | "UNKNOWN_EVENT" | "MALFORMED_EVENT";

export interface Quarantined {
  readonly position: string;
  readonly block: number;
  readonly txId: string;
  readonly commandId: string | null;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly raw: Buffer;
}

export interface Decoded {
  readonly outcomes: readonly Outcome[];
  readonly events: readonly PlacedEvent[];
  readonly quarantined: readonly Quarantined[];
}

const digits = (value: number, width: number) => String(value).padStart(width, "0");
/** block(12)-transaction(6)-command(4)-event(6): text order is ledger order. */
export const positionOf = (block: number, txIndex: number, batchIndex: number, eventIndex: number): string =>
  `${digits(block, 12)}-${digits(txIndex, 6)}-${digits(batchIndex, 4)}-${digits(eventIndex, 6)}`;

/** Text that PostgreSQL can hold: no NUL, no half of a surrogate pair, not longer than a line. */
const storable = (text: string) => Buffer.from(text.replaceAll("\0", "\\0").slice(0, 500), "utf8").toString("utf8");

interface Found {
  outcomes: Outcome[];
  events: PlacedEvent[];
  quarantined: Quarantined[];
}

export function decodeBlock(block: Block): Decoded {
  const found: Found = { outcomes: [], events: [], quarantined: [] };
  for (const transaction of block.transactions) {
    if (transaction.valid) decodeTransaction({ block: block.number, transaction, found });
  }
  return found;
}

interface Here {
  readonly block: number;
  readonly transaction: BlockTransaction;
  readonly found: Found;
}

function decodeTransaction(here: Here): void {
  const { payload, unreadable } = here.transaction;
  if (unreadable) {
    quarantine(here, {}, "UNREADABLE_TRANSACTION", unreadable.detail, unreadable.raw);
    return;
  }
  if (!payload) return;
  let outcomes: readonly unknown[];
  try {
    outcomes = outcomesOf(payload);
  } catch (error) {
    quarantine(here, {}, "MALFORMED_PAYLOAD", messageOf(error), payload);
    return;
  }
  outcomes.forEach((raw, batchIndex) => decodeOutcome(here, batchIndex, raw));
}

/** The raw outcomes of a payload; throws where it is not UTF-8, not JSON or not of our version. */
function outcomesOf(payload: Buffer): readonly unknown[] {
  const parsed: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  const { version, outcomes } = (parsed ?? {}) as { version?: unknown; outcomes?: unknown };
  if (version !== WIRE_VERSION) throw new Error(`version ${JSON.stringify(version)} instead of ${WIRE_VERSION}`);
  if (!Array.isArray(outcomes)) throw new Error("no list of outcomes");
  return outcomes;
}

function decodeOutcome(here: Here, batchIndex: number, raw: unknown): void {
  const parsed = wireOutcome.safeParse(raw);
  if (!parsed.success || hasForbidden(parsed.data.code ?? "") || hasForbidden(parsed.data.command)) {
    const issue = parsed.error?.issues[0];
    const detail = issue ? `${issue.path.join(".")}: ${issue.message}` : "control characters in code or command";
    quarantine(here, { batchIndex }, "MALFORMED_OUTCOME", detail, bytesOf(raw));
    return;
  }
  if (parsed.data.repeatOf !== undefined) return;
  const decoded = parsed.data.events.map((event, index) => decodeOne(here, { batchIndex, index }, parsed.data, event));
  here.found.outcomes.push(outcomeOf(here, batchIndex, parsed.data, decoded));
}

/** What a text column would refuse or nobody could read. */
const hasForbidden = (text: string) => /[\p{Cc}\p{Surrogate}]/u.test(text);

function outcomeOf(
  { block, transaction }: Here,
  batchIndex: number,
  outcome: WireOutcome,
  eventNames: readonly (string | undefined)[],
): Outcome {
  return {
    commandId: outcome.commandId,
    command: outcome.command,
    status: outcome.status === "committed" ? "COMMITTED" : "REFUSED",
    code: outcome.code ?? null,
    block,
    txIndex: transaction.index,
    batchIndex,
    txId: transaction.txId,
    timeMs: transaction.timeMs,
    eventNames: eventNames.filter((name) => name !== undefined),
    incomplete: eventNames.includes(undefined),
  };
}

/** Name of the event that was decoded; undefined when it went to quarantine. */
function decodeOne(
  here: Here,
  at: { batchIndex: number; index: number },
  { commandId }: WireOutcome,
  raw: unknown,
): string | undefined {
  const decoded = decodeEvent(raw);
  const error = "error" in decoded ? decoded.error : timeFault(decoded.event);
  if (error) {
    quarantine(here, { ...at, commandId }, error.reason, error.detail, bytesOf(raw));
    return undefined;
  }
  const { event } = decoded as { event: Recorded };
  const { block, transaction } = here;
  const position = positionOf(block, transaction.index, at.batchIndex, at.index);
  const place: Place = {
    ...{ block, txId: transaction.txId, commandId, index: at.index },
    position: (line) => (line === undefined ? position : `${position}-${digits(line, 3)}`),
  };
  here.found.events.push({ event, place });
  return event.name;
}

/** 9999-12-31T23:59:59Z in Unix seconds: what both JavaScript and PostgreSQL can show as a date. */
const LAST_SECOND = 253_402_300_799;

function timeFault(event: Recorded): { reason: "MALFORMED_EVENT"; detail: string } | undefined {
  const fields = eventOf(event.name)?.fields ?? {};
  const times = ["at", ...Object.keys(fields).filter((name) => fields[name]?.sdl === "DateTime")];
  const wrong = times.find((name) => Number((event as unknown as Record<string, unknown>)[name]) > LAST_SECOND);
  return wrong === undefined
    ? undefined
    : { reason: "MALFORMED_EVENT", detail: `${event.name}.${wrong}: is after the year 9999` };
}

const bytesOf = (raw: unknown) => Buffer.from(JSON.stringify(raw) ?? "null", "utf8");

function quarantine(
  { block, transaction, found }: Here,
  at: { batchIndex?: number; index?: number; commandId?: string },
  reason: QuarantineReason,
  detail: string,
  raw: Buffer,
): void {
  const { batchIndex = 0, index = 0, commandId = null } = at;
  const position = positionOf(block, transaction.index, batchIndex, index);
  const txId = storable(transaction.txId);
  found.quarantined.push({ position, block, txId, commandId, reason, detail: storable(detail), raw });
}
