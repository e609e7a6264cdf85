// `gx verify` on a real ledger and the rows of the real projector: clean as they are, at fault for any value changed by hand.
import { randomUUID } from "node:crypto";
import { verify, type Verdict } from "../../cli/verify/verify.js";
import { createLog } from "../../platform/log.js";
import { createMetrics } from "../../platform/metrics.js";
import { followBlocks, type Block } from "../../platform/blocks.js";
import { openDatabase, type Database } from "../../platform/database.js";
import { lead } from "../../workers/projector/follow.js";
import { measure } from "../../workers/projector/measure.js";
import { newProgress } from "../../workers/projector/progress.js";
import { project } from "../../workers/projector/project.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { newGxLedger, SUPER_ADMIN, type GxLedger } from "../projector/ledger.js";

let ledger: GxLedger;
let rows: TestDatabase;

const quiet = createLog({ service: "t", environment: "t", version: "0", level: "silent" }, { write: () => undefined });
const silent = () => createMetrics({ service: "t", environment: "t", version: "0", digest: "", catalogue: "" });

/** The real projector until it has reached the end of the chain. */
async function catchUp(): Promise<void> {
  const database: Database = openDatabase({ url: rows.url, connections: 4, log: quiet, metrics: silent() });
  const progress = newProgress();
  const measures = measure(silent(), progress, "peer");
  const { connection, reader: identity } = ledger;
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
const faultsOf = async () =>
  (await look()).report.checks.filter(({ differences }) => differences.length > 0).map(({ name }) => name);

async function accept(status: string): Promise<string> {
  const id = randomUUID();
  await rows.pool.query(
    `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size, status)
     values ($1::uuid, $1::uuid, $1::text, '', 'tokenomics', 'tokenomics.transfer', 'gx_partner_api', '{}', '{}', 1, 1, $2)`,
    [id, status],
  );
  return id;
}

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
  await ledger.execute({ command: "admin.pauseSystem", actor: SUPER_ADMIN, input: { reason: "drill" } });
  await ledger.execute(transfer(ada, emma, "1"));
  await ledger.execute({ command: "admin.resumeSystem", actor: SUPER_ADMIN, input: {} });
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
      `select column_name as name, data_type as type from information_schema.columns
       where table_schema = $1 and table_name = $2 and column_name <> 'detail'`,
      [schema, table],
    );
    return found;
  };
  /** Another value of the column's type. */
  const other = (name: string, type: string) => {
    if (type === "uuid") return "gen_random_uuid()";
    if (type === "boolean") return `not "${name}"`;
    if (type === "timestamp with time zone") return `coalesce("${name}", now()) + interval '1 second'`;
    if (type === "jsonb") return `jsonb_set("${name}", '{at}', '1')`;
    if (type === "ARRAY") return `"${name}"[2:]`;
    if (type === "bytea") return `"${name}" || '\\x00'`;
    return type === "text" ? `coalesce("${name}", '') || 'x'` : `coalesce("${name}", 0) + 1`;
  };
  const inOneRow = (schema: string, table: string, set: string, where = "true") =>
    rows.pool.query(
      `update "${schema}"."${table}" set ${set} where ctid = (select ctid from "${schema}"."${table}" where ${where} limit 1)`,
    );
  /** Changes a value, looks, and puts everything back. */
  async function planted(schema: string, table: string, column: string, type: string): Promise<string[]> {
    await rows.pool.query(`create table public.kept as select * from "${schema}"."${table}"`);
    const where = schema === "app" && table === "command" ? `id = '${committed}'` : "true";
    const { rowCount } = await inOneRow(schema, table, `"${column}" = ${other(column, type)}`, where);
    expect(rowCount).toBe(1);
    const faults = await faultsOf();
    await rows.pool.query(
      `truncate "${schema}"."${table}"; insert into "${schema}"."${table}" select * from public.kept; drop table public.kept`,
    );
    return faults;
  }

  test("in any column of any table of schema read is a fault of that table", async () => {
    const missed: string[] = [];
    // A constraint would refuse some of the changes; who changes rows by hand may drop it first.
    await rows.pool.query("alter table read.system drop constraint system_id_check");
    await rows.pool.query("alter table read.checkpoint drop constraint checkpoint_one_check");
    for (const table of (await tables()).filter((name) => name !== "quarantine")) {
      for (const { name, type } of await columnsOf("read", table)) {
        const faults = await planted("read", table, name, type);
        if (!faults.includes(`read.${table}`)) missed.push(`${table}.${name}: ${faults.join()}`);
      }
    }
    expect(missed).toEqual([]);
    expect(await faultsOf()).toEqual([]);
  }, 300_000);

  test.each([
    "status",
    "code",
    "block",
    "tx_index",
    "batch_index",
    "tx_id",
    "committed_at",
    "event_names",
    "incomplete",
  ])("in an outcome of the command log is a fault: %s", async (column) => {
    const type = (await columnsOf("app", "command")).find(({ name }) => name === column)?.type ?? "";
    await rows.pool.query("alter table app.command drop constraint if exists command_status_check");
    expect(await planted("app", "command", column, type)).toContain("app.command");
  });

  test("in the noted chain is a fault", async () => {
    expect(await planted("app", "chain", "genesis_hash", "text")).toContain("app.chain");
  });

  test("a row too many or too few in any table is a fault", async () => {
    for (const table of (await tables()).filter((name) => name !== "quarantine")) {
      await rows.pool.query(`create table public.kept as select * from read."${table}"`);
      await rows.pool.query(`delete from read."${table}" where ctid = (select ctid from read."${table}" limit 1)`);
      expect(await faultsOf()).toContain(`read.${table}`);
      await rows.pool.query(`delete from read."${table}"; insert into read."${table}" select * from public.kept`);
      await rows.pool.query("drop table public.kept");
    }
    await rows.pool.query(
      `insert into read.quarantine (position, block, tx_id, reason, detail, raw) values ('9', 9, '', 'UNKNOWN_EVENT', '', '')`,
    );
    expect(await faultsOf()).toEqual(["read.quarantine"]);
    await rows.pool.query("delete from read.quarantine");
    expect(await faultsOf()).toEqual([]);
  }, 120_000);

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
