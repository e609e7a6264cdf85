// The peer is replaced by one that is behind: rows stay where they are, nothing is projected twice, and projection goes on
// once it has caught up.
import { chainInfo } from "../../platform/blocks.js";
import { replay } from "../../cli/replay/replay.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { newLines } from "../platform/parts.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { startProjector, stopProjectors } from "../projector/running.js";

let ledger: GxLedger;
let rows: TestDatabase;
beforeAll(async () => {
  [ledger, rows] = await Promise.all([newGxLedger(), newDatabase()]);
  await ledger.setUp();
  for (let user = 0; user < 5; user += 1) await ledger.user();
});
afterEach(stopProjectors);
afterAll(async () => {
  await ledger.stop();
  await rows.close();
});

const state = async () =>
  (
    await rows.pool.query(
      `select (select block::int from read.checkpoint) as block, (select count(*)::int from read.event) as events,
         (select value::int from read.counter where name = 'users') as users`,
    )
  ).rows[0] as { block: number; events: number; users: number };

test("rows never go back, and go on with the first block that is new", async () => {
  const projector = startProjector(ledger, rows.url);
  await projector.reaches();
  const before = await state();
  ledger.faults.serveHeight(4);
  ledger.faults.cutStreams();
  expect((await chainInfo(ledger.connection, ledger.reader)).height).toBe(4);
  await eventually(() => projector.reader.progress.height === 4, "the lower height to be seen");
  await ledger.user();
  // A rebuild from such a peer would end below the rows that readers have seen.
  const rebuilding = replay({
    ...{ connection: ledger.connection, identity: ledger.reader, databaseUrl: rows.url, verifyOnly: true },
    ...{ log: newLines("fatal").log, tell: { filling: () => undefined, comparing: () => undefined } },
  });
  await expect(rebuilding).rejects.toThrow(
    `the live rows stand at block ${before.block}, but the peer holds only 4 blocks`,
  );
  expect(await state()).toEqual(before);
  // It catches up block by block.
  for (let height = 5; height <= ledger.height(); height += 1) {
    ledger.faults.serveHeight(height);
    if (height <= before.block + 1) expect(await state()).toEqual(before);
  }
  ledger.faults.clear();
  await projector.reaches();
  expect(await state()).toMatchObject({ block: before.block + 1, users: before.users + 1 });
  expect(projector.reader.progress.failure).toBeUndefined();
});
