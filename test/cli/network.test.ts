// gx network as a person uses it, on the first line of Fabric that is here; without any, what it says then.
import { createServer } from "node:net";
import { networkFolder } from "../../cli/network/options.js";
import { lockHolder } from "../../cli/system/lock.js";
import { findInstallations } from "../../network/programs.js";
import { isTaken } from "../../ledger/ports.js";
import { eventually } from "../environment.js";
import { newHome, PORT_OFFSET, type Home } from "./gx.js";

const FIRST_PORT = 8055 + Number(PORT_OFFSET);

let home: Home;
beforeEach(() => (home = newHome()));
afterEach(async () => {
  await home.run("network", "down");
  await home.remove();
});

it("names what is missing and how it is installed where there are no programs of Fabric", async () => {
  home.env["FABRIC_BIN"] = home.path;
  const { status, stderr } = await home.run("network", "up");
  expect(status).toBe(1);
  expect(stderr).toContain(`FABRIC_BIN (${home.path})`);
  expect(stderr).toContain("Fabric 2.5.x or 3.1.x");
  expect(stderr).toContain("https://hyperledger-fabric.readthedocs.io/");
});

it("refuses a size and a line that no network has", async () => {
  expect((await home.run("network", "up", "--orderers", "2")).status).toBe(2);
  expect((await home.run("network", "up", "--peers", "3")).status).toBe(2);
  expect((await home.run("network", "up", "--fabric", "3.0")).stderr).toContain("--fabric: 3.0 is not one of 2.5, 3.1");
});

it("says that nothing runs, and stops nothing", async () => {
  expect(await home.run("network", "status")).toMatchObject({ status: 1, stdout: "No network was made here\n" });
  expect(await home.run("network", "down")).toMatchObject({ status: 0, stdout: "No network runs here\n" });
  expect((await home.run("network", "restart")).stderr).toContain("start it with: npm run gx -- network up");
});

const known = findInstallations(process.env).length > 0;
(known ? describe : describe.skip)("with the programs of Fabric", () => {
  it("leaves a network running that restarts nodes, and goes on with its chain after its keeper was killed", async () => {
    const up = await home.run("network", "up");
    expect(up.stderr).toBe("");
    expect(up.stdout).toMatch(/Nothing to first committed transaction: \d+\.\d s/);
    const before = await nodesOf(home);
    expect(before.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...["orderer0 running", "peer0-org1 running", "peer0-org2 running"],
      ...["chaincode-org1 running", "chaincode-org2 running"],
    ]);
    expect((await home.run("network", "restart", "peer0-org2")).stdout).toContain("peer0-org2 takes calls again");
    expect((await home.run("network", "restart", "peer7")).stderr).toContain("peer7 is no node of this network");
    expect((await home.run("network", "up")).stdout).toContain("runs already");
    expect((await home.run("network", "up", "--fresh")).stderr).toContain("End it first");

    const holder = lockHolder(networkFolder(home.path));
    if (!holder) throw new Error("nobody holds the network");
    process.kill(holder.pid, "SIGKILL");
    await eventually(async () => !(await Promise.all(before.map(({ port }) => isTaken(port)))).includes(true));
    expect((await home.run("network", "status")).stdout).toContain("does not run");

    const again = await home.run("network", "up");
    expect(again.stdout).toContain("Start to first committed transaction");
    const [orderer] = await nodesOf(home);
    expect(orderer?.height).toBeGreaterThan(before[0]?.height ?? Infinity);
    expect((await home.run("network", "down")).stdout).toContain("Stopped the network");
  });

  it("names a port that somebody else has, and the setting that moves it", async () => {
    const stranger = createServer().listen(FIRST_PORT, "127.0.0.1");
    try {
      const { status, stderr } = await home.run("network", "up");
      expect(status).toBe(1);
      expect(stderr).toContain(`port ${FIRST_PORT} of orderer0`);
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

async function nodesOf({ run }: Home): Promise<Node[]> {
  const { stdout } = await run("network", "status", "--json");
  return (JSON.parse(stdout) as { nodes: Node[] }).nodes;
}
