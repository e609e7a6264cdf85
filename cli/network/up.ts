// gx network up: starts the process that looks after the network, shows how it comes to be, and leaves it running.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askControl } from "../../network/control.js";
import { networkSteps, type NetworkStep } from "../../network/network.js";
import { clearLeftovers } from "../../network/guard.js";
import { chosenInstallation, type Installation } from "../../network/programs.js";
import { readState } from "../../network/state.js";
import { environment, type Config } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";
import { openBoard, type Board } from "../system/board.js";
import { ownEntry } from "../system/entry.js";
import { lockHolder } from "../system/lock.js";
import { isRunning } from "../system/processes.js";
import { networkFolder } from "./options.js";
import { DOWN, type RunOptions, type Told } from "./run.js";

export interface UpOptions extends RunOptions {
  /** Remove the network that stands, with its chain. */
  fresh: boolean;
}

/** Brings the network up where it does not run; resolves with the profile's path when transactions are committed. */
export async function bringUp(config: Config, options: UpOptions): Promise<string> {
  const home = networkFolder(config.home);
  const holder = lockHolder(home);
  if (holder && options.fresh) {
    throw new GxError("NETWORK", `the network runs as process ${holder.pid}. End it first with: ${DOWN}`);
  }
  const profile = join(home, "wallets", "profile.json");
  if (holder) {
    // It may just be starting: its keeper answers from its first transaction on.
    while (isRunning(holder) && (await askControl(home, { ask: "nodes" })) === undefined) await sleep(100);
    if (!isRunning(holder))
      throw new GxError("NETWORK", `the network ended; ${join(home, "logs", "network.log")} says why`);
    console.log(`The network runs already as process ${holder.pid}`);
    return profile;
  }
  const installation = installationFor(home, options);
  if (options.fresh) {
    await clearLeftovers(join(home, "pids"));
    rmSync(home, { recursive: true, force: true });
  }
  return start(config, { ...options, line: installation.line });
}

/** The programs of the line that the standing network was made with, where nothing else is asked. */
function installationFor(home: string, { line, fresh }: UpOptions): Installation {
  const standing = fresh ? undefined : readState(home)?.line;
  return chosenInstallation(environment(), line ?? standing);
}

async function start(config: Config, options: RunOptions): Promise<string> {
  const home = networkFolder(config.home);
  const begin = Date.now();
  const standing = readState(home)?.deployed === true;
  const board = openBoard(networkSteps.map((name) => ({ name, after: [] })));
  const child = launch(config, home, options);
  const interrupted = () => void child.kill("SIGTERM");
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  try {
    const profile = await told(child, board);
    const seconds = ((Date.now() - begin) / 1_000).toFixed(1);
    board.say(`${standing ? "Start" : "Nothing"} to first committed transaction: ${seconds} s`);
    return profile;
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

/** In a session of its own: it outlives the terminal. */
function launch(config: Config, home: string, { line, orderers, peers }: RunOptions): ChildProcess {
  mkdirSync(join(home, "logs"), { recursive: true });
  const log = openSync(join(home, "logs", "network.log"), "a", 0o600);
  const asked = [
    ...(line === undefined ? [] : ["--fabric", line]),
    ...(orderers === undefined ? [] : ["--orderers", String(orderers)]),
    ...(peers === undefined ? [] : ["--peers", String(peers)]),
  ];
  const child = spawn(process.execPath, [...ownEntry(config.root), "network", "run", ...asked], {
    detached: true,
    env: environment({ GX_ENV: config.env, GX_HOME: config.home }),
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return child;
}

function told(child: ChildProcess, board: Board): Promise<string> {
  let current: NetworkStep | undefined;
  const reached = (step: NetworkStep | undefined) => {
    if (current !== undefined) board.set(current, "done");
    current = step;
    if (step !== undefined) board.set(step, "starting");
  };
  return new Promise((resolve, reject) => {
    const failed = (message: string) => {
      if (current !== undefined) board.set(current, "failed", message);
      board.done();
      reject(new GxError("NETWORK", message));
    };
    child.once("exit", (status, signal) => failed(`the network ended while it started (${signal ?? status ?? 0})`));
    child.once("error", (error) => failed(error.message));
    child.on("message", (message) => {
      const said = message as Told;
      if ("step" in said) return reached(said.step);
      child.removeAllListeners("exit");
      child.disconnect();
      child.unref();
      if ("fault" in said) return failed(said.fault);
      reached(undefined);
      board.done();
      resolve(said.usable);
    });
  });
}
