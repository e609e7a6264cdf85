// The projector behind a real ledger: catches up, follows, survives outages, and is one among many.
import { chainInfo } from "../../platform/blocks.js";
import { lagMs } from "../../workers/projector/progress.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { newGxLedger, PARTNER, SUPER_ADMIN, type GxLedger } from "./ledger.js";
import { startProjector, stopProjectors, type Running } from "./running.js";

let ledger: GxLedger;
let rows: TestDatabase;
const start = (): Running => startProjector(ledger, rows.url);

const checkpoint = async () => {
  const found = await rows.pool.query<{ block: string; block_hash: string }>("select * from read.checkpoint");
  return { block: Number(found.rows[0]?.block), hash: found.rows[0]?.block_hash };
};
const caughtUp = () =>
  eventually(async () => (await checkpoint()).block === ledger.height() - 1, `block ${ledger.height() - 1} to be rows`);

beforeAll(async () => {
  ledger = await newGxLedger();
  await ledger.setUp();
});
afterAll(() => ledger.stop());
beforeEach(async () => {
  rows = await newDatabase();
});
afterEach(async () => {
  await stopProjectors();
  await rows.close();
});

test("from an empty database it catches up, then follows; the checkpoint holds the peer's own hash", async () => {
  const { reader, lines } = start();
  await caughtUp();
  const userId = await ledger.user();
  await caughtUp();
  expect((await checkpoint()).hash).toBe((await chainInfo(ledger.connection, ledger.reader)).hash);
  const wallet = await rows.pool.query("select stored from read.wallet where id = $1", [userId]);
  expect(wallet.rows).toEqual([{ stored: "500000000" }]);
  expect(lagMs(reader.progress)).toBe(0);
  expect(lines.filter(({ level }) => level === "ERROR")).toEqual([]);
});

test("of two projectors one leads; when it stops the other goes on", async () => {
  const first = start();
  await eventually(() => first.reader.progress.leader, "a leader");
  const second = start();
  await caughtUp();
  await eventually(() => second.reader.progress.height, "the standby to know the height");
  expect(second.reader.progress.leader).toBe(false);
  await first.stop();
  await eventually(() => second.reader.progress.leader, "the standby to lead");
  await ledger.user();
  await caughtUp();
});

test("a database that cuts its connections is waited for, and nothing is lost or doubled", async () => {
  start();
  await caughtUp();
  for (let round = 0; round < 3; round += 1) {
    const commands = Array.from({ length: 20 }, () => ledger.user());
    await rows.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    await Promise.all(commands);
  }
  await caughtUp();
  const counted = await rows.pool.query(
    `select (select count(*)::int from read."user") as users, (select value::int from read.counter where name = 'users') as counter,
            (select count(*)::int from read.event where name = 'UserCreated') as events`,
  );
  const [found] = counted.rows as { users: number; counter: number; events: number }[];
  expect(found?.counter).toBe(found?.users);
  expect(found?.events).toBe(found?.users);
});

test("a ledger that goes away is waited for, and its absence is told once", async () => {
  const { reader, lines } = start();
  await caughtUp();
  await ledger.restart(async () => void (await eventually(() => reader.progress.failure, "the outage to be seen")));
  await ledger.user();
  await caughtUp();
  expect(lines.filter(({ message }) => message === "Projection interrupted").length).toBeLessThanOrEqual(3);
});

test("another chain behind the same database is refused, with what to do, and nothing is written", async () => {
  await rows.pool.query("insert into app.chain (channel, genesis_hash) values ('gx', 'another')");
  const { reader, lines, metrics } = start();
  const failure = await eventually(() => reader.progress.failure, "the refusal");
  expect(failure).toContain("this database belongs to channel gx with block 0 = another");
  expect(failure).toContain("npm start -- --fresh");
  expect(lines.some(({ message }) => message === "Projection interrupted")).toBe(true);
  expect(await metrics.text()).toMatch(/projector_hash_mismatch\{.*\} 1/);
  expect((await checkpoint()).block).toBe(-1);
});

test("metrics and the head row tell heights, events, outcomes and lag", async () => {
  const { metrics } = start();
  await ledger.execute({
    command: "admin.bootstrapSystem",
    actor: SUPER_ADMIN,
    input: { profile: "devnet", admins: [PARTNER] },
  });
  await caughtUp();
  await eventually(async () => (await rows.pool.query("select from read.chain_head")).rowCount, "the head row");
  const text = await metrics.text();
  expect(text).toMatch(/projector_events_total\{domain="tokenomics",event="BalanceChanged".*\} \d+/);
  expect(text).toMatch(
    /projector_commands_total\{role="gx_super_admin",domain="admin",outcome="refused",code="ALREADY_BOOTSTRAPPED".*\} 1/,
  );
  expect(text).toMatch(/projector_leader\{.*\} 1/);
  expect(text).toMatch(/fabric_sdk_connection_status\{role="reader",peer="127.0.0.1:\d+".*\} 1/);
  expect(text).toMatch(new RegExp(`projector_height\\{.*\\} ${ledger.height() - 1}`));
  const head = await rows.pool.query("select height, lag_ms from read.chain_head");
  expect(head.rows).toEqual([{ height: String(ledger.height()), lag_ms: "0" }]);
});
