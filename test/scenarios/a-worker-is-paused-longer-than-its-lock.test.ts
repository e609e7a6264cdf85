import { expectEndedOnce } from "./truth.js";
import { leads, newGate, newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("a worker is paused longer than its lock: its successor does its work, and it sends nothing when it wakes up", async () => {
  await scene.projector();
  const sleeper = await scene.child(PARTNER);
  await leads(sleeper);
  const successor = await scene.child(PARTNER);
  await eventually(() => successor.with("Another process leads, waiting").length === 1, "the successor to wait");
  scene.faults.next("submit", { delay: 0 }, Infinity);
  const endorsement = newGate();
  scene.faults.next("endorse", { delay: endorsement.passed });
  const ids = await scene.transfers(220);
  await eventually(() => scene.faults.met("endorse") === 1, "a batch that waits for its endorsement");
  const sent = scene.faults.met("submit");
  sleeper.child.kill("SIGSTOP");
  // The answer lies before it when it wakes up.
  endorsement.open();
  await leads(successor);
  await expectEndedOnce(scene, ids);

  sleeper.child.kill("SIGCONT");
  ids.push(...(await scene.transfers(60)));
  await eventually(() => sleeper.with("Another process leads, waiting").length === 1, "the first to learn of its end");
  await expectEndedOnce(scene, ids);
  expect(await sleeper.end("SIGTERM")).toBe(0);
  expect(await successor.end("SIGTERM")).toBe(0);
  expect(scene.faults.met("submit") - sent).toBe(successor.with("Batch committed").length);
});
