import { expectEndedOnce } from "./truth.js";
import { endLeader, newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("the lock session of a submitter is killed: somebody leads again, and everything is executed once", async () => {
  await scene.projector();
  const both = [await scene.submitter(PARTNER), await scene.submitter(PARTNER)];
  const terms = () => both.reduce((sum, { lines }) => sum + lines.with("Leading").length, 0);
  await eventually(() => terms() === 1, "the first term");
  // Whatever is killed has a transaction on its way.
  scene.faults.next("submit", { delay: 200 }, Infinity);
  const ids: string[] = [];
  for (const kills of [1, 2, 3]) {
    const met = scene.faults.met("submit");
    ids.push(...(await scene.transfers(70)));
    await eventually(() => scene.faults.met("submit") > met, "a transaction on its way");
    await endLeader(scene);
    await eventually(() => terms() === kills + 1, "the next term");
  }
  await expectEndedOnce(scene, ids);
  expect(terms()).toBe(4);
});
