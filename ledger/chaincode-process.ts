// The chaincode's child process: `fabric-chaincode-node server`, unchanged. It ends when this process is gone.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { environment } from "../platform/config.js";
import { ledgerFault } from "./errors.js";
import type { Log } from "./log.js";
import { isTaken } from "./ports.js";
import { forget, remember, stillRunning } from "./processes.js";

export interface ProcessOptions {
  /** Folder with package.json whose main exports the contracts. */
  path: string;
  /** Package id under which the chaincode registers. */
  id: string;
  mspId: string;
  /** Port that the child listens on, 127.0.0.1. */
  port: number;
  /** File that remembers the child's pid. */
  pidFile: string;
  log: Log;
}

export interface ChaincodeProcess {
  pid: number | undefined;
  /** Its last lines, without stack frames. */
  said(): string;
  /** True until it has ended. */
  alive(): boolean;
  /** Resolves when it has ended. */
  ended: Promise<void>;
  /** Lets it end by itself for 2 s, then kills it. */
  stop(): Promise<void>;
}

/** Ends an own child that a crash left over; refuses a port that somebody else holds. @throws GxError LEDGER */
export async function claimChaincode({ path, pidFile, port }: ProcessOptions): Promise<void> {
  if (!existsSync(join(path, "package.json"))) {
    throw ledgerFault(`there is no chaincode in ${path} (package.json is missing); run: npm run build`);
  }
  const left = stillRunning(pidFile);
  if (left !== undefined) process.kill(left, "SIGKILL");
  // The child of a ledger that was just killed may need a moment to notice.
  for (let tries = 0; await isTaken(port); tries += 1) {
    if (tries === 40) throw ledgerFault(`port ${port} for the chaincode is taken by another program`);
    await pause(50);
  }
}

// Loaded before the shim's own command line: standard input is the tie to this process.
const END_WITH_PARENT = 'data:text/javascript,process.stdin.resume().on("end",()=>process.exit(0))';
const KEPT_LINES = 20;

export function startProcess(options: ProcessOptions): ChaincodeProcess {
  const lines: string[] = [];
  const child = spawnShim(options);
  const hear = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  };
  const listen = (data: Buffer): void => {
    for (const line of data.toString().split("\n")) {
      if (line.trim() === "") continue;
      options.log.warn({ line }, "chaincode said");
      if (!/^\s+at /.test(line)) hear(line);
    }
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  child.stdin?.on("error", () => undefined);
  let alive = true;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      alive = false;
      resolve();
    };
    child.once("close", end);
    child.once("error", (error) => {
      hear(error.message);
      end();
    });
  });
  if (child.pid !== undefined) remember(options.pidFile, child.pid);
  return {
    pid: child.pid,
    said: () => lines.join("\n") || "nothing",
    alive: () => alive,
    ended,
    stop: async () => {
      child.stdin?.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 2_000);
      await ended;
      clearTimeout(timer);
      forget(options.pidFile);
    },
  };
}

function spawnShim({ path, id, mspId, port }: ProcessOptions): ChildProcess {
  const shim = createRequire(import.meta.url).resolve("fabric-shim/cli.js");
  const argv = ["--no-deprecation", "--max-semi-space-size=8", "--import", END_WITH_PARENT, shim, "server"];
  return spawn(process.execPath, [...argv, "--chaincode-address", `127.0.0.1:${port}`, "--chaincode-id", id], {
    cwd: path,
    stdio: ["pipe", "pipe", "pipe"],
    // Contracts see no setting and no secret of this process.
    env: { PATH: environment()["PATH"] ?? "", CORE_PEER_LOCALMSPID: mspId, CORE_CHAINCODE_LOGGING_LEVEL: "error" },
  });
}
