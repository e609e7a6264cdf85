// I1 to I9: what must hold after the faults are healed and the system is quiet. Pure: each check names what breaks it.
import type { Bounded, CommandRow, Evidence, Money } from "./evidence.js";
import type { Entry } from "./journal.js";
import type { Held } from "./peers.js";
import type { Effect } from "./truth.js";

export type CheckId = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9";

export interface Finding {
  readonly check: CheckId;
  readonly compared: number;
  readonly faults: readonly string[];
}

interface Check {
  readonly id: CheckId;
  readonly name: string;
  readonly sentence: string;
  find(evidence: Evidence, fault: Fault): number;
}

const idsOf = ({ ids }: Entry) => [...ids];
const settled = (row: CommandRow | undefined) => row?.status === "COMMITTED" || row?.status === "REFUSED";

export const checks: readonly Check[] = [
  {
    id: "I1",
    name: "nothing lost",
    sentence: "every accepted command has an outcome on the ledger, or is FAILED with a reason and has none",
    find: ({ entries, rows, effects }, fault) => {
      const accepted = entries.flatMap(idsOf);
      for (const id of accepted) {
        const row = rows.get(id);
        const isOut = effects.has(id);
        if (!row) fault(`${id} was accepted, and no row of the command log holds it`);
        else if (row.status === "FAILED" && !isOut && !row.reason) fault(`${id} is FAILED without a reason`);
        else if (row.status !== "FAILED" && !isOut) fault(`${id} was accepted, is ${row.status}, and has no outcome`);
      }
      return accepted.length;
    },
  },
  {
    id: "I2",
    name: "nothing doubled",
    sentence: "no command has two effects: one receipt, one set of events, one row for a key",
    find: (evidence, fault) => {
      const { effects, receipts } = evidence;
      for (const [id, all] of effects) {
        if (all.length > 1) fault(`${id} has ${all.length} effects, in ${all.map(({ txId }) => txId).join(" and ")}`);
      }
      for (const [id, txId] of receipts) {
        const expected = effects.get(id)?.[0]?.txId ?? null;
        if (txId !== expected) fault(`the receipt of ${id} names ${shown(txId)}, its effect is in ${shown(expected)}`);
      }
      compareEvents(evidence, fault);
      compareKeys(evidence, fault);
      return effects.size + receipts.size;
    },
  },
  {
    id: "I3",
    name: "no false answer",
    sentence: "what a row says of an outcome stands on the ledger at that place, and a refusal is the one that was due",
    find: ({ entries, rows, effects }, fault) => {
      for (const row of rows.values()) {
        const effect = effects.get(row.id)?.[0];
        if (settled(row) && !effect) fault(`${row.id} is ${row.status}, but no block holds its outcome`);
        else if (effect) compareRow(row, effect, fault);
      }
      for (const entry of entries) judgeMeaning(entry, rows, fault);
      return rows.size;
    },
  },
  {
    id: "I4",
    name: "unknowns settle",
    sentence: "what was unknown and asked again under its key ends in one outcome",
    find: ({ entries, effects, rows }, fault) => {
      const unknown = entries.filter(({ wasUnknown }) => wasUnknown);
      for (const { key, heard, ids } of unknown) {
        if (heard?.is === "unknown" || heard === undefined) fault(`key ${key} was asked again and is still unknown`);
        for (const id of ids) {
          const isFailed = rows.get(id)?.status === "FAILED";
          if (!isFailed && effects.get(id)?.length !== 1) fault(`key ${key}: ${id} has no single outcome`);
        }
      }
      return unknown.length;
    },
  },
  {
    id: "I5",
    name: "conservation",
    sentence: "at every block height all balances together are what was minted, and each is the sum of its statement",
    find: ({ foldFaults, balances, accounts, height }, fault) => {
      for (const text of foldFaults) fault(text);
      for (const [id, found] of balances) compareMoney(`the ledger's ${id}`, found, accounts.get(id), fault);
      return height + balances.size;
    },
  },
  {
    id: "I6",
    name: "projection exact",
    sentence:
      "the rows are what the blocks give, up to the last block, and every peer holds that block and the same state",
    find: ({ wallets, statements, accounts, checkpoint, height, hash, verified, held }, fault) => {
      if (checkpoint.block !== height - 1) fault(`the rows stand at block ${checkpoint.block} of ${height - 1}`);
      else if (checkpoint.hash !== hash) fault(`the rows were made from another block ${checkpoint.block}`);
      for (const [id, account] of accounts) {
        if (id.startsWith("MINTED_")) continue;
        compareMoney(`the row of ${id}`, wallets.get(id), account, fault);
        const { sum, count } = statements.get(id) ?? { sum: 0n, count: 0 };
        if (sum !== account.lines || count !== account.count) {
          fault(
            `the statement of ${id} has ${count} lines over ${sum}, expected ${account.count} over ${account.lines}`,
          );
        }
      }
      for (const text of verified ?? []) fault(text);
      comparePeers(held, hash, fault);
      return accounts.size + held.length;
    },
  },
  {
    id: "I7",
    name: "order",
    sentence: "commands of one queue that share a lane key have their effect in the order of acceptance",
    find: ({ rows, effects }, fault) => {
      const lanes = new Map<string, { id: string; effect: Effect }>();
      let compared = 0;
      for (const row of [...rows.values()].sort((a, b) => a.seq - b.seq)) {
        const effect = effects.get(row.id)?.[0];
        if (!effect) continue;
        for (const lane of row.lanes) {
          const before = lanes.get(`${row.role} ${lane}`);
          compared += 1;
          if (before && !isBefore(before.effect, effect)) fault(`${row.id} overtook ${before.id} on ${lane}`);
          lanes.set(`${row.role} ${lane}`, { id: row.id, effect });
        }
      }
      return compared;
    },
  },
  {
    id: "I8",
    name: "no leftovers",
    sentence: "nothing is open, and keys, locks, descriptors and memory are back",
    find: ({ leftovers }, fault) => bound(leftovers, fault),
  },
  {
    id: "I9",
    name: "bounded harm",
    sentence: "good traffic during the fault keeps error rate and p99 within the bounds of the scenario",
    find: ({ harm }, fault) => bound(harm, fault),
  },
];

type Fault = (text: string) => void;

const shown = (text: string | null) => text ?? "nothing";

function compareEvents({ effects, events }: Evidence, fault: Fault): void {
  for (const [id, all] of effects) {
    const found = (events.get(id) ?? []).join();
    const expected = (all[0]?.events ?? []).join();
    if (found !== expected) fault(`${id} has the events ${found}, expected ${expected}`);
  }
  for (const id of events.keys()) if (!effects.has(id)) fault(`${id} has events, but no effect`);
}

/** One key of one caller is one command. */
function compareKeys({ entries, rows }: Evidence, fault: Fault): void {
  for (const { key, ids } of entries) {
    if (ids.size > 1) fault(`key ${key} has the tickets ${[...ids].join(" and ")}`);
  }
  const keys = new Map<string, string>();
  for (const { id, actor, key } of rows.values()) {
    const other = keys.get(`${actor} ${key}`);
    if (other !== undefined) fault(`key ${key} has the rows ${other} and ${id}`);
    keys.set(`${actor} ${key}`, id);
  }
}

/** Runs all checks. */
export function judge(evidence: Evidence): Finding[] {
  return checks.map(({ id, find }) => {
    const faults: string[] = [];
    const compared = find(evidence, (text) => faults.push(text));
    return { check: id, compared, faults };
  });
}

export const isSound = (findings: readonly Finding[]) => findings.every(({ faults }) => faults.length === 0);

function compareRow(row: CommandRow, effect: Effect, fault: Fault): void {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["status", row.status, effect.status],
    ["code", row.code, effect.code],
    ["block", row.block, effect.block],
    ["transaction", row.txId, effect.txId],
    ["place in the block", row.txIndex, effect.txIndex],
    ["place in the batch", row.batchIndex, effect.batchIndex],
  ];
  for (const [name, found, expected] of pairs) {
    if (found !== expected) fault(`${row.id}: ${name} is ${String(found)}, on the ledger ${String(expected)}`);
  }
}

/** What was meant to be refused was, with that code; what was not, was not. */
function judgeMeaning({ key, heard, meant }: Entry, rows: Evidence["rows"], fault: Fault): void {
  if (heard?.is === "refused" && heard.code !== meant) fault(`key ${key} was refused at the edge with ${heard.code}`);
  const row = heard?.is === "ok" ? rows.get(heard.id) : undefined;
  if (!row || !settled(row)) return;
  const due = meant ?? null;
  if (row.code !== due) fault(`${row.id} ended with ${shown(row.code)}, due was ${shown(due)}`);
}

function compareMoney(what: string, found: Money | undefined, expected: Money | undefined, fault: Fault) {
  const shown = (money: Money | undefined) => (money ? `${money.stored} and ${money.pending} pending` : "missing");
  if (found?.stored === expected?.stored && found?.pending === expected?.pending) return;
  fault(`${what} holds ${shown(found)}, expected ${shown(expected)}`);
}

function comparePeers(held: readonly Held[], expected: string, fault: Fault): void {
  for (const { peer, hash, state } of held) {
    if (hash !== expected) fault(`the peer ${peer} holds ${hash ?? "no answer"} as its last block, not ${expected}`);
    else if (state !== held[0]?.state) fault(`the peer ${peer} made another state of the same blocks`);
  }
}

/** Whether an effect stands before another one. */
function isBefore(a: Effect, b: Effect): boolean {
  if (a.block !== b.block) return a.block < b.block;
  return a.txIndex === b.txIndex ? a.batchIndex < b.batchIndex : a.txIndex < b.txIndex;
}

function bound(figures: readonly Bounded[], fault: Fault): number {
  for (const { what, value, most, unit } of figures) {
    // Also what could not be measured is a fault.
    if (!(value <= most)) fault(`${what}: ${value.toFixed(1)} ${unit}, at most ${most}`);
  }
  return figures.length;
}
