import { expectEndedOnce, readLedger } from "./truth.js";
import { eventually } from "../environment.js";
import { valueOf } from "../platform/parts.js";
import { newScene, PARTNER, type Scene } from "./scene.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
  await scene.projector();
}, 30_000);
afterAll(() => scene.close());

test.each(["unavailable", "none"] as const)(
  "an acknowledgement is ambiguous (%s): what the orderer took is not sent twice, and nobody is told that it failed",
  async (acknowledgement) => {
    const worker = await scene.submitter(PARTNER);
    scene.faults.next("submit", { acknowledgement });
    const ids = await scene.transfers(5);
    await expectEndedOnce(scene, ids);
    const { executions } = await readLedger(scene);
    // A busy machine may not get all of them into one batch; the fault is that of the first.
    const sent = new Set(executions.flatMap(({ commandId, txId }) => (ids.includes(commandId) ? [txId] : []))).size;
    const settled = () => valueOf(worker.metrics, "outbox_submitter_transactions_total", 'code="0"');
    await eventually(async () => (await settled()) === sent, "the worker to take the outcomes from the blocks");
    // The outcome is taken before the answer, which comes at once or with the deadline of the call.
    const answered = () => valueOf(worker.metrics, "outbox_submitter_stage_seconds_count", 'stage="order"');
    const expected = acknowledgement === "none" ? sent - 1 : sent;
    await eventually(async () => ((await answered()) ?? 0) === expected, "the answers that come at once");
    await worker.stop();
    expect(await scene.rows(ids)).toEqual(
      ids.map((id) => expect.objectContaining({ id, status: "COMMITTED", failures: 0 }) as unknown),
    );
    expect((await readLedger(scene)).executions.filter(({ repeatOf }) => repeatOf !== undefined)).toEqual([]);
  },
);
