// Of three projectors the leading one is killed, then the next: rows go on within seconds, and none is written twice.
import { eventually, newDatabase, newRedis, type TestDatabase, type TestRedis } from "../environment.js";
import { startProjectorProcess, type ProjectorProcess } from "../projector/child.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";

/** The goal is 3 s; a busy machine may take longer, a lock that is not freed takes for ever. */
const MOST_MS = 15_000;

let ledger: GxLedger;
let rows: TestDatabase;
let redis: TestRedis;
let projectors: ProjectorProcess[] = [];
beforeAll(async () => {
  [ledger, rows, redis] = await Promise.all([newGxLedger(), newDatabase(), newRedis()]);
  await ledger.setUp();
});
afterAll(async () => {
  await Promise.all(projectors.map((projector) => projector.end("SIGKILL")));
  await ledger.stop();
  await Promise.all([rows.close(), redis.close()]);
});

const projected = async () => Number((await rows.pool.query("select block from read.checkpoint")).rows[0]?.block);
const caughtUp = (withinMs?: number) =>
  eventually(async () => (await projected()) === ledger.height() - 1, "the last block to be rows", withinMs);

test("each time a standby goes on where the dead one stopped", async () => {
  const outside = { databaseUrl: rows.url, redisUrl: redis.url, profilePath: ledger.profilePath };
  projectors = await Promise.all([1, 2, 3].map(() => startProjectorProcess(outside)));
  const waiting = ({ lines }: ProjectorProcess) =>
    lines.some(({ message }) => message === "Another process leads, waiting");
  await eventually(() => projectors.filter((one) => one.led() || waiting(one)).length === 3, "three projectors");
  await caughtUp();
  const took: number[] = [];
  for (let kills = 0; kills < 2; kills += 1) {
    const [leader] = projectors.filter((one) => one.led() && one.child.signalCode === null);
    await ledger.user();
    const begin = performance.now();
    await leader?.end("SIGKILL");
    await ledger.user();
    await caughtUp(MOST_MS);
    took.push(performance.now() - begin);
    expect(projectors.filter((one) => one.led())).toHaveLength(kills + 2);
  }
  const counted = await rows.pool.query(
    `select (select count(*)::int from read."user") as users, (select value::int from read.counter where name = 'users') as counter`,
  );
  expect(counted.rows).toEqual([{ users: 4, counter: 4 }]);
  console.log(
    `takeover after kill -9, N = ${took.length}: ${took.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(", ")}`,
  );
}, 90_000);
