// GX_HOME/pids/<process>.json: which process of this system runs where, so that the next start finds what a crash left.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandLineOf, isRunning, startOf, type Seen } from "./processes.js";

/** Everything that has a pid file, in the order of the start. */
export const partNames = [
  "postgres",
  "redis",
  "chaincode",
  "ledger",
  "subgraphs",
  "submitter",
  "projector",
  "gateway",
  "up",
] as const;

export interface PidFile extends Seen {
  /** The main port; 0 where there is none. */
  port: number;
}

const fileOf = (home: string, name: string) => join(home, "pids", `${name}.json`);

/** Remembers a process. Does nothing when it is already gone. */
export function writePid(home: string, name: string, pid: number, port: number): void {
  const started = startOf(pid);
  if (started === undefined) return;
  mkdirSync(join(home, "pids"), { recursive: true });
  const draft = `${fileOf(home, name)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ pid, started, port })}\n`);
  renameSync(draft, fileOf(home, name));
}

/** Forgets a process, unless another one took its place. */
export function removePid(home: string, name: string, pid: number): void {
  if (readPid(home, name)?.pid === pid) rmSync(fileOf(home, name), { force: true });
}

export function readPid(home: string, name: string): PidFile | undefined {
  try {
    const { pid, started, port } = JSON.parse(readFileSync(fileOf(home, name), "utf8")) as Partial<PidFile>;
    return pid === undefined || started === undefined ? undefined : { pid, started, port: port ?? 0 };
  } catch {
    return undefined;
  }
}

const commands: Readonly<Record<string, RegExp>> = {
  postgres: /postgres/,
  redis: /(redis|valkey)-server/,
  chaincode: /chaincode|index\.cjs/,
  up: /\bup\b/,
};

/** The process of a pid file, if it still runs: same pid, same start time, a command line that fits. */
export function runningPart(home: string, name: string): PidFile | undefined {
  const file = readPid(home, name);
  if (!file || !isRunning(file)) return undefined;
  const expected = commands[name] ?? new RegExp(`start ${name}\\b`);
  return expected.test(commandLineOf(file.pid)) ? file : undefined;
}

/** Removes the files of processes that are gone. */
export function sweepPids(home: string): void {
  for (const name of partNames) {
    if (existsSync(fileOf(home, name)) && !runningPart(home, name)) rmSync(fileOf(home, name), { force: true });
  }
}
