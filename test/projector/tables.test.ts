// The declared tables are those of the database, each written by its own domain alone; every event changes something.
import { eventTypes } from "../../catalogue/index.js";
import { projections } from "../../workers/projector/projections.js";
import { snake, tables, type Table, type TableOwner } from "../../workers/projector/tables.js";
import { newDatabase, type TestDatabase } from "../environment.js";

/** Written by the host for all domains. */
const ofTheHost = ["chain_head", "checkpoint", "clock", "event", "quarantine", "version"];

const declared = Object.entries(tables).flatMap(([domain, owned]) =>
  Object.entries(owned as Record<string, Table>).map(([name, table]) => ({ domain, name, table })),
);

let database: TestDatabase;
beforeAll(async () => {
  database = await newDatabase();
});
afterAll(() => database.close());

test("no two domains own a table of the same name", () => {
  const names = declared.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("every table of schema read is declared or the host's, and nothing else is declared", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'read'",
  );
  const inDatabase = rows.map(({ name }) => name).sort();
  expect([...declared.map(({ name }) => snake(name)), ...ofTheHost].sort()).toEqual(inDatabase);
});

test.each(declared)("$name has the columns, types and key that the database has", async ({ name, table }) => {
  const columns = await database.pool.query<{ name: string; type: string; nullable: boolean }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable
     from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
    [`read."${snake(name)}"`],
  );
  const found = Object.fromEntries(columns.rows.map((column) => [column.name, typeOf(column)]));
  expect(Object.fromEntries(Object.entries(table.columns).map(([column, type]) => [snake(column), type]))).toEqual(
    found,
  );
  const key = await database.pool.query<{ name: string }>(
    `select a.attname as name from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
     where i.indrelid = $1::regclass and i.indisprimary`,
    [`read."${snake(name)}"`],
  );
  expect(table.key.map(snake).sort()).toEqual(key.rows.map((column) => column.name).sort());
});

const typeOf = ({ type, nullable }: { type: string; nullable: boolean }) =>
  type.replace("timestamp with time zone", "timestamptz") + (nullable ? "?" : "");

test("every event of the catalogue is projected, and nothing else is", () => {
  const projected = new Set(Object.values(projections).flatMap((projection) => Object.keys(projection)));
  expect([...projected].sort()).toEqual(eventTypes.map(({ event }) => event).sort());
});

test("a projection changes rows of its own domain's tables only", async () => {
  const { readFileSync } = await import("node:fs");
  for (const domain of Object.keys(projections) as TableOwner[]) {
    const source = readFileSync(new URL(`../../workers/projector/${domain}.ts`, import.meta.url), "utf8");
    expect(source.match(/changesOf\("(\w+)"\)/g)).toEqual([`changesOf("${domain}")`]);
  }
});
