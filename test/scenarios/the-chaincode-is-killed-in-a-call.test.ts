import { expectEndedOnce } from "./truth.js";
import { newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("the chaincode is killed in a call: the batch is tried again, and nothing of it is lost or doubled", async () => {
  await scene.projector();
  await scene.submitter(PARTNER);
  const ids: string[] = [];
  for (let kills = 0; kills < 2; kills += 1) {
    const pid = scene.ledger().chaincodePid() ?? 0;
    // It takes the call, but does not answer any more.
    process.kill(pid, "SIGSTOP");
    const met = scene.faults.met("endorse");
    scene.faults.next("endorse", { delay: 0 });
    ids.push(...(await scene.transfers(60)));
    await eventually(() => scene.faults.met("endorse") > met, "a call of the chaincode");
    process.kill(pid, "SIGKILL");
    await expectEndedOnce(scene, ids);
  }
  expect((await scene.rows(ids)).filter(({ status }) => status !== "COMMITTED")).toEqual([]);
});
