// gx network: a real Fabric network on this machine, from Fabric's own programs (development only), and what one in a
// cluster is made with.
import type { Command } from "commander";
import { askControl } from "../network/control.js";
import { clearLeftovers } from "../network/guard.js";
import { supportedLines, type Line } from "../network/programs.js";
import { readConfig, type Config } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { join } from "node:path";
import { registerCluster } from "./fabric/verbs.js";
import { networkFolder } from "./network/options.js";
import { runNetwork, type RunOptions } from "./network/run.js";
import { networkTable, statusOfNetwork } from "./network/status.js";
import { bringUp } from "./network/up.js";
import { upgradeNetwork, type UpgradeOptions } from "./network/upgrade.js";
import { lockHolder } from "./system/lock.js";
import { goneWithin, send } from "./system/processes.js";
import { UsageError } from "./usage.js";

interface Given {
  orderers?: string;
  peers?: string;
  fabric?: string;
  fresh?: boolean;
}

export function register(program: Command): void {
  const network = program
    .command("network")
    .description("A real Fabric network on this machine, from Fabric's own programs; without Docker.");
  sized(network.command("up"))
    .description("Start the network and leave it running; the first time with keys, channel and chaincode.")
    .option("--fresh", "remove the network that stands, with its chain, and make a new one")
    .action(up);
  network.command("down").description("Stop the network; its chain stays.").action(down);
  network
    .command("status")
    .description("Show every node of the network. Exit status 1 when one does not run.")
    .option("--json", "for programs")
    .action(status);
  network
    .command("restart")
    .description("Stop and start nodes on their data; all of them when none is named.")
    .argument("[nodes...]", "names as `gx network status` shows them")
    .action(restart);
  network
    .command("upgrade")
    .description("Put the built chaincode on the channel of the running network, with the system working.")
    .option("--chaincode <folder>", "another chaincode than the one that was built: a folder with its package.json")
    .option("--undo", "put the previous chaincode back")
    .action((given: UpgradeOptions) => upgradeNetwork(developmentConfig(), given));
  sized(network.command("run", { hidden: true }))
    .description("Look after the network in the foreground; `gx network up` starts this.")
    .action((given: Given) => runNetwork(sizeOf(given)));
  registerCluster(network);
}

const sized = (command: Command): Command =>
  command
    .option("--orderers <n>", "1, 3 or 5 orderers (default 1)")
    .option("--peers <n>", "1 or 2 peers of each organization (default 1)")
    .option("--fabric <line>", `line of Fabric: ${supportedLines.join(" or ")} (default: the first that is found)`);

async function up({ fresh = false, ...given }: Given): Promise<void> {
  const config = developmentConfig();
  const profile = await bringUp(config, { ...sizeOf(given), fresh });
  console.log(`Profile      ${profile}`);
  const { advice } = await statusOfNetwork(config);
  if (advice !== undefined) console.log(advice);
  console.log("Start the system on it with: npm run gx -- up --network");
}

async function down(): Promise<void> {
  const folder = networkFolder(developmentConfig().home);
  const begin = Date.now();
  const holder = lockHolder(folder);
  if (holder) {
    send(holder, "SIGTERM");
    if (!(await goneWithin(holder, STOP_MS))) {
      throw new GxError("STOP", `process ${holder.pid} did not end; end it with: kill -9 ${holder.pid}`);
    }
  }
  const left = await clearLeftovers(join(folder, "pids"));
  const took = `${((Date.now() - begin) / 1_000).toFixed(1)} s`;
  if (holder) console.log(`Stopped the network in ${took}`);
  else console.log(left.length > 0 ? `Stopped what was left: ${left.join(", ")}` : "No network runs here");
}

const STOP_MS = 20_000;

async function status({ json }: { json?: boolean }): Promise<void> {
  const found = await statusOfNetwork(developmentConfig());
  console.log(json ? JSON.stringify(found, undefined, 2) : networkTable(found).join("\n"));
  process.exitCode = found.running && found.nodes.every(({ state }) => state === "running") ? 0 : 1;
}

async function restart(nodes: string[]): Promise<void> {
  const folder = networkFolder(developmentConfig().home);
  const begin = Date.now();
  const answer = await askControl(folder, { ask: "restart", with: nodes }, (line) => console.log(line));
  if (answer === undefined)
    throw new GxError("NETWORK", "no network runs here; start it with: npm run gx -- network up");
  console.log(`Restarted in ${((Date.now() - begin) / 1_000).toFixed(1)} s`);
}

function developmentConfig(): Config {
  const config = readConfig();
  if (config.env === "development") return config;
  throw new GxError("DEVELOPMENT_ONLY", `GX_ENV is ${config.env}: gx network is for development`);
}

function sizeOf({ orderers, peers, fabric }: Given): RunOptions {
  return {
    ...(orderers === undefined ? {} : { orderers: oneOf("--orderers", orderers, [1, 3, 5] as const) }),
    ...(peers === undefined ? {} : { peers: oneOf("--peers", peers, [1, 2] as const) }),
    ...(fabric === undefined ? {} : { line: lineOf(fabric) }),
  };
}

function oneOf<T extends number>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => String(value) === text);
  if (found !== undefined) return found;
  throw new UsageError(`${option}: ${text} is not one of ${allowed.join(", ")}`);
}

function lineOf(text: string): Line {
  const found = supportedLines.find((line) => line === text);
  if (found !== undefined) return found;
  throw new UsageError(`--fabric: ${text} is not one of ${supportedLines.join(", ")}`);
}
