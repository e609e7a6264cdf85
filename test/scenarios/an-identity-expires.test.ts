import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectEndedOnce } from "./truth.js";
import { newScene, PARTNER, type Scene } from "./scene.js";
import { issue } from "../../ledger/certificates.js";
import { readProfile } from "../../platform/profile.js";
import { eventually } from "../environment.js";
import { valueOf } from "../platform/parts.js";

const LASTS_MS = 5_000;
const DAY_MS = 86_400_000;

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
}, 30_000);
afterAll(() => scene.close());

test("an identity expires: its queue stops with an alarm, others go on, and it resumes with a new certificate", async () => {
  await scene.projector();
  const { wallet, mspId } = readProfile(scene.profilePath);
  const { certificate, key } = await issue(scene.ledger().authority.org, {
    ...{ commonName: "org1-admin", unit: "client", mspId, attrs: { gxc_role: "gx_admin" } },
    days: LASTS_MS / DAY_MS,
  });
  writeFileSync(join(wallet, "org1-admin-cert"), certificate);
  writeFileSync(join(wallet, "org1-admin-key"), key);
  // The one that expires is the first, whose identity reads the blocks too.
  const worker = await scene.submitter("gx_admin", PARTNER);
  const asked = (userId = "") => scene.accept("tokenomics.distributeGenesis", { userId, ageYears: 30 });
  const early = await asked(scene.people[0]);
  await expectEndedOnce(scene, early);

  const end = Date.parse(new X509Certificate(certificate).validTo);
  await eventually(() => Date.now() > end, "the certificate to expire");
  const late = await asked(scene.people[1]);
  await eventually(() => worker.lines.with("Queue stopped").length === 1, "the alarm");
  const label = 'role="gx_admin",reason="identity_expired"';
  expect(await valueOf(worker.metrics, "outbox_submitter_queue_stopped", label)).toBe(1);
  expect(worker.lines.with("Queue stopped")).toMatchObject([{ level: "ERROR", reason: "identity_expired" }]);
  scene.faults.cutStreams();
  await eventually(() => worker.lines.with("Block stream is back").length === 1, "the blocks to be read again");
  const others = await scene.transfers(30);
  await eventually(
    async () => (await scene.rows(others)).every(({ status }) => status === "COMMITTED"),
    "the other queue to go on",
  );
  expect((await scene.rows(late)).filter(({ status, failures }) => status !== "ACCEPTED" || failures > 0)).toEqual([]);

  await scene.issueWallet();
  await expectEndedOnce(scene, [...early, ...late, ...others]);
  expect(worker.lines.with("Queue resumed")).toHaveLength(1);
});
