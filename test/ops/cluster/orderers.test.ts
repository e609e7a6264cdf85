// Five orderers on real Fabric: two may be away; with a third away nothing is committed until they are back.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { READER } from "../../../catalogue/roles.js";
import { functions } from "../../../catalogue/wire.js";
import { ourNetwork } from "../../../cli/network/options.js";
import { startNetwork, type Network } from "../../../network/network.js";
import { findInstallations } from "../../../network/programs.js";
import { chainInfo } from "../../../platform/blocks.js";
import { root } from "../../../platform/config.js";
import { openConnection, type Connection } from "../../../platform/connection.js";
import { actAs } from "../../../platform/fabric.js";
import { readIdentity } from "../../../platform/wallet.js";
import { eventually } from "../../environment.js";
import { checkWith } from "../checks.js";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const [installation] = findInstallations(process.env);
const unless = installation ? undefined : "no folder of FABRIC_BIN or PATH holds peer, orderer and configtxgen";
const home = mkdtempSync(join(tmpdir(), "gx-orderers-"));
let network: Network | undefined;
let connection: Connection | undefined;
afterAll(async () => {
  connection?.close();
  await network?.stop();
  rmSync(home, { recursive: true, force: true });
});

const WRITERS = 5;

checkWith(
  { needs: ["peer", "orderer"], unless, timeoutMs: 180_000 },
  "OPS-3.4",
  "F",
  "with two of five orderers killed transactions are committed; with a third killed they wait and reads work, and all are committed after its return",
  async () => {
    if (!installation) throw new Error("no programs of Fabric");
    const ours = ourNetwork({ home, root });
    network = await startNetwork({ ...ours, installation, orderers: 5, peers: 1, revive: false, log: quiet });
    const { profile } = network;
    const reader = readIdentity(profile, READER);
    const peer = (connection = openConnection({ ...profile, peers: profile.peers.slice(0, 1) }));
    const fabric = actAs(peer, reader);
    const argument = ours.chaincode.proof?.arguments[0] ?? "";
    const height = async () => (await chainInfo(peer, reader)).height;
    /** Whether a block holds it. */
    const isCommitted = (txId: string) =>
      peer
        .as(reader)
        .getNetwork(profile.channel)
        .getContract("qscc")
        .evaluateTransaction("GetTransactionByID", profile.channel, txId)
        .then(
          () => true,
          () => false,
        );
    const read = () => fabric.evaluate(functions.query, argument);
    /** An acknowledgement alone is no promise: handed over again until a block holds it. */
    const commit = async () => {
      const { txId, submit } = await fabric.endorse(functions.query, argument);
      const again = async () => {
        await submit().catch(() => undefined);
        return isCommitted(txId);
      };
      await eventually(again, `${txId} is committed`, 90_000);
    };

    await killed("orderer0", "orderer1");
    await Promise.all(Array.from({ length: WRITERS }, commit));
    const before = await height();

    await killed("orderer2");
    let done = 0;
    const waiting = Promise.all(Array.from({ length: WRITERS }, () => commit().then(() => (done += 1))));
    // Long enough for what is not held back: a block is cut every 200 ms.
    await sleep(3_000);
    await read();
    expect({ done, height: await height() }).toEqual({ done: 0, height: before });

    for (const name of ["orderer0", "orderer1", "orderer2"]) await network.startNode(name);
    await waiting;
    expect(done).toBe(WRITERS);
    expect(await height()).toBeGreaterThan(before);
  },
);

async function killed(...names: string[]): Promise<void> {
  for (const name of names) network?.kill(name, "SIGKILL");
  await eventually(() => network?.nodes().every(({ name, state }) => !names.includes(name) || state === "stopped"));
}
