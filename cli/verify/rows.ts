// Rows of the database as text, and their comparison with the rows that the fold expects. Reads only.
import type { ClientBase } from "pg";
import { sorted } from "./fold.js";
import type { Report } from "./report.js";
import { keyed, keyOf, logged, unchecked, type Cell, type Keyed, type Logged, type Row, type State } from "./state.js";

type Client = Pick<ClientBase, "query">;

/** Explains a quarantine, does not say what is in it. */
const explaining = new Set(["quarantine.detail"]);

interface Column {
  readonly name: string;
  readonly type: string;
}

/** `<schema>.<table>` → its columns, asked for once on a connection. */
const known = new WeakMap<Client, Promise<ReadonlyMap<string, readonly Column[]>>>();

async function columnsOf(client: Client): Promise<ReadonlyMap<string, readonly Column[]>> {
  const { rows } = await client.query<Column & { table: string }>(
    `select table_schema || '.' || table_name as table, column_name as name, data_type as type
     from information_schema.columns where table_schema in ('app', 'read')`,
  );
  const tables = new Map<string, Column[]>();
  for (const { table, name, type } of rows) tables.set(table, [...(tables.get(table) ?? []), { name, type }]);
  return tables;
}

/** Every column as comparable text: times in milliseconds, lists by commas, bytes in hex, JSON sorted. */
async function selectOf(client: Client, schema: string, table: string): Promise<{ text: string; json: string[] }> {
  const tables = known.get(client) ?? columnsOf(client);
  known.set(client, tables);
  const rows = (await tables).get(`${schema}.${table}`) ?? [];
  const asText = ({ name, type }: { name: string; type: string }) => {
    if (type === "timestamp with time zone") return `(extract(epoch from "${name}") * 1000)::bigint::text as "${name}"`;
    if (type === "ARRAY") return `array_to_string("${name}", ',') as "${name}"`;
    if (type === "bytea") return `encode("${name}", 'hex') as "${name}"`;
    return `"${name}"::text as "${name}"`;
  };
  const columns = rows.filter(({ name }) => !explaining.has(`${table}.${name}`));
  const json = columns.filter(({ type }) => type === "jsonb").map(({ name }) => name);
  return { text: `select ${columns.map(asText).join(", ")} from "${schema}"."${table}"`, json };
}

/** Rows of a table as text; `where` with its values narrows them. */
export async function readRows(
  client: Client,
  [schema, table]: readonly [schema: string, table: string],
  where = "",
  values: unknown[] = [],
): Promise<Row[]> {
  const { text, json } = await selectOf(client, schema, table);
  const { rows } = await client.query<Record<string, Cell>>(`${text} ${where}`, values);
  for (const row of rows) for (const name of json) row[name] = sorted(JSON.parse(row[name] ?? "null"));
  return rows;
}

/** Tables of schema read that nobody checks are a fault of their own. */
export async function compareTables(client: Client, report: Report): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'read'",
  );
  const known = new Set<string>([...Object.keys(keyed), ...logged, ...unchecked]);
  for (const { name } of rows) {
    report.compared("tables");
    if (!known.has(name)) report.fault("tables", `read.${name} is checked by nobody`);
  }
}

/** Compares the tables whose rows change with the state at the checkpoint. */
export async function compareKeyed(client: Client, report: Report, state: State): Promise<void> {
  for (const table of Object.keys(keyed) as Keyed[]) {
    const found = new Map((await readRows(client, ["read", table])).map((row) => [keyOf(table, row), row]));
    compareRows(report, table, found, state.rows[table]);
  }
}

/** Compares the logged rows of blocks `from` to `to` with those that the fold has just made. */
export async function compareLogged(
  client: Client,
  report: Report,
  expected: Readonly<Record<Logged, Row[]>>,
  [from, to]: readonly [number, number],
): Promise<void> {
  const bound = (block: number) => String(block).padStart(12, "0");
  for (const table of logged) {
    const where = "where position >= $1 and position < $2";
    const rows = await readRows(client, ["read", table], where, [bound(from), bound(to + 1)]);
    const byPosition = (of: readonly Row[]) => new Map(of.map((row) => [row["position"] ?? "", row]));
    compareRows(report, table, byPosition(rows), byPosition(expected[table]));
  }
}

/** Rows that stand at no block of the chain are seen by their number only. */
export async function compareCounts(client: Client, report: Report, state: State): Promise<void> {
  for (const table of logged) {
    const { rows } = await client.query<{ rows: string }>(`select count(*)::text as rows from read."${table}"`);
    report.same(`read.${table}`, "the number of rows", rows[0]?.rows, String(state.counts[table]));
  }
}

function compareRows(
  report: Report,
  table: string,
  found: ReadonlyMap<string, Row>,
  expected: ReadonlyMap<string, Row>,
): void {
  const name = `read.${table}`;
  report.compared(name, expected.size);
  for (const [key, row] of expected) {
    const other = found.get(key);
    if (!other) report.fault(name, `${key} is missing`);
    else compareCells(report, name, key, other, row);
  }
  for (const key of found.keys()) if (!expected.has(key)) report.fault(name, `${key} is in no block`);
}

function compareCells(report: Report, name: string, key: string, found: Row, expected: Row): void {
  for (const column of new Set([...Object.keys(found), ...Object.keys(expected)])) {
    report.same(name, `${key}: ${column}`, found[column], expected[column]);
  }
}
