// Two peers, and the one in use is lost under load: killed, then hanging; and one that holds another chain is preferred.
// Two ways to one development ledger are the peers.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProfile, writeProfile, type Peer } from "../../platform/profile.js";
import { eventually } from "../environment.js";
import type { Running } from "../flow/processes.js";
import { startTestLedger } from "../ledger/fixture.js";
import { valueOf } from "../platform/parts.js";
import { newTcpProxy, type TcpProxy } from "../tcp-proxy.js";
import { newScene, submitted, type Scene } from "./scene.js";
import { expectEndedOnce } from "./truth.js";

let scene: Scene;
let proxies: [TcpProxy, TcpProxy];

beforeAll(async () => {
  scene = await newScene({ batchTimeoutMs: 50 });
  const { port } = scene.ledger();
  proxies = [await newTcpProxy(port), await newTcpProxy(port)];
});
afterAll(async () => {
  await scene.close();
  for (const proxy of proxies) await proxy.close();
});

const peerAt = (port: number): Peer => ({ address: `127.0.0.1:${port}`, mspId: "Org1MSP", tlsHostname: "localhost" });

/** Submitter and projector with these peers. */
async function systemOn(...ports: number[]): Promise<[Running, Running]> {
  writeProfile(scene.profilePath, { ...readProfile(scene.profilePath), peers: ports.map(peerAt) });
  return [await scene.submitter(), await scene.projector()];
}

const statusOf = ({ metrics }: Running, role: string, port: number) =>
  valueOf(metrics, "fabric_sdk_connection_status", `role="${role}"`, `peer="127.0.0.1:${port}"`);
const speaksTo = ({ metrics }: Running, role: string, port: number) =>
  eventually(
    async () => (await statusOf({ metrics } as Running, role, port)) === 1,
    `${role} to be proved at port ${port}`,
  );

test("commands go on at the next peer, none is lost or doubled, and the blocks go on in order", async () => {
  const [first, second] = proxies;
  const [submitter, projector] = await systemOn(first.port, second.port);
  const ids = await scene.transfers(40);
  await submitted(scene, ids.slice(0, 1));
  await first.kill();
  ids.push(...(await scene.transfers(40)));
  await expectEndedOnce(scene, ids);
  for (const { lines } of [submitter, projector])
    expect(lines.with("Peer left for another")).toMatchObject([
      { peer: `127.0.0.1:${second.port}`, left: `127.0.0.1:${first.port}`, reason: "away" },
    ]);
  await speaksTo(submitter, "gx_partner_api", second.port);
  await speaksTo(projector, "reader", second.port);
  expect(await statusOf(submitter, "gx_partner_api", first.port)).toBe(0);

  // It has not rested, but there is no other.
  await first.pass();
  await speaksTo(submitter, "gx_partner_api", first.port);
  ids.push(...(await scene.transfers(40)));
  second.hang();
  ids.push(...(await scene.transfers(40)));
  await expectEndedOnce(scene, ids);
  const height = scene.ledger().height();
  for (const { metrics } of [submitter, projector])
    await eventually(
      async () => (await valueOf(metrics, "fabric_peer_height", `peer="127.0.0.1:${first.port}"`)) === height,
      "the height of the peer in use to be known",
    );
  await second.pass();
  await submitter.stop();
  await projector.stop();
}, 90_000);

test("a preferred peer of another chain is named and passed over", async () => {
  const home = mkdtempSync(join(tmpdir(), "gx-other-chain-"));
  cpSync(join(scene.home, "ledger", "crypto"), join(home, "crypto"), { recursive: true });
  const other = await startTestLedger(home);
  const [submitter, projector] = await systemOn(other.port, proxies[1].port);
  try {
    const ids = await scene.transfers(20);
    await expectEndedOnce(scene, ids);
    for (const { lines } of [submitter, projector])
      expect(lines.with("Peer holds another chain")).toMatchObject([{ peer: `127.0.0.1:${other.port}` }]);
    expect(other.height()).toBe(1);
  } finally {
    await submitter.stop();
    await projector.stop();
    await other.stop();
    rmSync(home, { recursive: true, force: true });
  }
}, 60_000);
