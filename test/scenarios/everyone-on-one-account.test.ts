import { expectEndedOnce, readLedger } from "./truth.js";
import { newGate, newScene, PARTNER, TRANSFER, type Scene } from "./scene.js";
import { StatusCode } from "@hyperledger/fabric-gateway";
import { eventually } from "../environment.js";

let scene: Scene;
beforeAll(async () => {
  scene = await newScene({ people: 60 });
}, 30_000);
afterAll(() => scene.close());

test("everyone on one account, and others write it past us: all end in order, and conflicts are bounded", async () => {
  await scene.projector();
  await scene.submitter(PARTNER);
  const [hot = "", ...others] = scene.people;
  const before = (await readLedger(scene)).transactions.length;
  const ids: string[] = [];
  const outside: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const ordering = newGate();
    const met = scene.faults.met("submit");
    scene.faults.next("submit", { delay: ordering.passed });
    for (const from of others) {
      ids.push(...(await scene.acceptAs(from, TRANSFER, { to: hot, amount: "1000000", remark: null })));
    }
    await eventually(() => scene.faults.met("submit") > met, "a batch that is endorsed");
    const input = { to: others[round] ?? "", amount: "1000000", remark: null };
    outside.push(await scene.execute(PARTNER, { command: TRANSFER, actor: hot, input }));
    ordering.open();
  }
  await expectEndedOnce(scene, ids);
  expect((await scene.rows(ids)).filter(({ status }) => status !== "COMMITTED")).toEqual([]);
  const { transactions } = await readLedger(scene);
  const all = transactions.slice(before);
  expect(all.filter(({ txId }) => outside.includes(txId)).map(({ code }) => code)).toEqual([VALID, VALID, VALID]);
  const lost = all.filter(({ code }) => code === MVCC_READ_CONFLICT).length;
  expect(lost).toBeGreaterThan(0);
  // One transaction at a time is on its way for the account, so each of theirs costs one of ours at most.
  expect(lost).toBeLessThanOrEqual(outside.length);
});

const { VALID, MVCC_READ_CONFLICT } = StatusCode;
