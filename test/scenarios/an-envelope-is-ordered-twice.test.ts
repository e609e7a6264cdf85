import { expectEndedOnce, readLedger } from "./truth.js";
import { newGate, newScene, PARTNER, type Scene } from "./scene.js";
import { StatusCode } from "@hyperledger/fabric-gateway";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("an envelope is ordered twice: the first copy is the outcome, whatever comes behind it", async () => {
  await scene.projector();
  await scene.submitter(PARTNER);
  const later = newGate();
  scene.faults.next("submit", { again: 0 }, 2);
  scene.faults.next("submit", { again: later.passed }, Infinity);
  const ids = await scene.transfers(120);
  await expectEndedOnce(scene, ids);
  later.open();
  ids.push(...(await scene.transfers(120)));
  await expectEndedOnce(scene, ids);
  const { transactions } = await readLedger(scene);
  const copies = new Map<string, number[]>();
  for (const { txId, code } of transactions) copies.set(txId, [...(copies.get(txId) ?? []), code]);
  const repeated = [...copies.values()].filter(({ length }) => length > 1);
  expect(repeated.length).toBeGreaterThan(2);
  expect(
    repeated.every(([first, ...others]) => first !== DUPLICATE && others.every((code) => code === DUPLICATE)),
  ).toBe(true);
});

const DUPLICATE = StatusCode.DUPLICATE_TXID;
