import { expectEndedOnce, readLedger } from "./truth.js";
import { newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("blocks are late: what is in them already is not given up, and is noted when they come", async () => {
  await scene.projector();
  const worker = await scene.submitter(PARTNER);
  await eventually(() => worker.lines.with("Leading").length === 1, "leadership");
  const { height } = await readLedger(scene);
  scene.faults.serveHeight(height);
  scene.faults.cutStreams();
  const ids = await scene.transfers(5);
  await eventually(() => scene.ledger().height() > height, "a block that nobody is shown");
  const hidden = await scene.rows(ids);
  expect(hidden.some(({ status }) => status === "SUBMITTED")).toBe(true);
  expect(hidden.filter(({ status }) => !["ACCEPTED", "SUBMITTED"].includes(status))).toEqual([]);
  scene.faults.serveHeight(undefined);
  await expectEndedOnce(scene, ids);
  expect((await scene.rows(ids)).filter(({ status, failures }) => status !== "COMMITTED" || failures > 0)).toEqual([]);
});
