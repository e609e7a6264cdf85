import { expectEndedOnce, readLedger } from "./truth.js";
import { newScene, PARTNER, type Scene } from "./scene.js";
import { valueOf } from "../platform/parts.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("one poison command among a hundred: the other 99 are committed, and it is found by halving", async () => {
  await scene.projector();
  const ids = await scene.transfers(100);
  const poison = ids[37] ?? "";
  // No batch can hold it: the chaincode refuses the whole.
  await scene.database.pool.query("update app.command set name = repeat('x', 61) where id = $1", [poison]);
  const before = (await readLedger(scene)).transactions.length;
  const worker = await scene.submitter(PARTNER);
  await expectEndedOnce(scene, ids);
  const rows = await scene.rows(ids);
  expect(rows.filter(({ status }) => status !== "COMMITTED").map(({ id }) => id)).toEqual([poison]);
  expect(rows.find(({ id }) => id === poison)).toMatchObject({ status: "FAILED" });
  expect(rows.find(({ id }) => id === poison)?.last_error).toMatch(/^BATCH_INVALID: .*commands\.0\.command/);
  const label = `role="${PARTNER}"`;
  const halvings = await valueOf(worker.metrics, "outbox_submitter_bisects_total", label);
  expect(halvings).toBeGreaterThan(0);
  expect(halvings).toBeLessThanOrEqual(MOST_HALVINGS);
  expect(await valueOf(worker.metrics, "outbox_submitter_commands_total", label, 'outcome="failed"')).toBe(1);
  expect((await readLedger(scene)).transactions.length - before).toBeLessThanOrEqual(MOST_HALVINGS);
});

const MOST_HALVINGS = Math.ceil(Math.log2(100));
