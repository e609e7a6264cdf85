import { expectEndedOnce } from "./truth.js";
import { newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("the peer is away: commands are accepted meanwhile, nothing fails, and all goes on when it is back", async () => {
  await scene.projector();
  await scene.submitter(PARTNER);
  const ids = await scene.transfers(60);
  await scene.stopLedger();
  ids.push(...(await scene.transfers(60)));
  const waits = ({ last_error }: { last_error: string | null }) => last_error?.startsWith("WAIT: ") ?? false;
  await eventually(async () => (await scene.rows(ids)).some(waits), "rows to say that they wait");
  const waiting = await scene.rows(ids);
  expect(waiting.filter(({ status, failures }) => status === "FAILED" || failures > 0)).toEqual([]);
  expect(waiting.map(({ last_error }) => last_error ?? "").join()).not.toMatch(/127\.0\.0\.1|:\d{4}/);
  await scene.startLedger();
  await expectEndedOnce(scene, ids);
  expect((await scene.rows(ids)).filter(({ status }) => status !== "COMMITTED")).toEqual([]);
});
