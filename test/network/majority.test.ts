// A network of three orderers and two peers of each organization goes on without one of each. The newest line that is here.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ourNetwork } from "../../cli/network/options.js";
import { READER } from "../../catalogue/roles.js";
import { functions } from "../../catalogue/wire.js";
import { startNetwork, type Network } from "../../network/network.js";
import { findInstallations } from "../../network/programs.js";
import { chainInfo } from "../../platform/blocks.js";
import { root } from "../../platform/config.js";
import { openConnection } from "../../platform/connection.js";
import { actAs } from "../../platform/fabric.js";
import { readIdentity } from "../../platform/wallet.js";
import { eventually } from "../environment.js";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const installation = findInstallations(process.env)
  .sort((a, b) => a.line.localeCompare(b.line))
  .at(-1);

const what = "three orderers and two peers of each organization";
const title = installation ? `${what} on Fabric ${installation.version}` : `SKIPPED: real Fabric: ${what}`;
(installation ? describe : describe.skip)(title, () => {
  const home = mkdtempSync(join(tmpdir(), "gx-network-"));
  let network: Network | undefined;
  afterAll(async () => {
    await network?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("commits with one orderer and the first peer of an organization killed, and takes both back", async () => {
    if (!installation) throw new Error("no programs of Fabric");
    const ours = ourNetwork({ home, root });
    network = await startNetwork({ ...ours, installation, orderers: 3, peers: 2, revive: false, log: quiet });
    expect(network.profile.peers.map(({ mspId }) => mspId)).toEqual(["Org1MSP", "Org1MSP", "Org2MSP", "Org2MSP"]);

    network.kill("orderer0", "SIGKILL");
    network.kill("peer0-org1", "SIGKILL");
    await eventually(() => stateOf(network, "orderer0") === "stopped" && stateOf(network, "peer0-org1") === "stopped");
    const before = await heightThrough(network, 1);
    await commitThrough(network, 1, ours.chaincode.proof?.arguments[0] ?? "");
    expect(await heightThrough(network, 1)).toBeGreaterThan(before);

    await Promise.all([network.startNode("orderer0"), network.startNode("peer0-org1")]);
    const height = await heightThrough(network, 1);
    await eventually(async () => network && (await heightThrough(network, 0)) >= height);
  }, 120_000);
});

const stateOf = (network: Network | undefined, name: string) =>
  network?.nodes().find((node) => node.name === name)?.state;

/** One transaction by a peer of the profile; again until a block came, because an acknowledgement alone is no promise. */
async function commitThrough(network: Network, peer: number, argument: string): Promise<void> {
  const before = await heightThrough(network, peer);
  await eventually(async () => {
    await at(network, peer, async (connection, reader) => {
      const endorsed = await actAs(connection, reader).endorse(functions.query, argument);
      await endorsed.submit();
    }).catch(() => undefined);
    return (await heightThrough(network, peer)) > before;
  });
}

const heightThrough = (network: Network, peer: number): Promise<number> =>
  at(network, peer, async (connection, reader) => Number((await chainInfo(connection, reader)).height));

async function at<T>(
  { profile }: Network,
  peer: number,
  act: (connection: ReturnType<typeof openConnection>, reader: ReturnType<typeof readIdentity>) => Promise<T>,
): Promise<T> {
  const connection = openConnection({ ...profile, peers: profile.peers.slice(peer, peer + 1) });
  try {
    return await act(connection, readIdentity(profile, READER));
  } finally {
    connection.close();
  }
}
