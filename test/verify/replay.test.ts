// `gx replay`: finds any value changed by hand, says it, and mends it by putting the rebuilt rows in place.
import { randomUUID } from "node:crypto";
import { register } from "../../cli/replay.js";
import { replay, type Rebuilt } from "../../cli/replay/replay.js";
import { newDatabase, type TestDatabase } from "../environment.js";
import { newLines } from "../platform/parts.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { startProjector, stopProjectors } from "../projector/running.js";
import { fillEveryTable } from "./every-table.js";
import { otherValue } from "./planting.js";
import { runCommand } from "./run-command.js";

let ledger: GxLedger;
let rows: TestDatabase;
const environment = { ...process.env };

async function catchUp(): Promise<void> {
  const projector = startProjector(ledger, rows.url);
  await projector.reaches();
  await projector.stop();
}

/** A command of our log that stands on the ledger. */
async function sent(): Promise<string> {
  const id = randomUUID();
  await rows.pool.query(
    `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size, status)
     values ($1::uuid, $1::uuid, $1::text, '', 'identity', 'createUser', 'gx_partner_api', '{}', '{}', 1, 1, 'SUBMITTED')`,
    [id],
  );
  const input = {
    userId: randomUUID(),
    biometricHash: `${id}${id}`.replaceAll("-", ""),
    nationality: "NG",
    ageYears: 30,
  };
  await ledger.execute({ id, command: "identity.createUser", actor: id, input });
  return id;
}

let command: string;
beforeAll(async () => {
  ledger = await newGxLedger();
  await ledger.setUp();
  rows = await newDatabase();
  const [ada, emma] = [await ledger.user("NG"), await ledger.user("VA")];
  await ledger.execute({ command: "tokenomics.transfer", actor: ada, input: { to: emma, amount: "5000000" } });
  await fillEveryTable(ledger);
  command = await sent();
  await catchUp();
});
afterAll(async () => {
  await stopProjectors();
  await ledger.stop();
  await rows.close();
});
afterEach(() => {
  process.env = { ...environment };
  process.exitCode = 0;
});

const rebuild = (verifyOnly: boolean): Promise<Rebuilt> =>
  replay({
    ...{ connection: ledger.connection, identity: ledger.reader, databaseUrl: rows.url, verifyOnly },
    ...{ log: newLines("fatal").log, tell: { filling: () => undefined, comparing: () => undefined } },
  });
const differing = ({ tables }: Rebuilt) =>
  tables.flatMap(({ table, first }) => first.map(({ column }) => `${table}.${column}`)).sort();

interface Column {
  table: string;
  name: string;
  type: string;
}

test("a value changed by hand in whatever column of any table is found", async () => {
  const { rows: columns } = await rows.pool.query<Column>(
    `select c.table_name as table, c.column_name as name, case c.data_type when 'ARRAY' then c.udt_name else c.data_type end as type
     from information_schema.columns c
     where c.table_schema = 'read' and c.table_name not in ('chain_head', 'version', 'quarantine', 'checkpoint')
     order by c.table_name, c.ordinal_position`,
  );
  const tables = [...new Set(columns.map(({ table }) => table))];
  const each = (statement: (table: string) => string) => rows.pool.query(tables.map(statement).join("; "));
  // A constraint would refuse some of the changes; who changes rows by hand may drop it first.
  await rows.pool.query("create schema kept; alter table read.system drop constraint system_id_check");
  await rows.pool.query("alter table read.loan_pool drop constraint loan_pool_id_check");
  await each((table) => `create table kept."${table}" as select * from read."${table}"`);
  const most = Math.max(...tables.map((table) => columns.filter((column) => column.table === table).length));
  let planted = 0;
  for (let nth = 0; nth < most; nth += 1) {
    const changed = tables.flatMap((table) => columns.filter((column) => column.table === table).slice(nth, nth + 1));
    for (const { table, name, type } of changed) {
      const one = `where ctid = (select ctid from read."${table}" limit 1)`;
      const { rowCount } = await rows.pool.query(
        `update read."${table}" set "${name}" = ${otherValue(name, type)} ${one}`,
      );
      expect([table, rowCount]).toEqual([table, 1]);
    }
    const found = differing(await rebuild(true));
    for (const { table, name } of changed) {
      expect(found.filter((text) => text === `read.${table}.${name}` || text === `read.${table}.*`)).not.toEqual([]);
    }
    planted += changed.length;
    await each((table) => `truncate read."${table}"; insert into read."${table}" select * from kept."${table}"`);
  }
  await rows.pool.query("drop schema kept cascade");
  expect(planted).toBe(columns.length);
  expect(differing(await rebuild(true))).toEqual([]);
}, 60_000);

test("a checkpoint that lies, a missing row, one too many and another outcome are listed, and mended by the swap", async () => {
  const facts = async () =>
    (await rows.pool.query("select status, incomplete, event_names from app.command where id = $1", [command])).rows;
  const before = await facts();
  expect(before).toMatchObject([{ status: "COMMITTED", incomplete: false }]);
  await rows.pool.query("update read.checkpoint set block_hash = 'x'");
  await rows.pool.query("delete from read.counter where name = 'users'");
  await rows.pool.query("insert into read.rate (parameter_id, value) values ('planted', 1)");
  await rows.pool.query("update app.command set incomplete = true, event_names = '{}' where id = $1", [command]);
  const { tables, switched } = await rebuild(false);
  expect(switched).toBe(true);
  const first = tables.flatMap((table) => table.first.map((difference) => ({ table: table.table, ...difference })));
  expect(first).toMatchObject([
    { table: "read.checkpoint", key: "true", column: "block_hash", live: "x" },
    { table: "read.counter", key: "users", column: "*", live: undefined, rebuilt: "a row" },
    { table: "read.rate", key: "planted", column: "*", live: "a row", rebuilt: undefined },
    { table: "app.command", key: command, column: "event_names", live: "{}" },
    { table: "app.command", key: command, column: "incomplete", live: "true", rebuilt: "false" },
  ]);
  expect(await facts()).toEqual(before);
  expect(differing(await rebuild(true))).toEqual([]);
});

test("a command that is on the ledger but shown as failed gets its outcome", async () => {
  await rows.pool.query("update app.command set status = 'FAILED' where id = $1", [command]);
  expect(differing(await rebuild(true))).toEqual(["app.command.*"]);
  await rebuild(false);
  const { rows: found } = await rows.pool.query("select status from app.command where id = $1", [command]);
  expect(found).toEqual([{ status: "COMMITTED" }]);
});

test("rows without a checkpoint are rebuilt up to the end of the chain", async () => {
  await rows.pool.query("delete from read.checkpoint");
  expect((await rebuild(false)).block).toBe(ledger.height() - 1);
  expect(differing(await rebuild(true))).toEqual([]);
});

const gx = (...args: string[]) =>
  runCommand(register, { databaseUrl: rows.url, profilePath: ledger.profilePath }, "replay", ...args);

describe("the command", () => {
  test("--verify prints tables and rows, and ends with 0 where everything agrees", async () => {
    const { text, status } = await gx("--verify");
    expect(text).toMatch(/^ok {4}read\.user +\d+ rows$/m);
    expect(text).toMatch(/Every column of \d+ tables and \d+ rows agrees at block \d+\./);
    expect(text).toContain("Nothing was changed.");
    expect(status).toBeFalsy();
  });

  test("--verify names what differs and what to do, and ends with 1; without it the rows are put in place, and it ends with 0", async () => {
    await rows.pool.query("update read.wallet set stored = 7 where id = 'treasury_VA'");
    const verified = await gx("--verify");
    expect(verified.status).toBe(1);
    expect(verified.text).toContain("  treasury_VA  stored  7  0");
    expect(verified.text).toContain("npm run gx -- replay");
    process.exitCode = 0;
    const { text, status } = await gx();
    expect(text).toContain("  treasury_VA  stored  7  0");
    expect(text).toContain("Switched: the rebuilt rows are the live ones now.");
    expect(status).toBeFalsy();
    expect((await gx("--verify")).status).toBeFalsy();
  });

  test("--json prints one object, --if-changed does nothing where the projections are the same", async () => {
    const verdict = JSON.parse((await gx("--verify", "--json")).text) as { ok: boolean; tables: object[] };
    expect(verdict).toMatchObject({ ok: true, switched: false });
    expect((await gx("--if-changed")).text).toMatch(/^The read models are of this version \([0-9a-f]{16}\)\.$/);
    await rows.pool.query("update read.version set hash = 'older'");
    expect((await gx("--if-changed")).text).toContain("Switched");
    expect((await gx("--if-changed")).text).toContain("of this version");
  });
});
