import { expectEndedOnce, readLedger } from "./truth.js";
import { laterBlock, newGate, newScene, PARTNER, type Scene } from "./scene.js";
import { StatusCode } from "@hyperledger/fabric-gateway";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("an acknowledged submission is ordered late: when it was sent again meanwhile, it changes nothing", async () => {
  await scene.projector();
  const gate = newGate();
  scene.faults.next("submit", { lose: true, again: gate.passed });
  await scene.submitter(PARTNER);
  const ids = await scene.transfers(3);
  await eventually(() => scene.faults.met("submit") === 1, "the submission to be held");
  const [late] = await scene.rows(ids.slice(0, 1));
  await laterBlock(scene);
  await expectEndedOnce(scene, ids);
  gate.open();
  const codeOfLate = async () =>
    (await readLedger(scene)).transactions.filter(({ txId }) => txId === late?.tx_id).map(({ code }) => code);
  await eventually(async () => (await codeOfLate()).length > 0, "the late one to be ordered");
  expect(await codeOfLate()).toEqual([StatusCode.MVCC_READ_CONFLICT]);
  await expectEndedOnce(scene, ids);
});
