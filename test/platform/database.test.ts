import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate, openDatabase, pendingMigrations, type Database } from "../../platform/database.js";
import { becomeLeader } from "../../platform/leader.js";
import { eventually, freePort, newDatabase, type TestDatabase } from "../environment.js";
import { newLines, newMetrics, valueOf } from "./parts.js";

let server: TestDatabase;
beforeAll(async () => {
  server = await newDatabase();
});
afterAll(() => server.close());

const cut = (application: string) =>
  server.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()",
    [application],
  );

describe("migrations", () => {
  let folder: string;
  const write = (name: string, sql: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "migration.sql"), sql);
  };
  const applied = async () => {
    const { rows } = await server.pool.query(
      "select migration_name, finished_at is not null as finished, length(checksum) as digits from _prisma_migrations order by 1",
    );
    return rows as unknown[];
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "gx-migrations-"));
    await server.pool.query("drop table if exists _prisma_migrations, one, two");
    write("0001_one", "create table one (id int); insert into one values (1);");
    write("0002_two", "create table two (id int);");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("are applied once, in order, and noted as Prisma notes them", async () => {
    expect(await pendingMigrations((sql) => server.pool.query(sql), folder)).toEqual(["0001_one", "0002_two"]);
    expect(await migrate(server.url, { folder })).toEqual(["0001_one", "0002_two"]);
    expect(await migrate(server.url, { folder })).toEqual([]);
    expect(await applied()).toEqual([
      { migration_name: "0001_one", finished: true, digits: 64 },
      { migration_name: "0002_two", finished: true, digits: 64 },
    ]);
    expect(await pendingMigrations((sql) => server.pool.query(sql), folder)).toEqual([]);
  });

  test("wait for another migrator: two at once apply each once", async () => {
    const both = await Promise.all([migrate(server.url, { folder }), migrate(server.url, { folder })]);
    expect(both.flat().sort()).toEqual(["0001_one", "0002_two"]);
    expect((await server.pool.query("select * from one")).rowCount).toBe(1);
  });

  test("leave nothing of one that fails, and go on from there once it is mended", async () => {
    write("0002_two", "create table two (id int); select nonsense;");
    await expect(migrate(server.url, { folder })).rejects.toMatchObject({
      code: "MIGRATION",
      message: expect.stringContaining("0002_two") as string,
    });
    expect((await server.pool.query("select to_regclass('two') as two")).rows).toEqual([{ two: null }]);
    write("0002_two", "create table two (id int);");
    expect(await migrate(server.url, { folder })).toEqual(["0002_two"]);
  });

  test("refuse one that was changed after it was applied", async () => {
    await migrate(server.url, { folder });
    write("0001_one", "create table one (id bigint);");
    await expect(migrate(server.url, { folder })).rejects.toThrow("0001_one was changed after it was applied");
  });

  test("of this installation bring an empty database to its level", async () => {
    const empty = await newDatabase();
    try {
      await empty.pool.query("drop schema app cascade; drop schema read cascade; drop table _prisma_migrations");
      const names = await migrate(empty.url);
      expect(names).toContain("0001_command_log");
      expect((await empty.pool.query("select count(*)::int as n from app.command")).rows).toEqual([{ n: 0 }]);
    } finally {
      await empty.close();
    }
  });

  test("say that PostgreSQL is away", async () => {
    const url = `postgresql://postgres@127.0.0.1:${await freePort()}/postgres`;
    await expect(migrate(url)).rejects.toMatchObject({ code: "UNAVAILABLE", retry: "later" });
  });
});

describe("the pool", () => {
  const lines = newLines();
  const metrics = newMetrics();
  let database: Database;
  beforeAll(() => {
    database = openDatabase({ url: server.url, connections: 2, log: lines.log, metrics, statementMs: 500 });
  });
  afterAll(() => database.close());

  test("commits what returns and rolls back what throws", async () => {
    await database.query("make", "create table account (amount int)");
    await database.transaction("keep", (client) => client.query("insert into account values (1)"));
    const broken = database.transaction("drop", async (client) => {
      await client.query("insert into account values (2)");
      throw new Error("second thoughts");
    });
    await expect(broken).rejects.toThrow("second thoughts");
    expect((await database.query("read", "select amount from account")).rows).toEqual([{ amount: 1 }]);
  });

  test("passes on a defect of ours as it is", async () => {
    await expect(database.query("wrong", "select nonsense")).rejects.toMatchObject({ code: "42703" });
  });

  test("calls a statement without an answer in time unavailable", async () => {
    await expect(database.query("slow", "select pg_sleep(5)")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("calls a cut connection unavailable, and works again with the next one", async () => {
    const cutting = database.query("cut", "select pg_terminate_backend(pg_backend_pid())");
    await expect(cutting).rejects.toMatchObject({ code: "UNAVAILABLE", retry: "later", public: true });
    expect((await database.query("again", "select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  test("measures statements by name and connections by state", async () => {
    await database.query("measured", "select 1");
    expect(await valueOf(metrics, "gx_db_query_duration_seconds_count", 'query="measured"')).toBe(1);
    expect(await valueOf(metrics, "gx_db_pool_connections", 'state="idle"')).toBeGreaterThan(0);
    expect(await valueOf(metrics, "gx_db_pool_connections", 'state="busy"')).toBe(0);
  });

  test("says at once that PostgreSQL is away, and logs it once", async () => {
    const url = `postgresql://postgres:secret@127.0.0.1:${await freePort()}/postgres`;
    const own = newLines();
    const away = openDatabase({ url, connections: 2, log: own.log, metrics: newMetrics() });
    for (let times = 0; times < 3; times += 1) {
      await expect(away.query("any", "select 1")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }
    expect(own.with("Database connection error")).toHaveLength(1);
    expect(JSON.stringify(own.lines)).not.toContain("secret");
    await away.close();
  });
});

describe("leadership", () => {
  test("belongs to one; a second says that it waits, and follows when the first lets go", async () => {
    const [first, second] = [newLines(), newLines()];
    const stop = new AbortController();
    const options = { url: server.url, name: "one at a time", signal: stop.signal };
    const leader = await becomeLeader({ ...options, log: first.log });
    expect(leader?.held()).toBe(true);
    let follower: typeof leader;
    const following = becomeLeader({ ...options, log: second.log }).then((leadership) => (follower = leadership));
    await eventually(
      () => second.with("Another process leads, waiting").length === 1,
      "the second to say that it waits",
    );
    expect(follower).toBeUndefined();
    await leader?.release();
    expect(leader?.held()).toBe(false);
    await following;
    expect(follower?.held()).toBe(true);
    expect(second.with("Another process leads, waiting")).toHaveLength(1);
    await follower?.release();
  });

  test("ends when its connection is cut, and is there for the taking", async () => {
    const lines = newLines();
    const options = { url: server.url, name: "cut", log: lines.log, signal: new AbortController().signal };
    const leader = await becomeLeader(options);
    await cut("leader cut");
    await eventually(() => leader?.ended.aborted, "leadership to end");
    expect(leader?.held()).toBe(false);
    const next = await becomeLeader(options);
    expect(next?.held()).toBe(true);
    await next?.release();
  });

  test("has a number that goes up with every leader", async () => {
    const options = { url: server.url, name: "numbered", log: newLines().log, signal: new AbortController().signal };
    const numbers: (number | undefined)[] = [];
    for (let times = 0; times < 3; times += 1) {
      const leader = await becomeLeader(options);
      numbers.push(leader?.number);
      await leader?.release();
    }
    expect(numbers).toEqual([1, 2, 3]);
  });

  test("is taken from a session that hangs: it holds the lock and gives no sign of life", async () => {
    const hung = await server.pool.connect();
    const ended = new Promise<Error>((resolve) => hung.on("error", resolve));
    await hung.query("insert into app.leadership (name, number, beat_at) values ('hung', 7, clock_timestamp())");
    await hung.query("select pg_advisory_lock(26488, hashtext('hung'))");
    const lines = newLines();
    const options = { url: server.url, name: "hung", log: lines.log, signal: new AbortController().signal };
    const next = await becomeLeader(options);
    expect(next?.number).toBe(8);
    expect((await ended).message).toMatch(/terminat/);
    expect(lines.with("Another process leads, waiting")).toHaveLength(1);
    expect(lines.with("Ended the session of a silent leader")).toHaveLength(1);
    hung.release(true);
    await next?.release();
  });

  test("is left to a leader that gives signs of life", async () => {
    const [lines, stop] = [newLines(), new AbortController()];
    const options = { url: server.url, name: "alive", log: lines.log };
    const leader = await becomeLeader({ ...options, signal: new AbortController().signal });
    const waiting = becomeLeader({ ...options, signal: stop.signal });
    // As many beats as a hung one would have been given time for.
    const since = Date.now();
    await eventually(async () => {
      const { rows } = await server.pool.query<{ at: Date }>(
        "select beat_at as at from app.leadership where name = 'alive'",
      );
      return (rows[0]?.at.getTime() ?? 0) > since + 3_500;
    }, "some beats");
    expect(leader?.held()).toBe(true);
    stop.abort();
    expect(await waiting).toBeUndefined();
    await leader?.release();
  });

  test("is taken over at once by who asks for that", async () => {
    const options = { url: server.url, name: "asked", log: newLines().log, signal: new AbortController().signal };
    const leader = await becomeLeader(options);
    const next = await becomeLeader({ ...options, takeOver: true });
    expect(next?.number).toBe((leader?.number ?? 0) + 1);
    await eventually(() => leader?.ended.aborted, "the first to notice");
    await next?.release();
  });

  test("ends for a leader whose number is not the present one any more", async () => {
    const lines = newLines();
    const options = { url: server.url, name: "overtaken", log: lines.log, signal: new AbortController().signal };
    const leader = await becomeLeader(options);
    await server.pool.query("update app.leadership set number = number + 1 where name = 'overtaken'");
    await eventually(() => leader?.ended.aborted, "the end");
    expect(lines.with("Leadership lost: another process has led since")).toHaveLength(1);
  });

  test("is not waited for any longer when the process stops", async () => {
    const options = { url: server.url, name: "stopped", log: newLines().log };
    const leader = await becomeLeader({ ...options, signal: new AbortController().signal });
    const stop = new AbortController();
    const waiting = becomeLeader({ ...options, signal: stop.signal });
    stop.abort();
    expect(await waiting).toBeUndefined();
    await leader?.release();
  });
});
