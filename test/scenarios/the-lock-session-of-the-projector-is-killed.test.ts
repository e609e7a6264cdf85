// The database ends the session by which a projector leads, under traffic: it stops writing, somebody leads again within
// seconds, and every block is written once.
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { startProjector, stopProjectors } from "../projector/running.js";

/** The goal is 3 s; a busy machine may take longer. */
const MOST_MS = 15_000;
const ROUNDS = 5;

let ledger: GxLedger;
let rows: TestDatabase;
beforeAll(async () => {
  [ledger, rows] = await Promise.all([newGxLedger(), newDatabase()]);
  await ledger.setUp();
});
afterAll(async () => {
  await stopProjectors();
  await ledger.stop();
  await rows.close();
});

const endSession = async () => {
  const { rows: ended } = await rows.pool.query<{ pid: number }>(
    `select pid, pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and application_name = 'leader projector' and datname = current_database()`,
  );
  return ended.length;
};
const projected = async () => Number((await rows.pool.query("select block from read.checkpoint")).rows[0]?.block);

test("rows go on each time, by one leader at a time, and are those of the ledger", async () => {
  const projectors = [startProjector(ledger, rows.url), startProjector(ledger, rows.url)];
  const leading = () => projectors.filter(({ reader }) => reader.progress.leader).length;
  await eventually(async () => leading() === 1 && (await projected()) === ledger.height() - 1, "a leader");
  let going = true;
  let most = 0;
  let users = 0;
  const watching = (async () => {
    while (going) {
      most = Math.max(most, leading());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const traffic = (async () => {
    for (; going; users += 1) await ledger.user();
  })();
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const lost = () =>
      projectors.flatMap(({ lines }) => lines.filter(({ message }) => message === "Leadership lost")).length;
    const before = lost();
    const begin = performance.now();
    expect(await endSession()).toBe(1);
    await eventually(() => lost() > before, "the leader to notice");
    const height = ledger.height();
    await eventually(async () => (await projected()) >= height, "rows to go on", MOST_MS);
    took.push(performance.now() - begin);
  }
  going = false;
  await Promise.all([watching, traffic]);
  await eventually(async () => (await projected()) === ledger.height() - 1, "the last block to be rows");
  const counted = await rows.pool.query(
    `select (select count(*)::int from read."user") as users, (select value::int from read.counter where name = 'users') as counter,
       (select count(*)::int from read.event where name = 'UserCreated') as events`,
  );
  expect(counted.rows).toEqual([{ users, counter: users, events: users }]);
  expect(most).toBe(1);
  console.log(
    `takeover after the lock's session was ended, N = ${ROUNDS}: ${took.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(", ")}`,
  );
}, 90_000);
