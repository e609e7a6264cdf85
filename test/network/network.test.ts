// A real network of each supported line that this machine has, from nothing to a stop, on one folder.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { READER, signers } from "../../catalogue/roles.js";
import { functions, WIRE_VERSION } from "../../catalogue/wire.js";
import { startNetwork, type Network, type NetworkOptions } from "../../network/network.js";
import type { Installation } from "../../network/programs.js";
import { isTaken } from "../../ledger/ports.js";
import { openConnection } from "../../platform/connection.js";
import { actAs } from "../../platform/fabric.js";
import { readIdentity } from "../../platform/wallet.js";
import { describeOnFabric } from "../ledgers.js";

const query = JSON.stringify({ version: WIRE_VERSION, name: "systemStatus", args: {} });
const ADMIN = signers.gx_admin.identity;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const options = (home: string, installation: Installation): NetworkOptions => ({
  home,
  installation,
  chaincode: {
    path: join(import.meta.dirname, "..", "..", "dist", "peer"),
    proof: { name: functions.query, arguments: [query] },
  },
  identities: [
    { name: ADMIN, attrs: { gxc_role: "gx_admin" } },
    { name: READER, attrs: {} },
  ],
  names: { gx_admin: ADMIN, reader: READER },
  log: quiet,
});

async function ask({ profile }: Network): Promise<unknown> {
  const connection = openConnection(profile);
  try {
    const asked = actAs(connection, readIdentity(profile, READER)).evaluate(functions.query, query);
    return JSON.parse((await asked).toString()) as unknown;
  } finally {
    connection.close();
  }
}

describeOnFabric("a network", (installation) => {
  let home: string;
  let network: Network | undefined;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "gx-network-"));
  });
  afterAll(async () => {
    await network?.stop();
    rmSync(home, { recursive: true });
  });

  it("comes from nothing to a committed transaction, and the same chain goes on after a restart", async () => {
    const steps: string[] = [];
    network = await startNetwork({ ...options(home, installation), step: (step) => steps.push(step) });
    expect(steps).toEqual(["keys", "orderers", "channel", "peers", "definition", "transaction"]);
    const names = ["orderer0", "peer0-org1", "peer0-org2", "chaincode-org1", "chaincode-org2"];
    expect(network.nodes().map(({ name, state }) => [name, state])).toEqual(names.map((name) => [name, "running"]));
    expect(await ask(network)).toBeNull();

    const before = network.nodes();
    await network.restart();
    expect(await ask(network)).toBeNull();
    expect(network.nodes().map(({ pid }) => pid)).not.toEqual(before.map(({ pid }) => pid));

    await network.stop();
    expect(await Promise.all(before.map(({ port }) => isTaken(port)))).not.toContain(true);
    network = await startNetwork(options(home, installation));
    expect(network.nodes().map(({ port }) => port)).toEqual(before.map(({ port }) => port));
  });
});
