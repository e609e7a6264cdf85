// Live rows against rebuilt ones: every column of every table, and the outcomes in the command log. Reads only.
import { outcomeTypes } from "../../workers/projector/derive.js";
import { liveTables, NEXT, type Client } from "./beside.js";

export interface Difference {
  readonly key: string;
  readonly column: string;
  /** As text; null = null, undefined = there is no such row. */
  readonly live: string | null | undefined;
  readonly rebuilt: string | null | undefined;
}

export interface Comparison {
  readonly table: string;
  /** Of the live ones. */
  readonly rows: number;
  readonly rebuiltRows: number;
  /** Columns that differ, a row that is missing on one side counted once. */
  readonly differences: number;
  /** The first of them. */
  readonly first: readonly Difference[];
}

/** Rows of which differences are listed, per table. */
export const LISTED = 20;
/** chain_head holds clock time; version says by which projections, not what. */
const notDerived = ["chain_head", "version"];

/** `client` is inside a transaction that sees both sets of rows at the same block. */
export async function compare(client: Client, say: (table: string) => void): Promise<Comparison[]> {
  const found: Comparison[] = [];
  for (const { name } of await liveTables(client)) {
    if (notDerived.includes(name)) continue;
    say(`read.${name}`);
    const columns = await columnsOf(client, name);
    found.push(await compareTable(client, { table: `read.${name}`, rebuilt: `${NEXT}."${name}"`, ...columns }));
  }
  say("app.command");
  const columns = outcomeTypes.map(([column]) => column);
  // Only commands that ended by an outcome; commands of others are in no log of ours.
  const of = { live: ended, rebuilt: ofOurLog, key: ["id"], columns };
  found.push(await compareTable(client, { table: "app.command", ...of }));
  return found;
}

const ended = `(select * from app.command where status in ('COMMITTED', 'REFUSED'))`;
const ofOurLog = `(select o.* from ${NEXT}.outcome o join app.command c using (id))`;

interface Sides {
  readonly table: string;
  /** What is selected from; the table itself when absent. */
  readonly live?: string;
  readonly rebuilt: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
}

const quoted = (name: string) => `"${name}"`;

async function columnsOf(client: Client, table: string): Promise<Pick<Sides, "key" | "columns">> {
  const { rows } = await client.query<{ name: string; key: boolean }>(
    `select a.attname as name, coalesce(a.attnum = any(i.indkey), false) as key from pg_attribute a
     left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
     where a.attrelid = format('read.%I', $1::text)::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [table],
  );
  const columns = rows.map(({ name }) => name);
  const key = rows.filter((column) => column.key).map(({ name }) => name);
  return { columns, key: key.length > 0 ? key : columns };
}

interface Differing {
  key: string;
  live: (string | null)[] | null;
  rebuilt: (string | null)[] | null;
  total: string;
}

async function compareTable(client: Client, sides: Sides): Promise<Comparison> {
  const { table, columns } = sides;
  const counted = await client.query<{ live: string; rebuilt: string }>(
    `select (select count(*) from ${liveOf(sides)} as l) as live, (select count(*) from ${sides.rebuilt} as r) as rebuilt`,
  );
  const { rows } = await client.query<Differing>(differing(sides));
  return {
    table,
    rows: Number(counted.rows[0]?.live),
    rebuiltRows: Number(counted.rows[0]?.rebuilt),
    differences: Number(rows[0]?.total ?? 0),
    first: rows.flatMap((row) => differencesOf(row, columns)).slice(0, LISTED),
  };
}

const liveOf = ({ table, live }: Sides) => live ?? table.split(".").map(quoted).join(".");

/** Rows that differ: key, columns of both sides as text, and how many differences there are in all. */
function differing(sides: Sides): string {
  const { key, columns, rebuilt } = sides;
  const names = columns.map(quoted);
  const row = (alias: string) => `row(${names.map((name) => `${alias}.${name}`).join(", ")})`;
  const texts = (alias: string) => `array[${names.map((name) => `${alias}.${name}::text`).join(", ")}]`;
  const there = (alias: string) => `${alias}.${quoted(key[0] ?? "")} is not null`;
  const each = names.map((name) => `(l.${name} is distinct from r.${name})::int`).join(" + ");
  const both = `${there("l")} and ${there("r")}`;
  const keys = key.map(quoted).map((name) => `coalesce(l.${name}, r.${name})::text`);
  return `select concat_ws(' ', ${keys.join(", ")}) as key,
      case when ${there("l")} then ${texts("l")} end as live, case when ${there("r")} then ${texts("r")} end as rebuilt,
      sum(case when ${both} then ${each} else 1 end) over () as total
    from ${liveOf(sides)} as l full join ${rebuilt} as r on ${key.map((name) => `l.${quoted(name)} = r.${quoted(name)}`).join(" and ")}
    where ${row("l")} is distinct from ${row("r")} order by 1 limit ${LISTED}`;
}

function differencesOf({ key, live, rebuilt }: Differing, columns: readonly string[]): Difference[] {
  if (!live || !rebuilt) {
    const shown = (side: unknown) => (side ? "a row" : undefined);
    return [{ key, column: "*", live: shown(live), rebuilt: shown(rebuilt) }];
  }
  return columns.flatMap((column, index) =>
    live[index] === rebuilt[index] ? [] : [{ key, column, live: live[index] ?? null, rebuilt: rebuilt[index] ?? null }],
  );
}
