import { expectEndedOnce } from "./truth.js";
import { held, leads, newGate, newScene, PARTNER, type Scene } from "./scene.js";
import { eventually } from "../environment.js";

let scene: Scene;
beforeEach(async () => {
  scene = await newScene();
});
afterEach(() => scene.close());

test("kill twice on one job: commands whose worker is killed twice with them end once", async () => {
  const ids = await scene.transfers(210);
  const jobs = async () =>
    (await scene.redis.client.keys(`bull:${PARTNER}:*-*-*-*-*`)).filter((key) => !key.endsWith(":lock"));
  for (const time of [1, 2]) {
    const gate = newGate();
    scene.faults.next("submit", { delay: gate.passed }, Infinity);
    const worker = await scene.child(PARTNER);
    await leads(worker);
    const [oldest = ""] = ids;
    await eventually(() => scene.faults.met("submit") === time, "the orderer to have a transaction in hand");
    expect(await scene.rows([oldest])).toMatchObject([{ status: "SUBMITTED", attempt: time }]);
    await eventually(
      async () => (await scene.redis.client.lrange(`bull:${PARTNER}:active`, 0, -1)).includes(oldest),
      "the job of the first command to be taken",
    );
    await worker.end("SIGKILL");
    scene.faults.clear();
    // What the orderer had in hand comes into a block although nobody waits for it any more.
    gate.open();
    const taken = (await scene.rows(ids)).filter(({ attempt }) => attempt === time).map(({ id }) => id);
    expect(taken).toContain(oldest);
    await held(scene, taken);
  }
  expect((await scene.rows(ids)).filter(({ status }) => status === "ACCEPTED").length).toBeGreaterThan(0);
  await scene.submitter(PARTNER);
  await scene.projector();
  await expectEndedOnce(scene, ids);
  await eventually(async () => (await jobs()).length === 0, "no job to be left in Redis");
});
