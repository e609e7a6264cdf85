import { expectEndedOnce } from "./truth.js";
import { newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("redis comes back empty: what was accepted meanwhile ends too, and jobs are taken again", async () => {
  await scene.projector();
  const worker = await scene.submitter(PARTNER);
  const ids = await scene.transfers(40);
  await scene.redis.kill();
  ids.push(...(await scene.transfers(40)));
  await expectEndedOnce(scene, ids);
  await scene.redis.start();
  await eventually(() => worker.lines.with("Redis is back").length > 0, "the worker to see Redis again");
  ids.push(...(await scene.transfers(40)));
  await expectEndedOnce(scene, ids);
  await eventually(
    async () => (await scene.redis.client.keys(`bull:${PARTNER}:*-*-*-*-*`)).length === 0,
    "no job to be left",
  );
});
