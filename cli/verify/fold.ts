// Blocks → what the ledger says happened: rows of the read models and outcomes of commands. Reads payloads by itself.
import { decodeEvent } from "../../catalogue/index.js";
import { wireOutcome, WIRE_VERSION, type WireOutcome } from "../../catalogue/wire.js";
import type { Block, BlockTransaction } from "../../platform/blocks.js";
import { effectsOn } from "./effects/index.js";
import type { Where } from "./effects/effect.js";
import { newHistory, type History } from "./history.js";
import { newState, type Row, type State } from "./state.js";

export interface Fold {
  readonly state: State;
  /** Columns of app.command as the ledger has them, by command id. */
  readonly outcomes: Map<string, Row>;
  /** What was found of every execution. */
  readonly history: History;
  /** Number of the last block taken. */
  height(): number;
  take(block: Block): void;
}

const width = [12, 6, 4, 6];
const positionOf = (...parts: readonly number[]) =>
  parts.map((part, index) => String(part).padStart(width[index] ?? 0, "0")).join("-");
/** Control characters and half surrogate pairs cannot be stored. */
const unstorable = (text: string) => /[\p{Cc}\p{Surrogate}]/u.test(text);

export function newFold(): Fold {
  const state = newState();
  const carryOut = effectsOn(state);
  const outcomes = new Map<string, Row>();
  const history = newHistory(state);
  let last = -1;
  let [latest, behind] = [-1, 0];
  state.put("checkpoint", { one: "true", block: "-1", block_hash: "", block_time: null, latest: null, behind: "0" });

  const quarantine = (
    where: Partial<Where> & Pick<Where, "position" | "txId" | "block">,
    reason: string,
    raw: Buffer,
  ) =>
    state.log("quarantine", {
      ...{ position: where.position, block: String(where.block), tx_id: where.txId, reason, raw: raw.toString("hex") },
      command_id: where.commandId ?? null,
    });

  /** The minutes that the latest time has reached, and how far a time was behind it. */
  const tick = (at: number, block: number) => {
    const minute = at - (at % 60);
    if (latest < minute) state.put("clock", { at: String(minute * 1_000), block: String(block) });
    behind = Math.max(behind, latest - at);
    latest = Math.max(latest, at);
  };

  const takeEvent = (raw: unknown, where: Where): string | undefined => {
    const { block, txId, commandId, position } = where;
    const decoded = decodeEvent(raw);
    if ("error" in decoded || beyondCalendar(raw)) {
      const reason = "error" in decoded ? decoded.error.reason : "MALFORMED_EVENT";
      quarantine(where, reason, Buffer.from(JSON.stringify(raw) ?? "null"));
      return undefined;
    }
    const { event } = decoded;
    const at = String(event.at * 1_000);
    state.log("event", {
      ...{ position, block: String(block), tx_id: txId, command_id: commandId, domain: event.domain, name: event.name },
      ...{ at, payload: sorted(event) },
    });
    tick(event.at, block);
    carryOut(event, where);
    return event.name;
  };

  const takeOutcome = (raw: unknown, batchIndex: number, transaction: BlockTransaction, block: number) => {
    const { txId, index: txIndex, timeMs } = transaction;
    const at = { block, txId, position: positionOf(block, txIndex, batchIndex, 0) };
    const parsed = wireOutcome.safeParse(raw);
    if (!parsed.success || unstorable(parsed.data.command + (parsed.data.code ?? ""))) {
      return quarantine(at, "MALFORMED_OUTCOME", Buffer.from(JSON.stringify(raw) ?? "null"));
    }
    const { commandId, code, status, repeatOf, events }: WireOutcome = parsed.data;
    const looked = history.look(parsed.data);
    if (repeatOf !== undefined) return;
    const names = events.map((event, index) =>
      takeEvent(event, { ...at, commandId, index, position: positionOf(block, txIndex, batchIndex, index) }),
    );
    looked();
    const known = names.filter((name) => name !== undefined);
    outcomes.set(commandId, {
      ...{ status: status === "committed" ? "COMMITTED" : "REFUSED", code: code ?? null, block: String(block) },
      ...{ tx_index: String(txIndex), batch_index: String(batchIndex), tx_id: txId, committed_at: String(timeMs) },
      ...{ event_names: known.join(","), incomplete: String(known.length < names.length) },
    });
  };

  const takeTransaction = (transaction: BlockTransaction, block: number) => {
    const { payload, unreadable, txId, index } = transaction;
    const at = { block, txId, position: positionOf(block, index, 0, 0) };
    if (unreadable) return quarantine(at, "UNREADABLE_TRANSACTION", unreadable.raw);
    if (!payload) return;
    const found = outcomesIn(payload);
    if (!found) return quarantine(at, "MALFORMED_PAYLOAD", payload);
    found.forEach((raw, batchIndex) => takeOutcome(raw, batchIndex, transaction, block));
  };

  return {
    ...{ state, outcomes, history },
    height: () => last,
    take: (block) => {
      for (const transaction of block.transactions) if (transaction.valid) takeTransaction(transaction, block.number);
      last = block.number;
      const time = block.timeMs ?? state.rows.checkpoint.get("true")?.["block_time"];
      state.put("checkpoint", {
        ...{ one: "true", block: String(block.number), block_hash: block.hash },
        block_time: time === undefined || time === null ? null : String(time),
        ...{ latest: latest < 0 ? null : String(latest * 1_000), behind: String(behind) },
      });
    },
  };
}

function outcomesIn(payload: Buffer): readonly unknown[] | undefined {
  try {
    const parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)) as Record<string, unknown>;
    return parsed["version"] === WIRE_VERSION && Array.isArray(parsed["outcomes"]) ? parsed["outcomes"] : undefined;
  } catch {
    return undefined;
  }
}

/** Times after the year 9999 are quarantined: at, and every field that ends in At or Start. */
function beyondCalendar(raw: unknown): boolean {
  const times = Object.entries(raw as object).filter(([name]) => name === "at" || /(At|Start)$/.test(name));
  return times.some(([, value]) => Number(value) > 253_402_300_799);
}

/** JSON with sorted members at every level: how payloads are compared. */
export function sorted(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member !== null && typeof member === "object" && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
