import { expectEndedOnce } from "./truth.js";
import { newGate, newScene, PARTNER, submitted, type Scene } from "./scene.js";
import { eventually, newCluster, type TestCluster } from "../environment.js";

let cluster: TestCluster;
let scene: Scene;
beforeAll(async () => {
  cluster = await newCluster();
  scene = await newScene({ database: cluster });
}, 30_000);
afterAll(() => scene.close());

test("postgresql restarts in the middle of a batch: before it is noted, and before its outcome is", async () => {
  const worker = await scene.submitter(PARTNER);
  await eventually(() => worker.lines.with("Leading").length === 1, "leadership");

  const endorsement = newGate();
  scene.faults.next("endorse", { delay: endorsement.passed });
  const ids = await scene.transfers(120);
  await eventually(() => scene.faults.met("endorse") === 1, "a batch that waits for its endorsement");
  await cluster.crash();
  endorsement.open();
  await eventually(() => worker.lines.with("Leadership lost").length === 1, "the loss to be noticed");
  await cluster.start();
  await submitted(scene, ids);

  const ordering = newGate();
  scene.faults.next("submit", { delay: ordering.passed });
  ids.push(...(await scene.transfers(120)));
  await eventually(() => scene.faults.met("submit") === 1, "a batch that is with the orderer");
  await cluster.crash();
  ordering.open();
  await cluster.start();
  await scene.projector();
  await expectEndedOnce(scene, ids);
});
