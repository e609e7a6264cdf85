// `gx verify` on a real ledger and the rows of the real projector: clean as they are, at fault for any value changed by hand.
import { randomUUID } from "node:crypto";
import type { Check } from "../../cli/verify/report.js";
import { keyed } from "../../cli/verify/state.js";
import { verify, type Verdict } from "../../cli/verify/verify.js";
import { createLog } from "../../platform/log.js";
import { createMetrics } from "../../platform/metrics.js";
import { actAs } from "../../platform/fabric.js";
import { followBlocks, type Block } from "../../platform/blocks.js";
import { openDatabase, type Database } from "../../platform/database.js";
import { lead } from "../../workers/projector/follow.js";
import { measure } from "../../workers/projector/measure.js";
import { newProgress } from "../../workers/projector/progress.js";
import { project } from "../../workers/projector/project.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { ADMIN, newGxLedger, SUPER_ADMIN, type GxLedger } from "../projector/ledger.js";
import { fillEveryTable } from "./every-table.js";
import { otherValue } from "./planting.js";

let ledger: GxLedger;
let rows: TestDatabase;

const quiet = createLog({ service: "t", environment: "t", version: "0", level: "silent" }, { write: () => undefined });
const silent = () => createMetrics({ service: "t", environment: "t", version: "0", digest: "", catalogue: "" });

/** The real projector until it has reached the end of the chain. */
async function catchUp(): Promise<void> {
  const database: Database = openDatabase({ url: rows.url, connections: 4, log: quiet, metrics: silent() });
  const progress = newProgress();
  const { connection, reader: identity } = ledger;
  const measures = measure(silent(), progress, connection);
  const stop = new AbortController();
  const reader = { connection, identity, database, databaseUrl: rows.url, log: quiet, measures, progress };
  const work = lead(reader, stop.signal);
  await eventually(() => progress.projected === ledger.height() - 1, "the rows");
  stop.abort();
  await work;
  await database.close();
}

const look = (): Promise<Verdict> =>
  verify({ connection: ledger.connection, identity: ledger.reader, databaseUrl: rows.url, say: () => undefined });
const faultyChecks = async () => (await look()).report.checks.filter(({ differences }) => differences.length > 0);
const faultsOf = async () => (await faultyChecks()).map(({ name }) => name);

async function accept(status: string): Promise<string> {
  const id = randomUUID();
  await rows.pool.query(
    `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size, status)
     values ($1::uuid, $1::uuid, $1::text, '', 'tokenomics', 'tokenomics.transfer', 'gx_partner_api', '{}', '{}', 1, 1, $2)`,
    [id, status],
  );
  return id;
}

/** Transactions whose credit is not folded yet. */
async function unfolded(accountId: string): Promise<string[]> {
  const asked = JSON.stringify({ version: 1, name: "deltas", args: { accountId, pageSize: 100, bookmark: null } });
  const page = await actAs(ledger.connection, ledger.reader).evaluate("gx:query", asked);
  return (JSON.parse(page.toString()) as { deltas: { txId: string }[] }).deltas.map(({ txId }) => txId);
}
const fold = (accountId: string, txIds: readonly string[]) =>
  ({ command: "admin.foldDeltas", actor: ADMIN, input: { accountId, txIds } }) as const;

let committed: string;

// A history in which every table of schema read has a row.
beforeAll(async () => {
  rows = await newDatabase();
  ledger = await newGxLedger();
  await ledger.setUp();
  const [ada, emma] = [await ledger.user("NG"), await ledger.user("VA")];
  await ledger.user("NG", 12);
  const transfer = (from: string, to: string, amount: string) =>
    ({ command: "tokenomics.transfer", actor: from, input: { to, amount, remark: "rent" } }) as const;
  committed = await accept("SUBMITTED");
  await ledger.execute(
    { ...transfer(ada, emma, "5000000"), id: committed },
    transfer(ada, emma, "450000000"),
    transfer(emma, ada, "999999999999"),
    { ...transfer(ada, emma, "5000000"), id: committed },
    transfer(ada, "treasury_NG", "1000000"),
  );
  const [credit = ""] = await unfolded("MINTED_USER_GENESIS");
  await ledger.execute(fold("treasury_NG", await unfolded("treasury_NG")), fold("MINTED_USER_GENESIS", [credit]));
  await ledger.execute({ command: "admin.pauseSystem", actor: SUPER_ADMIN, input: { reason: "drill" } });
  await ledger.execute(transfer(ada, emma, "1"));
  await ledger.execute({ command: "admin.resumeSystem", actor: SUPER_ADMIN, input: {} });
  await fillEveryTable(ledger);
  await catchUp();
});
afterAll(async () => {
  await ledger.stop();
  await rows.close();
});

test("a system as its parts left it is clean, and every check has compared something", async () => {
  const { report, block, height } = await look();
  expect(report.checks.flatMap(({ differences }) => differences)).toEqual([]);
  expect(block).toBe(height - 1);
  expect(report.checks.filter(({ compared }) => compared === 0).map(({ name }) => name)).toEqual(["read.quarantine"]);
});

describe("one value changed by hand", () => {
  const tables = async () => {
    const { rows: found } = await rows.pool.query<{ name: string }>(
      `select table_name as name from information_schema.tables
       where table_schema = 'read' and table_name <> 'chain_head' order by 1`,
    );
    return found.map(({ name }) => name);
  };
  const columnsOf = async (schema: string, table: string) => {
    const { rows: found } = await rows.pool.query<{ name: string; type: string }>(
      `select column_name as name, case data_type when 'ARRAY' then udt_name else data_type end as type
       from information_schema.columns
       where table_schema = $1 and table_name = $2 and column_name <> 'detail'`,
      [schema, table],
    );
    return found;
  };
  type Planted = readonly [schema: string, table: string, set: string];
  const planting = (table: string, { name, type }: { name: string; type: string }, schema = "read"): Planted => [
    ...([schema, table, `"${name}" = ${otherValue(name, type)}`] as const),
  ];
  /** Changes (or with "" deletes) one row of each table, looks, and puts everything back. */
  async function checksOf(changes: readonly Planted[]): Promise<readonly Check[]> {
    await rows.pool.query("create schema kept");
    for (const [schema, table, set] of changes) {
      const name = `"${schema}"."${table}"`;
      const where = table === "command" ? `id = '${committed}'` : "true";
      const one = `where ctid = (select ctid from ${name} where ${where} limit 1)`;
      await rows.pool.query(`create table kept."${table}" as select * from ${name}`);
      const { rowCount } = await rows.pool.query(
        set ? `update ${name} set ${set} ${one}` : `delete from ${name} ${one}`,
      );
      expect([table, rowCount]).toEqual([table, 1]);
    }
    const faults = await faultyChecks();
    for (const [schema, table] of changes) {
      const name = `"${schema}"."${table}"`;
      await rows.pool.query(`truncate ${name}; insert into ${name} select * from kept."${table}"`);
    }
    await rows.pool.query("drop schema kept cascade");
    return faults;
  }
  const lookAt = async (changes: readonly Planted[]) => (await checksOf(changes)).map(({ name }) => name);
  /** The columns by which rows are told from one another. */
  const keyOf = (table: string): readonly string[] =>
    (keyed as Readonly<Record<string, readonly string[]>>)[table] ?? ["position"];

  test("in whatever column of any table is a fault that names table and column", async () => {
    // A constraint would refuse some of the changes; who changes rows by hand may drop it first.
    await rows.pool.query("alter table read.system drop constraint system_id_check");
    await rows.pool.query("alter table read.checkpoint drop constraint checkpoint_one_check");
    await rows.pool.query("alter table read.loan_pool drop constraint loan_pool_id_check");
    await rows.pool.query("alter table read.version drop constraint version_one_check");
    // The checkpoint decides up to where all other rows are compared: it is changed alone.
    for (const column of await columnsOf("read", "checkpoint")) {
      expect(await lookAt([planting("checkpoint", column)])).toContain("read.checkpoint");
    }
    const others = (await tables()).filter((name) => name !== "quarantine" && name !== "checkpoint");
    const columns = await Promise.all(others.map(async (table) => ({ table, of: await columnsOf("read", table) })));
    const rest = columns
      .map(({ table, of }) => ({ table, of: of.filter(({ name }) => !keyOf(table).includes(name)) }))
      .filter(({ table, of }) => table !== "version" && of.length > 0);
    const checks = await checksOf(
      rest.map(({ table, of }) => ["read", table, of.map((column) => planting(table, column)[2]).join(", ")] as const),
    );
    for (const { table, of } of rest) {
      const told = checks.find(({ name }) => name === `read.${table}`)?.differences.join("\n") ?? "";
      for (const { name } of of) expect([table, told]).toEqual([table, expect.stringContaining(`: ${name} is `)]);
    }
    // A row under another key is one row too few and one too many.
    for (let nth = 0; nth < 3; nth += 1) {
      const changes = columns.flatMap(({ table, of }) =>
        of.filter(({ name }) => name === keyOf(table)[nth]).map((column) => planting(table, column)),
      );
      expect(await lookAt(changes)).toEqual(expect.arrayContaining(changes.map(([, table]) => `read.${table}`)));
    }
    const hash = (await columnsOf("read", "version")).filter(({ name }) => name === "hash");
    expect(await lookAt(hash.map((column) => planting("version", column)))).toEqual(["read.version"]);
    expect(await faultsOf()).toEqual([]);
  }, 300_000);

  test("in any column of an outcome in the command log is a fault", async () => {
    await rows.pool.query("alter table app.command drop constraint command_status_check");
    const outcome = [
      "status",
      "code",
      "block",
      "tx_index",
      "batch_index",
      "tx_id",
      "committed_at",
      "event_names",
      "incomplete",
    ];
    const columns = (await columnsOf("app", "command")).filter(({ name }) => outcome.includes(name));
    expect(columns).toHaveLength(outcome.length);
    for (const column of columns) {
      expect(await lookAt([planting("command", column, "app")])).toContain("app.command");
    }
  });

  test("of one Qirat in a folded part, in what waits or in a credit is a fault", async () => {
    for (const [table, column, of] of [
      ["wallet", "stored", "id = 'treasury_NG'"],
      ["wallet", "pending", "id = 'treasury_NG'"],
      ["pool", "stored", "id = 'USER_GENESIS'"],
      ["pool", "pending", "id = 'USER_GENESIS'"],
      ["delta", "amount", "folded and account_id = 'MINTED_USER_GENESIS'"],
    ] as const) {
      const { rowCount } = await rows.pool.query(`update read.${table} set ${column} = ${column} + 1 where ${of}`);
      expect([table, rowCount]).toEqual([table, 1]);
      expect(await faultsOf()).toContain(`read.${table}`);
      await rows.pool.query(`update read.${table} set ${column} = ${column} - 1 where ${of}`);
    }
    expect(await faultsOf()).toEqual([]);
  });

  test("in the noted chain is a fault", async () => {
    expect(await lookAt([["app", "chain", "genesis_hash = 'x'"]])).toEqual(["app.chain"]);
  });

  test("that is a whole row, too few or too many, is a fault of its table", async () => {
    expect(await lookAt([["read", "checkpoint", ""]])).toContain("read.checkpoint");
    const all = (await tables()).filter((name) => name !== "quarantine" && name !== "checkpoint");
    const faults = await lookAt(all.map((table) => ["read", table, ""] as const));
    expect(faults).toEqual(expect.arrayContaining(all.map((table) => `read.${table}`)));
    await rows.pool.query(
      `insert into read.quarantine (position, block, tx_id, reason, detail, raw) values ('9', 9, '', 'UNKNOWN_EVENT', '', '')`,
    );
    expect(await faultsOf()).toEqual(["read.quarantine"]);
    await rows.pool.query("delete from read.quarantine");
    expect(await faultsOf()).toEqual([]);
  });

  test("a table that nobody checks is a fault", async () => {
    await rows.pool.query("create table read.forgotten (id text primary key)");
    expect(await faultsOf()).toEqual(["tables"]);
    await rows.pool.query("drop table read.forgotten");
  });
});

describe("the command log", () => {
  const withCommand = async (status: string, set = "") => {
    const id = await accept(status);
    if (set) await rows.pool.query(`update app.command set ${set} where id = $1`, [id]);
    const verdict = await look();
    await rows.pool.query("delete from app.command where id = $1", [id]);
    return verdict.report.checks.flatMap(({ differences }) => differences).map((text) => text.replace(id, "ID"));
  };

  test("a command shown as committed that no block holds is a fault", async () => {
    expect(await withCommand("COMMITTED", "block = 3")).toEqual(["ID is COMMITTED, but no block holds its outcome"]);
  });

  test("open and failed commands without an outcome are none", async () => {
    expect(await withCommand("ACCEPTED")).toEqual([]);
    expect(await withCommand("FAILED")).toEqual([]);
  });

  test("a failed command that is on the ledger all the same is a fault", async () => {
    await rows.pool.query("update app.command set status = 'FAILED' where id = $1", [committed]);
    const { report } = await look();
    expect(report.check("app.command").differences).toEqual([`${committed}: status is FAILED, expected COMMITTED`]);
    await rows.pool.query("update app.command set status = 'COMMITTED' where id = $1", [committed]);
  });
});

describe("beside a moving system", () => {
  test("rows that are behind the chain are compared at their checkpoint, and the distance is said", async () => {
    await ledger.user("NG");
    const { report, block, height } = await look();
    expect(report.ok()).toBe(true);
    expect(height - 1 - block).toBe(1);
    expect(report.check("blocks").note).toBe("the rows are 1 blocks behind the chain");
    await catchUp();
  });

  test("blocks that come while it looks are no differences", async () => {
    let going = true;
    const traffic = (async () => {
      while (going) await ledger.user("NG");
    })();
    const verdicts = [await look(), await look()];
    going = false;
    await traffic;
    expect(verdicts.map(({ report }) => report.checks.flatMap(({ differences }) => differences))).toEqual([[], []]);
    await catchUp();
  });

  test("rows of an event that never happened on the ledger are found, whatever table they are in", async () => {
    const other = await newDatabase();
    const stop = new AbortController();
    const blocks = followBlocks({
      connection: ledger.connection,
      identity: ledger.reader,
      from: 0,
      signal: stop.signal,
    });
    const [first, second] = [await blocks.next(), await blocks.next()].flatMap(({ value }) => (value as Block) ?? []);
    stop.abort();
    if (!first || !second) throw new Error("no blocks");
    const forged = {
      ...second,
      transactions: second.transactions.map((transaction) => ({
        ...transaction,
        payload: Buffer.from(transaction.payload?.toString().replace('"value":5,', '"value":6,') ?? ""),
      })),
    };
    await project(other.pool, [first, forged]);
    const verdict = await verify({
      ...{ connection: ledger.connection, identity: ledger.reader, databaseUrl: other.url, say: () => undefined },
    });
    const faulty = verdict.report.checks.filter(({ differences }) => differences.length > 0).map(({ name }) => name);
    expect(faulty).toEqual(["read.event", "read.parameter_change", "read.parameter", "read.rate"]);
    await other.close();
  });
});
