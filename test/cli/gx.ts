// Calls the command line from its sources, in a home of its own and on ports of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dataFolder } from "../../cli/ground/postgres.js";
import { runningPart } from "../../cli/system/pidfile.js";
import { workerOffset } from "../environment.js";

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Call {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** What was printed so far. */
  stdout(): string;
  /** Resolves when stdout holds a text; rejects when the command ends before. */
  says(text: string): Promise<void>;
}

/** Ports of these suites: their system stands beside any other. */
export const PORT_OFFSET = String(workerOffset);

export interface Home {
  path: string;
  env: Record<string, string>;
  call(...args: string[]): Call;
  run(...args: string[]): Promise<Ended>;
  pidOf(part: string): number;
  /** Stops whatever runs and removes the folder. */
  remove(): Promise<void>;
}

export function newHome(): Home {
  const path = mkdtempSync(join(tmpdir(), "gx-home-"));
  const env = { GX_HOME: path, GX_PORT_OFFSET: PORT_OFFSET, GX_ENV: "" };
  const call = (...args: string[]) => callGx(args, env);
  const home: Home = {
    path,
    env,
    call,
    run: (...args) => call(...args).ended,
    pidOf: (part) => (JSON.parse(readFileSync(join(path, "pids", `${part}.json`), "utf8")) as { pid: number }).pid,
    remove: async () => {
      await home.run("stop");
      rmSync(dataFolder(path), { recursive: true, force: true });
      rmSync(path, { recursive: true, force: true });
    },
  };
  return home;
}

export function callGx(args: readonly string[], env: Record<string, string>): Call {
  const child = spawn(process.execPath, ["--import", "tsx", "cli/index.ts", ...args], {
    env: { ...process.env, ...env },
  });
  let stdout = "";
  let stderr = "";
  let over = false;
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (status) => {
      over = true;
      resolve({ status, stdout, stderr });
    });
  });
  const says = async (text: string) => {
    while (!stdout.includes(text)) {
      if (over) throw new Error(`ended without saying "${text}":\n${stdout}\n${stderr}`);
      await sleep(20);
    }
  };
  return { child, ended, stdout: () => stdout, says };
}

export const runs = (home: Home, part: string): boolean => runningPart(home.path, part) !== undefined;
