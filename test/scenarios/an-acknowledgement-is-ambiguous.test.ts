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
    const settled = () => valueOf(worker.metrics, "outbox_submitter_transactions_total", 'code="VALID"');
    await eventually(async () => (await settled()) === 1, "the worker to take the outcome from the block");
    // The outcome is taken before the answer, which comes at once or with the deadline of the call.
    const answered = await valueOf(worker.metrics, "outbox_submitter_stage_seconds_count", 'stage="order"');
    expect(answered ?? 0).toBe(acknowledgement === "none" ? 0 : 1);
    await worker.stop();
    expect(await scene.rows(ids)).toEqual(
      ids.map((id) => expect.objectContaining({ id, status: "COMMITTED", failures: 0 }) as unknown),
    );
    const { executions } = await readLedger(scene);
    expect(executions.filter(({ repeatOf }) => repeatOf !== undefined)).toEqual([]);
  },
);
