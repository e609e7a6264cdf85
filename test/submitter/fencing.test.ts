// A leader that does not know yet that it is none: whatever it notes, it notes nothing.
import { randomUUID } from "node:crypto";
import { becomeLeader, type Leadership } from "../../platform/leader.js";
import { openDatabase, type Database } from "../../platform/database.js";
import { openStore, type FullRow } from "../../workers/submitter/store.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { newLines, newMetrics } from "../platform/parts.js";

const ROLE = "gx_admin";
let database: TestDatabase;
let over: Database;
beforeAll(async () => {
  database = await newDatabase();
  over = openDatabase({ url: database.url, connections: 4, log: newLines().log, metrics: newMetrics() });
});
afterAll(async () => {
  await over.close();
  await database.close();
});

const leaderOf = async (name: string, takeOver = false): Promise<Leadership> => {
  const { signal } = new AbortController();
  const leader = await becomeLeader({ url: database.url, name, log: newLines().log, signal, takeOver });
  if (!leader) throw new Error("leadership was not given");
  return leader;
};

async function accepted(): Promise<FullRow> {
  const id = randomUUID();
  await database.pool.query(
    `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size)
     values ($1::uuid, $1::uuid, $1::text, '', 'admin', 'admin.pauseSystem', $2, '{}', '{system}', 1, 100)`,
    [id, ROLE],
  );
  return { id, name: "admin.pauseSystem", domain: "admin", actor: id, input: {}, attempt: 0, failures: 0, trace: null };
}
const rowOf = async (id: string) =>
  (await database.pool.query("select * from app.command where id = $1", [id])).rows[0];

describe("a leader that has a successor", () => {
  test("changes no row, whatever it notes, and is told so", async () => {
    const late = await leaderOf("late");
    const store = openStore(over, ROLE, late);
    const row = await accepted();
    const next = await leaderOf("late", true);
    const before = await rowOf(row.id);
    for (const note of [
      () => store.submitted([row], "tx"),
      () => store.waits([row.id], "WAIT: away"),
      () => store.counted(row, "INTERNAL: odd"),
      () => store.failed(row, "INTERNAL: odd"),
      () => store.swept(10),
    ]) {
      await expect(note()).rejects.toMatchObject({ code: "LEADERSHIP_OVER" });
    }
    expect(await rowOf(row.id)).toEqual(before);
    expect(await openStore(over, ROLE, next).submitted([row], "tx")).toHaveLength(1);
    expect(await rowOf(row.id)).toMatchObject({ status: "SUBMITTED", attempt: 1, tx_id: "tx" });
    await next.release();
  });

  test("got it only after its statements under way had ended", async () => {
    const present = await leaderOf("busy");
    const row = await accepted();
    const slow = await database.pool.connect();
    await slow.query("begin");
    const sameConnection: Database = { ...over, query: (_, sql, values) => slow.query(sql, values) };
    await openStore(sameConnection, ROLE, present).submitted([row], "of the first");
    let next: Leadership | undefined;
    const following = leaderOf("busy", true).then((leader) => (next = leader));
    await eventually(async () => {
      const sql = "select from pg_stat_activity where application_name = 'leader busy' and wait_event_type = 'Lock'";
      return (await database.pool.query(sql)).rowCount === 1;
    }, "the successor to wait for the statement");
    expect(next).toBeUndefined();
    await slow.query("commit");
    slow.release();
    await following;
    // What it loads now holds all that the first could note.
    expect(await openStore(over, ROLE, await following).load([row.id])).toMatchObject([{ attempt: 1 }]);
    expect(next?.number).toBe(2);
    await next?.release();
  });

  test("is not disturbed by its own heartbeat while a statement of its is under way", async () => {
    const present = await leaderOf("beating");
    const row = await accepted();
    const slow = await database.pool.connect();
    await slow.query("begin");
    const sameConnection: Database = { ...over, query: (_, sql, values) => slow.query(sql, values) };
    await openStore(sameConnection, ROLE, present).submitted([row], "tx");
    const beat = async () => {
      const sql = "select beat_at as at from app.leadership where name = 'beating'";
      return (await database.pool.query<{ at: Date }>(sql)).rows[0]?.at.getTime() ?? 0;
    };
    const before = await beat();
    await eventually(async () => (await beat()) > before, "a beat");
    await slow.query("rollback");
    slow.release();
    await present.release();
  });
});

describe("the sweep", () => {
  const states = ["ACCEPTED", "SUBMITTED", "COMMITTED", "REFUSED", "FAILED"];
  const age = (id: string, status: string) =>
    database.pool.query("update app.command set status = $2, accepted_at = now() - interval '6 s' where id = $1", [
      id,
      status,
    ]);
  const due = (id: string) =>
    database.pool.query("update app.command set next_sweep_at = now() - interval '1 s' where id = $1", [id]);

  test("takes what is ACCEPTED and old, the oldest first, and nothing that has gone on", async () => {
    await database.pool.query("truncate app.command");
    const leader = await leaderOf("sweeping");
    const store = openStore(over, ROLE, leader);
    const fresh = await accepted();
    const old = [await accepted(), await accepted(), await accepted()];
    for (const { id } of old) await age(id, "ACCEPTED");
    for (const status of states.slice(1)) await age((await accepted()).id, status);
    expect((await store.swept(2)).map(({ id }) => id)).toEqual(old.slice(0, 2).map(({ id }) => id));
    expect((await store.swept(2)).map(({ id }) => id)).toEqual([old[2]?.id]);
    expect(await store.swept(2)).toEqual([]);
    const all = await database.pool.query("select sum(sweeps)::int as sum from app.command");
    expect(all.rows).toEqual([{ sum: 3 }]);
    expect((await store.accepted(-1, 10)).map(({ id }) => id)).toEqual([fresh, ...old].map(({ id }) => id));
    await leader.release();
  });

  test("waits twice as long after each, from 5 s up to 5 min", async () => {
    await database.pool.query("truncate app.command");
    const leader = await leaderOf("waiting");
    const store = openStore(over, ROLE, leader);
    const { id } = await accepted();
    await age(id, "ACCEPTED");
    const waits: number[] = [];
    for (let times = 0; times < 9; times++) {
      expect(await store.swept(10)).toHaveLength(1);
      const sql = "select round(extract(epoch from next_sweep_at - now()))::int as wait from app.command";
      waits.push((await database.pool.query<{ wait: number }>(sql)).rows[0]?.wait ?? 0);
      await due(id);
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300]);
    await leader.release();
  });
});
