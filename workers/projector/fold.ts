// The changes of one or more blocks, folded to one per row: what has to be written, whatever happened in between. Pure.
import type { Change, Value } from "./change.js";
import { tables, type Table, type TableOwner } from "./tables.js";

export type Mode = "put" | "append" | "patch";

/** What becomes of one row: a whole row, or columns of a row that is there. A column is either set or added to. */
export interface RowChange {
  mode: Mode;
  set: Record<string, Value>;
  add: Record<string, bigint>;
}

export interface TableChanges {
  readonly domain: TableOwner;
  readonly name: string;
  readonly table: Table;
  /** By key, in the order of the first change. */
  readonly rows: Map<string, RowChange>;
}

/** Folds in order; tables in the order of their first change. */
export function fold(changes: Iterable<Change>): TableChanges[] {
  const folded = new Map<string, TableChanges>();
  for (const change of changes) {
    const into = folded.get(change.table) ?? emptyFor(change);
    folded.set(change.table, into);
    const key = keyOf(into.table, change.values);
    const row = into.rows.get(key);
    into.rows.set(key, row ? combine(row, change, into.table) : begin(change, into.table));
  }
  return [...folded.values()];
}

function emptyFor({ domain, table: name }: Change): TableChanges {
  const table = (tables[domain] as Readonly<Record<string, Table>>)[name];
  if (!table) throw new Error(`table ${name} of ${domain} is not declared`);
  return { domain, name, table, rows: new Map() };
}

/** Unit separators stand in no id. */
const keyOf = ({ key }: Table, values: Change["values"]) =>
  key.length === 1 ? String(values[key[0] ?? ""]) : key.map((name) => String(values[name])).join("\u001f");

const isKey = (table: Table, name: string) => table.key.includes(name);

function begin({ operation, values }: Change, table: Table): RowChange {
  if (operation !== "add") return { mode: operation, set: { ...values }, add: {} };
  const row: RowChange = { mode: "patch", set: {}, add: {} };
  for (const [name, value] of Object.entries(values)) {
    if (isKey(table, name)) row.set[name] = value;
    else row.add[name] = BigInt(value as bigint);
  }
  return row;
}

function combine(row: RowChange, change: Change, table: Table): RowChange {
  const { operation, values } = change;
  if (operation === "put") return begin(change, table);
  // A row that this very fold put or appended is there already.
  if (operation === "append") return row.mode === "patch" ? begin(change, table) : row;
  for (const [name, value] of Object.entries(values)) {
    if (isKey(table, name)) continue;
    if (operation === "add") addTo(row, name, BigInt(value as bigint));
    else {
      row.set[name] = value;
      delete row.add[name];
    }
  }
  return row;
}

function addTo(row: RowChange, name: string, by: bigint): void {
  const known = row.set[name];
  if (known !== undefined) row.set[name] = BigInt(known as bigint) + by;
  else row.add[name] = (row.add[name] ?? 0n) + by;
}
