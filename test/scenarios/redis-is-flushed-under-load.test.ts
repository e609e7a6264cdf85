import { expectEndedOnce } from "./truth.js";
import { newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("redis is flushed under load: everything accepted ends, and no job is left over", async () => {
  await scene.projector();
  await scene.submitter(PARTNER);
  scene.faults.next("submit", { delay: 50 }, Infinity);
  const ids: string[] = [];
  for (let flushes = 0; flushes < 4; flushes += 1) {
    ids.push(...(await scene.transfers(60)));
    await scene.redis.client.flushall();
  }
  await expectEndedOnce(scene, ids);
  ids.push(...(await scene.transfers(10)));
  await expectEndedOnce(scene, ids);
  const jobs = () => scene.redis.client.keys(`bull:${PARTNER}:*-*-*-*-*`);
  await eventually(async () => (await jobs()).length === 0, "no job to be left in Redis");
});
