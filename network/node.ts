// One process of the network, looked after: started again when it dies, ended when it should. Knows nothing of Fabric.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { forget, remember } from "../ledger/processes.js";
import type { Log } from "../ledger/log.js";
import { networkFault } from "./errors.js";

export type NodeState = "running" | "starting" | "waiting" | "stopped";

export interface NodeProcess {
  pid: number | undefined;
  /** Resolves when it has ended. */
  ended: Promise<void>;
  /** Asks it to end, kills it after a while; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface NodePlan {
  name: string;
  kind: "orderer" | "peer" | "chaincode";
  port: number;
  /** Undefined for one that tells nothing of itself. */
  operationsPort: number | undefined;
  start(): NodeProcess;
  /** Whether it takes calls now. */
  answers(): Promise<boolean>;
  /** Its last words, and where the others stand. */
  said(): string;
}

export interface WatchedNode extends Pick<NodePlan, "name" | "kind" | "port" | "operationsPort"> {
  pid(): number | undefined;
  state(): NodeState;
  /** Starts it where it does not run; resolves when it takes calls. */
  start(): Promise<void>;
  /** Ends it; it stays down until it is started. */
  stop(): Promise<void>;
  /** Sends a signal to the process, whatever it does with it. */
  kill(signal: NodeJS.Signals): void;
}

export interface Watching {
  /** Whether a node that ends by itself is started again. */
  revive: boolean;
  log: Log;
}

const PAUSE_MS = { first: 100, most: 5_000 };
const STOP_MS = 8_000;

export function watch(plan: NodePlan, { revive, log }: Watching): WatchedNode {
  const { name, kind, port, operationsPort } = plan;
  let wanted = false;
  let current: NodeProcess | undefined;
  let ready = false;
  let starting: Promise<boolean> | undefined;

  /** Starts the process; true when it takes calls, false when it ended before. */
  const launch = async (): Promise<boolean> => {
    const mine = plan.start();
    current = mine;
    let ended = false;
    const over = mine.ended.then(() => {
      ended = true;
      ready = false;
      current = undefined;
    });
    for (;;) {
      if (ended) return false;
      if (await plan.answers()) break;
      await Promise.race([over, sleep(20)]);
    }
    ready = true;
    void over.then(() => (wanted ? again(mine.pid) : undefined));
    return true;
  };
  const again = async (pid: number | undefined): Promise<void> => {
    log.warn({ node: name, pid }, "a node of the network ended");
    for (let pause = PAUSE_MS.first; wanted && revive; pause = Math.min(PAUSE_MS.most, pause * 2)) {
      await sleep(pause);
      if (!wanted || current !== undefined || (await once())) return;
    }
  };
  const once = (): Promise<boolean> => {
    starting ??= launch().finally(() => (starting = undefined));
    return starting;
  };

  return {
    ...{ name, kind, port, operationsPort },
    pid: () => current?.pid,
    state: () => {
      if (current) return ready ? "running" : "starting";
      return wanted && revive ? "waiting" : "stopped";
    },
    start: async () => {
      wanted = true;
      if (current !== undefined && ready) return;
      if (!(await once()) && wanted) {
        wanted = false;
        throw networkFault(`${name} ended at its start: ${plan.said()}`);
      }
    },
    stop: async () => {
      wanted = false;
      await current?.stop();
    },
    kill: (signal) => {
      if (current?.pid !== undefined) process.kill(current.pid, signal);
    },
  };
}

export const startAll = async (nodes: readonly WatchedNode[]): Promise<void> => {
  await Promise.all(nodes.map((node) => node.start()));
};

export const stopAll = async (nodes: readonly WatchedNode[]): Promise<void> => {
  await Promise.all(nodes.map((node) => node.stop()));
};

export interface Program {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  logFile: string;
  pidFile: string;
}

/** Starts a program that writes its own log file, so that it needs nobody who reads. */
export function startProgram({ command, args, cwd, env, logFile, pidFile }: Program): NodeProcess {
  for (const file of [logFile, pidFile]) mkdirSync(dirname(file), { recursive: true });
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", log, log] });
  closeSync(log);
  if (child.pid !== undefined) remember(pidFile, child.pid);
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      forget(pidFile);
      resolve();
    };
    child.once("close", end);
    child.once("error", end);
  });
  return {
    pid: child.pid,
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      // One that was paused hears nothing until it goes on.
      child.kill("SIGCONT");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** The last lines of a log file, with its name. */
export function lastWords(logFile: string): string {
  const lines = existsSync(logFile) ? readFileSync(logFile, "utf8").trim().split("\n") : [];
  // A program of Go ends with its stack; what it said stands before.
  const panic = lines.findLastIndex((line) => /panic|PANI|FATA|Error:/.test(line));
  const told = panic < 0 ? lines.slice(-2) : lines.slice(panic, panic + 1);
  return `${told.join(" / ").slice(0, 500) || "it said nothing"} (${logFile})`;
}
