import { expectEndedOnce, readLedger } from "./truth.js";
import { laterBlock, newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("an acknowledged submission is lost: it is sent again once a later block has come without it", async () => {
  await scene.projector();
  scene.faults.next("submit", { lose: true });
  const worker = await scene.submitter(PARTNER);
  const ids = await scene.transfers(3);
  await eventually(() => scene.faults.met("submit") === 1, "the submission to be lost");
  const lost = await scene.rows(ids.slice(0, 1));
  expect(lost).toMatchObject([{ status: "SUBMITTED", attempt: 1 }]);
  await laterBlock(scene);
  await expectEndedOnce(scene, ids);
  const { transactions } = await readLedger(scene);
  expect(transactions.map(({ txId }) => txId)).not.toContain(lost[0]?.tx_id);
  expect(worker.lines.with("Submission failed")).toMatchObject([{ code: "UNKNOWN_OUTCOME" }]);
});
