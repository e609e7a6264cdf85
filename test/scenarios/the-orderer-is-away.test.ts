import { expectEndedOnce } from "./truth.js";
import { newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("the orderer is away: nothing fails, the rows say what they wait for, and all goes on when it is back", async () => {
  await scene.projector();
  await scene.submitter(PARTNER);
  const text = "no orderers could successfully process transaction";
  const met = scene.faults.met("submit");
  scene.faults.next("submit", { refuse: { code: UNAVAILABLE, text } }, Infinity);
  const ids = await scene.transfers(100);
  await eventually(() => scene.faults.met("submit") - met >= 3, "some attempts");
  const waits = ({ last_error }: { last_error: string | null }) => last_error?.startsWith("UNKNOWN_OUTCOME: ") ?? false;
  await eventually(async () => (await scene.rows(ids)).every(waits), "the rows to say what they wait for");
  expect((await scene.rows(ids)).filter(({ status }) => status === "FAILED")).toEqual([]);
  scene.faults.clear();
  await expectEndedOnce(scene, ids);
  expect((await scene.rows(ids)).filter(({ status, failures }) => status !== "COMMITTED" || failures > 0)).toEqual([]);
});

const UNAVAILABLE = 14;
