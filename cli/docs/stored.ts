// What the read models store of an event: the projections are run with sample values, and their changes told in words.
// So it cannot say anything else than the code does.
import type { AnyEvent, Recorded } from "../../catalogue/language.js";
import type { Change, Operation, Place } from "../../workers/projector/change.js";
import { changesOfEvent } from "../../workers/projector/projections.js";
import { snake, tables, type Table } from "../../workers/projector/tables.js";
import { variedSamples } from "./kinds.js";
import { code, enumerated } from "./markdown.js";

const place: Place = {
  block: 2,
  txId: "a".repeat(64),
  commandId: "00000000-0000-7000-8000-000000000101",
  index: 0,
  position: () => "position",
};

/** One sentence for each table that the event changes. */
export function storedOf({ event, domain, fields }: AnyEvent): readonly string[] {
  const changes = variedSamples(fields).flatMap((sample) =>
    changesOfEvent({ name: event, domain, at: 2, ...sample } as Recorded, place),
  );
  const byTable = grouped(changes, ({ domain, table }) => `${domain}.${table}`);
  return [...byTable].map(
    ([table, all]) => `${code(snake(table.split(".", 2)[1] ?? ""))} of ${domainOf(table)}: ${told(all)}`,
  );
}

const domainOf = (table: string): string => table.split(".", 1)[0] ?? "";

function told(changes: readonly Change[]): string {
  const byOperation = grouped(changes, ({ operation }) => operation);
  return [...byOperation].map(([operation, all]) => sentence(operation, all)).join("; ");
}

function sentence(operation: Operation, changes: readonly Change[]): string {
  const columns = () => enumerated([...new Set(changes.flatMap(columnsOf))].map(code));
  switch (operation) {
    case "put":
      return "the row";
    case "append":
      return `a new row${typesOf(changes)}`;
    case "add":
      return `adds to ${columns()}`;
    case "patch":
      return `sets ${columns()}`;
    case "patchGroup":
      return `sets ${columns()} of a group of rows`;
  }
}

/** Columns beside those that name the row. */
function columnsOf({ domain, table, values }: Change): string[] {
  const known: Readonly<Record<string, Readonly<Record<string, Table>>>> = tables;
  const key = known[domain]?.[table]?.key ?? [];
  return Object.keys(values)
    .filter((column) => !key.includes(column))
    .map(snake);
}

/** The types of lines in account statements. */
function typesOf(changes: readonly Change[]): string {
  const types = changes.flatMap(({ table, values }) => (table === "entry" ? [String(values["type"])] : []));
  return types.length === 0 ? "" : ` for each line: ${enumerated([...new Set(types)].map(code))}`;
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
