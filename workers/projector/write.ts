// Folded changes → one statement per table and shape of change, whatever the number of rows. Knows no event.
import type { PoolClient } from "pg";
import type { Value } from "./change.js";
import type { GroupChange, RowChange, TableChanges } from "./fold.js";
import { snake, type Column, type Table } from "./tables.js";

/** One set-based statement: rows as arrays of text, one per column, cast in the database. */
export interface Statement {
  /** Name of the table as declared. */
  readonly table: string;
  readonly text: string;
  readonly values: readonly (readonly (string | null)[])[];
  /** Rows that it must touch; fewer means that a row to be changed was not there. */
  readonly rows: number;
  /** Set where fewer rows are a fault. */
  readonly mustExist: boolean;
}

/** A column's type in a statement, as PostgreSQL names it. */
export const sqlType = (column: Column | "jsonb" | "bytea" | "text[]"): string => column.replace("?", "");

/** `select a::type, … from unnest(…)`: the columns of an insert or of the right side of an update. */
export function unnested(columns: readonly (readonly [name: string, type: string])[]): string {
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`).join(", ");
  const names = columns.map((_, index) => `c${index}`).join(", ");
  const casts = columns.map(([name, type], index) => `c${index}::${type} as ${name}`).join(", ");
  return `select ${casts} from unnest(${arrays}) as t(${names})`;
}

/** The statements that write a table's changes into a schema, in order; changes of the same shape share one. */
export function statementsFor({ name, table, rows, groups }: TableChanges, schema: string): Statement[] {
  const changed = [...groups.values()].filter(({ set }) => Object.keys(set).length > 0);
  return [
    ...alike(changed, ({ set }) => Object.keys(set).sort().join(" ")).map(([shape, same]) =>
      groupStatement({ schema, name, table, shape }, same),
    ),
    ...alike(rows.values(), shapeOf).map(([shape, same]) => statementFor({ schema, name, table, shape }, same)),
  ];
}

const shapeOf = ({ mode, set, add }: RowChange) =>
  [mode, ...Object.keys(set).sort(), "+", ...Object.keys(add).sort()].join(" ");

function alike<T>(changes: Iterable<T>, shapeOf: (change: T) => string): [shape: string, same: T[]][] {
  const shapes = new Map<string, T[]>();
  for (const change of changes) {
    const shape = shapeOf(change);
    const same = shapes.get(shape);
    if (same) same.push(change);
    else shapes.set(shape, [change]);
  }
  return [...shapes];
}

function groupStatement({ schema, name, table }: Shaped, groups: readonly GroupChange[]): Statement {
  const [first] = groups;
  if (!first) throw new Error("a shape without groups");
  const [of, set] = [Object.keys(first.of), Object.keys(first.set)];
  const source = unnested([...of, ...set].map((column) => [quoted(column), typeOf(table, column)]));
  const setters = set.map((column) => `${quoted(column)} = v.${quoted(column)}`).join(", ");
  const match = of.map((column) => `r.${quoted(column)} = v.${quoted(column)}`).join(" and ");
  return {
    table: name,
    text: `update ${schema}.${quoted(name)} as r set ${setters} from (${source}) as v where ${match}`,
    values: [...of, ...set].map((column) =>
      groups.map((group) => literal({ ...group.of, ...group.set }[column], table, column)),
    ),
    rows: groups.length,
    mustExist: false,
  };
}

interface Shaped {
  readonly schema: string;
  readonly name: string;
  readonly table: Table;
  /** Mode and columns: what decides the text. */
  readonly shape: string;
}

interface Form {
  readonly text: string;
  readonly columns: readonly string[];
}

/** As many as there are schemas, tables and kinds of changes: a text is made once. */
const forms = new Map<string, Form>();

function formOf({ schema, name, table, shape }: Shaped, first: RowChange): Form {
  const key = `${schema}.${name} ${shape}`;
  const known = forms.get(key);
  if (known) return known;
  const target = `${schema}.${quoted(name)}`;
  const columns = Object.keys(table.columns).filter((column) => column in first.set || column in first.add);
  const source = unnested(columns.map((column) => [quoted(column), typeOf(table, column)]));
  const text =
    first.mode === "patch" && !makesRows(table, first)
      ? updateText(target, table, first, source)
      : insertText(target, table, first, columns, source);
  const form = { text, columns };
  forms.set(key, form);
  return form;
}

function statementFor(shaped: Shaped, rows: readonly RowChange[]): Statement {
  const [first] = rows;
  if (!first) throw new Error("a shape without rows");
  const { name, table } = shaped;
  const { text, columns } = formOf(shaped, first);
  const values = columns.map((column) => rows.map((row) => literal(row.set[column] ?? row.add[column], table, column)));
  return { table: name, text, values, rows: rows.length, mustExist: text.startsWith("update") };
}

/** Additions that name all columns besides the key make the row where it is missing. */
const makesRows = (table: Table, { add }: RowChange) =>
  Object.keys(add).length === Object.keys(table.columns).length - table.key.length;

function insertText(
  target: string,
  table: Table,
  { mode, add }: RowChange,
  columns: readonly string[],
  source: string,
): string {
  const rest = columns.filter((column) => !table.key.includes(column)).map(quoted);
  const conflict = {
    append: "do nothing",
    put: `do update set ${rest.map((column) => `${column} = excluded.${column}`).join(", ")}`,
    patch: `do update set ${Object.keys(add)
      .map(quoted)
      .map((column) => `${column} = r.${column} + excluded.${column}`)
      .join(", ")}`,
  }[mode];
  const key = table.key.map(quoted).join(", ");
  return `insert into ${target} as r (${columns.map(quoted).join(", ")}) ${source} on conflict (${key}) ${conflict}`;
}

function updateText(target: string, table: Table, { set, add }: RowChange, source: string): string {
  const setters = [
    ...Object.keys(set)
      .filter((column) => !table.key.includes(column))
      .map((column) => `${quoted(column)} = v.${quoted(column)}`),
    ...Object.keys(add).map((column) => `${quoted(column)} = r.${quoted(column)} + v.${quoted(column)}`),
  ].join(", ");
  const match = table.key.map((column) => `r.${quoted(column)} = v.${quoted(column)}`).join(" and ");
  return `update ${target} as r set ${setters} from (${source}) as v where ${match}`;
}

const quoted = (name: string) => `"${snake(name)}"`;

function typeOf(table: Table, column: string): string {
  const type = table.columns[column];
  if (!type) throw new Error(`column ${column} is not declared`);
  return sqlType(type);
}

/** A value as PostgreSQL reads it from text. */
function literal(value: Value | undefined, table: Table, column: string): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return `{${value.join(",")}}`;
  if (typeOf(table, column) === "timestamptz") return new Date(Number(value) * 1_000).toISOString();
  return String(value);
}

/** Runs a statement; returns how many rows that had to be there were missing. */
export async function run(client: Pick<PoolClient, "query">, statement: Statement): Promise<number> {
  const { rowCount } = await client.query(statement.text, statement.values as unknown[]);
  return statement.mustExist ? statement.rows - (rowCount ?? 0) : 0;
}
