// Behind the peer's address another chain appears: projector and submitter stop, say what to do, and mix nothing; the
// projector goes on by itself when the right one is back.
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { startProjector, stopProjectors } from "../projector/running.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { newScene, type Scene } from "./scene.js";

describe("the projector", () => {
  let ledger: GxLedger;
  let rows: TestDatabase;
  beforeAll(async () => {
    [ledger, rows] = await Promise.all([newGxLedger(), newDatabase()]);
    await ledger.setUp();
  });
  afterEach(stopProjectors);
  afterAll(async () => {
    await ledger.stop();
    await rows.close();
  });

  const state = async () =>
    (
      await rows.pool.query(
        `select (select block::int from read.checkpoint) as block, (select block_hash from read.checkpoint) as hash,
           (select count(*)::int from read.event) as events`,
      )
    ).rows[0] as { block: number; hash: string; events: number };

  test("is not ready, writes nothing, and follows again when the right chain is back", async () => {
    const projector = startProjector(ledger, rows.url);
    await projector.reaches();
    const before = await state();
    ledger.faults.serveAnotherChain(true);
    ledger.faults.cutStreams();
    await ledger.user();
    const failure = await eventually(
      () => /belongs to channel/.exec(projector.reader.progress.failure ?? "")?.input,
      "the refusal",
    );
    expect(failure).toContain("npm start -- --fresh");
    expect(projector.reader.progress.following).toBe(false);
    expect(await projector.metrics.text()).toMatch(/projector_hash_mismatch\{.*\} 1/);
    expect(await state()).toEqual(before);
    ledger.faults.serveAnotherChain(false);
    await projector.reaches();
    expect((await state()).block).toBe(before.block + 1);
  });

  test("that starts with rows of one chain and finds another one writes nothing either", async () => {
    const before = await state();
    ledger.faults.serveAnotherChain(true);
    await ledger.user();
    const projector = startProjector(ledger, rows.url);
    await eventually(() => projector.reader.progress.failure?.includes("belongs to channel"), "the refusal");
    await projector.stop();
    expect(await state()).toEqual(before);
  });
});

describe("the submitter", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await newScene({ people: 2 });
  });
  afterAll(() => scene.close());

  test("ends and sends nothing to the other chain; on the right one it goes on where it stopped", async () => {
    const one = await scene.child();
    const first = await scene.transfers(2);
    await eventually(
      async () => (await scene.outcomes()).some(({ commandId }) => commandId === first[1]),
      "a transfer",
    );
    scene.faults.serveAnotherChain(true);
    scene.faults.cutStreams();
    await one.ended;
    const height = scene.ledger().height();
    const left = await scene.transfers(2);
    const again = await scene.child();
    await again.ended;
    expect(scene.ledger().height()).toBe(height);
    scene.faults.serveAnotherChain(false);
    await scene.child();
    await eventually(async () => {
      const ended = new Set((await scene.outcomes()).map(({ commandId }) => commandId));
      return left.every((id) => ended.has(id));
    }, "the transfers that waited");
  });
});
