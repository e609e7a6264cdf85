// The read models are made again beside the live ones and put in their place while users are created and readers read:
// readers see one state or the other, never a mixture, never one that lies behind.
import { replay } from "../../cli/replay/replay.js";
import type { GxError } from "../../platform/errors.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { newLines } from "../platform/parts.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { startProjector, type Running } from "../projector/running.js";

let ledger: GxLedger;
let rows: TestDatabase;
let projector: Running;
beforeAll(async () => {
  ledger = await newGxLedger();
  await ledger.setUp();
  await ledger.user("VA");
});
afterAll(() => ledger.stop());
beforeEach(async () => {
  rows = await newDatabase();
  projector = startProjector(ledger, rows.url);
  await projector.reaches();
});
afterEach(async () => {
  await projector.stop();
  await rows.close();
});

const rebuild = (verifyOnly = false, onComparing: () => void = () => undefined) =>
  replay({
    ...{ connection: ledger.connection, identity: ledger.reader, databaseUrl: rows.url, verifyOnly },
    ...{ log: newLines("fatal").log, tell: { filling: () => undefined, comparing: onComparing } },
  });
const differing = ({ tables }: Awaited<ReturnType<typeof rebuild>>) =>
  tables.flatMap(({ table, first }) => first.map((difference) => ({ table, ...difference })));
const schemas = async () => {
  const found = await rows.pool.query<{ name: string }>(
    "select nspname as name from pg_namespace where nspname like 'read%' order by 1",
  );
  return found.rows.map(({ name }) => name);
};
/** Everything that makes a set of read models but its rows. */
const shapeOf = async (schema: string) => {
  const found = await rows.pool.query<{ line: string }>(
    `select c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' '
       || coalesce(a.attcollation::regcollation::text, '') || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') as line
     from pg_class c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' and a.attnum > 0
     union all select c.relname || ' ' || c.relpersistence::text from pg_class c where c.relnamespace = to_regnamespace($1)
     union all select replace(indexdef, $1 || '.', '') from pg_indexes where schemaname = $1
     union all select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
       where connamespace = to_regnamespace($1) and contype <> 'n'
     order by 1`,
    [schema],
  );
  return found.rows.map(({ line }) => line);
};

test("no reader sees half a state or an older one, the rows agree, and projection goes on", async () => {
  let going = true;
  const states: { block: number; users: number; counted: number; balances: string; minted: string }[] = [];
  // One statement is one snapshot: whatever it sees must be a state after some block.
  const reading = (async () => {
    while (going) {
      const found = await rows.pool.query<(typeof states)[number]>(
        `select (select block::int from read.checkpoint) as block, (select count(*)::int from read."user") as users,
           (select value::int from read.counter where name = 'users') as counted,
           (select sum(stored + pending)::text from read.wallet) as balances,
           (select sum(stored + pending)::text from read.pool) as minted`,
      );
      states.push(...found.rows);
    }
  })();
  const traffic = (async () => {
    while (going) await ledger.user("NG");
  })();
  const first = await rebuild();
  const between = states.length;
  await eventually(() => (states.at(-1)?.block ?? 0) > first.block, "projection to go on after the first swap");
  const second = await rebuild();
  const after = states.length;
  await eventually(() => states.length > after + 20, "readers after the swap");
  going = false;
  await Promise.all([reading, traffic]);
  await projector.reaches();

  expect([differing(first), differing(second)]).toEqual([[], []]);
  expect([first.switched, second.switched]).toEqual([true, true]);
  expect(second.block).toBeGreaterThan(first.block);
  expect(between).toBeGreaterThan(20);
  expect(states.filter(({ users, counted }) => users !== counted)).toEqual([]);
  expect(states.filter(({ balances, minted }) => balances !== minted)).toEqual([]);
  const blocks = states.map(({ block }) => block);
  expect(blocks).toEqual([...blocks].sort((a, b) => a - b));
  expect(await schemas()).toEqual(["read", "read_prev"]);
  expect(await shapeOf("read")).toEqual(await shapeOf("read_prev"));
  expect(differing(await rebuild(true))).toEqual([]);
  console.log(`${states.length} reads, 2 swaps at blocks ${first.block} and ${second.block}: 0 of them half or behind`);
});

test("--verify compares every column while live goes on, changes nothing, and drops what it made", async () => {
  await rows.pool.query("drop schema if exists read_prev cascade");
  let led = true;
  const verdict = await rebuild(true, () => (led &&= projector.reader.progress.leader));
  expect(led).toBe(true);
  expect(verdict).toMatchObject({ switched: false, block: ledger.height() - 1 });
  expect(verdict.tables.map(({ table }) => table)).toContain("app.command");
  expect(verdict.tables.find(({ table }) => table === "read.user")).toMatchObject({ differences: 0 });
  expect(await schemas()).toEqual(["read"]);
});

test("what a killed rebuild left is cleared by the next one", async () => {
  await rows.pool.query(
    "create schema read_next; create table read_next.wallet (id text); create table read_next.x ()",
  );
  const { switched } = await rebuild();
  expect(switched).toBe(true);
  expect(await schemas()).toEqual(["read", "read_prev"]);
  expect(await shapeOf("read")).toEqual(await shapeOf("read_prev"));
});

test("a second rebuild at the same time is refused, and one that fails leaves the live rows alone", async () => {
  const [one, two] = await Promise.allSettled([rebuild(), rebuild()]);
  const refusals = [one, two].filter((end) => end.status === "rejected").map(({ reason }) => (reason as GxError).code);
  expect(refusals).toEqual(["RUNNING"]);
  const tell = {
    filling: () => {
      throw new Error("planted");
    },
    comparing: () => undefined,
  };
  const failing = replay({
    ...{ connection: ledger.connection, identity: ledger.reader, databaseUrl: rows.url, verifyOnly: false },
    ...{ log: newLines("fatal").log, tell },
  });
  await expect(failing).rejects.toThrow("planted");
  expect(await schemas()).toEqual(["read", "read_prev"]);
  await ledger.user();
  await projector.reaches();
});
