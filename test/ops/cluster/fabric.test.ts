// The Jobs of k8s/fabric on real nodes: ports guarded as in the cluster, chaincode over TLS, each step taken twice.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ourNetwork } from "../../../cli/network/options.js";
import { isTaken } from "../../../ledger/ports.js";
import { writePeerConfigs } from "../../../network/build.js";
import { makeCallers } from "../../../network/callers.js";
import { configtxYaml, ordererYaml } from "../../../network/configuration.js";
import { makeCrypto, tlsOf } from "../../../network/crypto.js";
import { defineChaincode, joinChannel, type Joining } from "../../../network/join.js";
import { layoutOf, type Layout } from "../../../network/layout.js";
import { packageIdOf } from "../../../network/lifecycle.js";
import type { NodeProcess } from "../../../network/node.js";
import { writeBuilder } from "../../../network/package.js";
import { builderOf, ordererPlan, peerPlan } from "../../../network/plans.js";
import { findInstallations } from "../../../network/programs.js";
import { proveUsable } from "../../../network/proof.js";
import { yamlOf } from "../../../network/yaml.js";
import { root } from "../../../platform/config.js";
import { eventually } from "../../environment.js";
import { checkWith } from "../checks.js";
import { render } from "../manifests.js";

const installation = findInstallations(process.env).find(({ line }) => line === "2.5");
const unless = installation ? undefined : "no folder of FABRIC_BIN or PATH holds peer, orderer and configtxgen of 2.5";
const channel = "gxchannel";
const definition = { name: "gx", version: "1", sequence: 1 };
const home = mkdtempSync(join(tmpdir(), "gx-guarded-"));
const proof = ourNetwork({ home, root }).chaincode.proof ?? { name: "", arguments: [] };
const running: { stop(): Promise<void> }[] = [];

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  rmSync(home, { recursive: true, force: true });
});

checkWith(
  { needs: ["peer", "orderer"], unless, timeoutMs: 120_000 },
  "OPS-3.1",
  "F",
  "nodes with guarded ports join and take the chaincode over TLS; taking each step again changes nothing",
  async () => {
    if (!installation) throw new Error("no programs of Fabric");
    const layout = guardedLayout();
    await writeEverything(layout);
    for (const place of layout.orderers) running.push(ordererPlan({ layout, installation }, place).start());
    for (const place of layout.peers) running.push(peerPlan({ layout, installation }, place).start());
    for (const place of layout.chaincodes(1)) running.push(chaincode(layout, place.name));
    const nodes = [
      ...layout.orderers.flatMap(({ port, adminPort }) => [port, adminPort]),
      ...layout.peers.map(({ port }) => port),
    ];
    await eventually(async () => !(await Promise.all(nodes.map(isTaken))).includes(false));

    const [orderer] = layout.orderers;
    if (!orderer) throw new Error("no orderer");
    // Without a certificate nobody asks for channels; health is told to everybody, figures are not.
    const admin = `https://localhost:${orderer.adminPort}/participation/v1/channels`;
    await expect(statusOf(admin)).rejects.toThrow();
    expect(await statusOf(`https://localhost:${orderer.operationsPort}/healthz`)).toBe(200);
    expect(await statusOf(`https://localhost:${orderer.operationsPort}/metrics`)).toBe(401);

    const said: string[] = [];
    const joining: Joining = {
      ...{ layout, channel, installation },
      description: layout.config("described"),
      say: (line) => void said.push(line),
    };
    await joinChannel(joining);
    await defineChaincode(joining, definition);
    await proveUsable({ layout, channel, chaincode: "gx", proof });
    const first = said.splice(0);
    expect(first).toContain("makes the first block of gxchannel");
    expect(first).toContain("peer0-org2 joined gxchannel");
    expect(first.at(-1)).toBe("gx 1, sequence 1, is defined on gxchannel");

    await joinChannel(joining);
    await defineChaincode(joining, definition);
    expect(said).toEqual([
      "takes the first block of gxchannel from orderer0",
      "orderer0 had joined gxchannel",
      "peer0-org1 had joined gxchannel",
      "peer0-org2 had joined gxchannel",
      "gx 1, sequence 1, was defined on gxchannel",
    ]);
  },
);

/** One orderer and a peer of each organization on this machine, with the ports and the chaincode of a cluster's network. */
function guardedLayout(): Layout {
  const plain = layoutOf(home, { orderers: 1, peers: 1 }, 24_300);
  return {
    ...plain,
    guard: {
      metrics: plain.crypto("callers", "metrics.crt"),
      administration: plain.crypto("callers", "administration.crt"),
    },
    chaincodes: (sequence) =>
      plain
        .chaincodes(sequence)
        .map((place) => ({ ...place, host: "localhost", tlsRoots: tlsOf(plain, place.name, "ca.crt") })),
  };
}

async function writeEverything(layout: Layout): Promise<void> {
  await makeCrypto(layout);
  await makeCallers(layout);
  const write = (folder: string, file: string, text: string) => {
    mkdirSync(layout.config(folder), { recursive: true });
    writeFileSync(join(layout.config(folder), file), text);
  };
  for (const place of layout.orderers) write(place.name, "orderer.yaml", yamlOf(ordererYaml(layout, place)));
  writePeerConfigs(layout, { builder: writeBuilder(builderOf(layout)), line: "2.5" });
  write("described", "configtx.yaml", yamlOf(configtxYaml(layout, { line: "2.5", batchTimeoutMs: 200 })));
}

/** As its container starts it. */
function chaincode(layout: Layout, name: string): Pick<NodeProcess, "stop"> {
  const place = layout.chaincodes(1).find((one) => one.name === name);
  if (!place) throw new Error(`no chaincode ${name}`);
  const shim = createRequire(import.meta.url).resolve("fabric-shim/cli.js");
  const log = openSync(join(home, `${name}.log`), "a");
  const command = commandOf(name.replace("chaincode-", "chaincode-gx-"))
    .replace("/app/node_modules/fabric-shim/cli.js", shim)
    .replace("$(cat /fabric/package/id)", packageIdOf(definition, place))
    .replace("0.0.0.0:9999", `127.0.0.1:${place.port}`)
    .replaceAll("/fabric/crypto/chaincode-gx-", layout.crypto("chaincode-"));
  const child = spawn("sh", ["-c", command], {
    cwd: join(root, "dist", "peer"),
    env: { PATH: process.env["PATH"], CORE_PEER_LOCALMSPID: place.mspId },
    stdio: ["ignore", log, log],
  });
  return { stop: () => ended(child) };
}

/** What the shell of the container runs. */
function commandOf(deployment: string): string {
  const found = render("k8s/fabric/overlays/testnet").find(
    ({ kind, metadata }) => kind === "Deployment" && metadata.name === deployment,
  );
  const { template } = found?.["spec"] as { template: { spec: { containers: { command: string[] }[] } } };
  return template.spec.containers[0]?.command.at(-1) ?? "";
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** Answer to somebody who trusts the node and shows no certificate. */
const statusOf = (address: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(address, { rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once("error", reject);
  });
