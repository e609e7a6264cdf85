import { expectEndedOnce, readLedger } from "./truth.js";
import { endLeader, newGate, newScene, PARTNER, type Scene } from "./scene.js";
import { StatusCode } from "@hyperledger/fabric-gateway";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("two workers work on one command: one of their transactions is valid, the other one changes nothing", async () => {
  await scene.projector();
  const gate = newGate();
  scene.faults.next("submit", { delay: gate.passed }, 2);
  await scene.submitter(PARTNER);
  const ids = await scene.transfers(1);
  await eventually(() => scene.faults.met("submit") === 1, "the first to send");
  await scene.submitter(PARTNER);
  const before = (await readLedger(scene)).transactions.length;
  await endLeader(scene);
  await eventually(() => scene.faults.met("submit") === 2, "the second to send");
  expect(await scene.rows(ids)).toMatchObject([{ status: "SUBMITTED", attempt: 2 }]);
  // Both were endorsed before either is ordered.
  gate.open();
  await expectEndedOnce(scene, ids);
  const codes = (await readLedger(scene)).transactions.slice(before).map(({ code }) => code);
  expect(codes.slice(0, 2)).toEqual([StatusCode.VALID, StatusCode.MVCC_READ_CONFLICT]);
});
