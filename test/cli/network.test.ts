// gx network as a person uses it, on the first line of Fabric that is here; without any, what it says then.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { networkFolder } from "../../cli/network/options.js";
import { lockHolder } from "../../cli/system/lock.js";
import { findInstallations } from "../../network/programs.js";
import { isTaken } from "../../ledger/ports.js";
import { PORTS } from "../../network/layout.js";
import { eventually, freePort } from "../environment.js";
import { root } from "../../platform/config.js";
import type { Ended } from "./gx.js";

let home: string;
let port: number;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "gx-home-"));
  port = await freePort(PORTS);
});
afterEach(async () => {
  await gx(["network", "down"]);
  rmSync(home, { recursive: true, force: true });
});

/** The built command line: from the sources each of these many calls would take seconds. */
function gx(args: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
  const own = { GX_HOME: home, GX_ENV: "", NETWORK_PORT: String(port), ...more };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, "dist", "cli", "index.js"), ...args],
      { env: { ...process.env, ...own } },
      (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

it("names what is missing and how it is installed where there are no programs of Fabric", async () => {
  const { status, stderr } = await gx(["network", "up"], { FABRIC_BIN: home });
  expect(status).toBe(1);
  expect(stderr).toContain(`FABRIC_BIN (${home})`);
  expect(stderr).toContain("Fabric 2.5.x or 3.1.x");
  expect(stderr).toContain("https://hyperledger-fabric.readthedocs.io/");
});

it("refuses a size and a line that no network has", async () => {
  expect((await gx(["network", "up", "--orderers", "2"])).status).toBe(2);
  expect((await gx(["network", "up", "--fabric", "3.0"])).stderr).toContain("--fabric: 3.0 is not one of 2.5, 3.1");
});

it("says that nothing runs, and stops nothing", async () => {
  expect(await gx(["network", "status"])).toMatchObject({ status: 1, stdout: "No network was made here\n" });
  expect(await gx(["network", "down"])).toMatchObject({ status: 0, stdout: "No network runs here\n" });
  expect((await gx(["network", "restart"])).stderr).toContain("start it with: npm run gx -- network up");
});

it("never puts a home on a network whose database shows another ledger", async () => {
  mkdirSync(join(home, "ledger"));
  const beside = await gx(["up", "--network"]);
  expect(beside).toMatchObject({ status: 1, stdout: "" });
  expect(beside.stderr).toContain(
    "stands on its development ledger; start empty with: npm run gx -- up --network --fresh",
  );
  const given = await gx(["up", "--network"], { FABRIC_PROFILE: join(home, "profile.json") });
  expect(given).toMatchObject({ status: 2, stderr: "gx: --network: FABRIC_PROFILE is set; choose one\n" });
});

const known = findInstallations(process.env).length > 0;
const title = known ? "with the programs of Fabric" : "SKIPPED: real Fabric: gx network";
(known ? describe : describe.skip)(title, () => {
  it("leaves a network running that restarts nodes, and goes on with its chain after its keeper was killed", async () => {
    const up = await gx(["network", "up"]);
    expect(up.stderr).toBe("");
    expect(up.stdout).toMatch(/Nothing to first committed transaction: \d+\.\d s/);
    const before = await nodesOf();
    expect(before.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...["orderer0 running", "peer0-org1 running", "peer0-org2 running"],
      ...["chaincode-org1 running", "chaincode-org2 running"],
    ]);
    expect((await gx(["network", "restart", "peer0-org2"])).stdout).toContain("peer0-org2 takes calls again");
    expect((await gx(["network", "restart", "peer7"])).stderr).toContain("peer7 is no node of this network");
    expect((await gx(["network", "up"])).stdout).toContain("runs already");
    expect((await gx(["network", "up", "--fresh"])).stderr).toContain("End it first");

    const holder = lockHolder(networkFolder(home));
    if (!holder) throw new Error("nobody holds the network");
    process.kill(holder.pid, "SIGKILL");
    await eventually(async () => !(await Promise.all(before.map(({ port }) => isTaken(port)))).includes(true));
    expect((await gx(["network", "status"])).stdout).toContain("does not run");

    const again = await gx(["network", "up"]);
    expect(again.stdout).toContain("Start to first committed transaction");
    const [orderer] = await nodesOf();
    expect(orderer?.height).toBeGreaterThan(before[0]?.height ?? Infinity);
    expect((await gx(["network", "down"])).stdout).toContain("Stopped the network");
  }, 120_000);

  it("names a port that somebody else has, and the setting that moves it", async () => {
    const stranger = createServer().listen(port, "127.0.0.1");
    try {
      const { status, stderr } = await gx(["network", "up"]);
      expect(status).toBe(1);
      expect(stderr).toContain(`port ${port} of orderer0`);
      expect(stderr).toContain("NETWORK_PORT");
    } finally {
      await new Promise((resolve) => stranger.close(resolve));
    }
  });
});

interface Node {
  name: string;
  state: string;
  port: number;
  height?: number;
}

async function nodesOf(): Promise<Node[]> {
  const { stdout } = await gx(["network", "status", "--json"]);
  return (JSON.parse(stdout) as { nodes: Node[] }).nodes;
}
