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
  /** What becomes of groups of rows that were there before, by group: to be written first. */
  readonly groups: Map<string, GroupChange>;
}

/** Columns of all rows of a group, and the rows of the group that came with the same fold. */
export interface GroupChange {
  readonly of: Record<string, Value>;
  readonly set: Record<string, Value>;
  readonly fresh: RowChange[];
}

/** Folds in order; tables in the order of their first change. */
export function fold(changes: Iterable<Change>): TableChanges[] {
  const folded = new Map<string, TableChanges>();
  for (const change of changes) {
    const into = folded.get(change.table) ?? emptyFor(change);
    folded.set(change.table, into);
    if (change.operation === "patchGroup") patchGroup(into, change);
    else changeRow(into, change);
  }
  return [...folded.values()];
}

function changeRow({ rows, groups, table }: TableChanges, change: Change): void {
  const key = keyOf(table, change.values);
  const known = rows.get(key);
  const row = known ? combine(known, change, table) : begin(change, table);
  rows.set(key, row);
  if (table.group && row !== known) groupOf(groups, table.group, row.set).fresh.push(row);
}

/** A row that comes with this fold is changed here, one that was there before by a statement. */
function patchGroup({ groups, table }: TableChanges, { values }: Change): void {
  const group = groupOf(groups, table.group ?? [], values);
  for (const [name, value] of Object.entries(values)) {
    if (name in group.of) continue;
    group.set[name] = value;
    for (const { set } of group.fresh) set[name] = value;
  }
}

function groupOf(
  groups: TableChanges["groups"],
  columns: readonly string[],
  values: Readonly<Record<string, Value>>,
): GroupChange {
  const key = columns.map((name) => String(values[name])).join("\u001f");
  const known = groups.get(key);
  if (known) return known;
  const of = Object.fromEntries(columns.map((name) => [name, values[name] ?? null]));
  const made: GroupChange = { of, set: {}, fresh: [] };
  groups.set(key, made);
  return made;
}

function emptyFor({ domain, table: name }: Change): TableChanges {
  const table = (tables[domain] as Readonly<Record<string, Table>>)[name];
  if (!table) throw new Error(`table ${name} of ${domain} is not declared`);
  return { domain, name, table, rows: new Map(), groups: new Map() };
}

/** Unit separators stand in no id. */
const keyOf = ({ key }: Table, values: Change["values"]) =>
  key.length === 1 ? String(values[key[0] ?? ""]) : key.map((name) => String(values[name])).join("\u001f");

const isKey = (table: Table, name: string) => table.key.includes(name);

function begin({ operation, values }: Change, table: Table): RowChange {
  if (operation === "patchGroup") throw new Error("a group of rows is not one row");
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
