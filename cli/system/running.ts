// A process that the system looks after: one that it started, or one that an earlier start left and that was adopted.
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess, isRunning, send, startOf, type Seen } from "./processes.js";

export interface Running {
  pid: number;
  /** Resolves with the reason when the process has ended, whoever ended it. */
  exited: Promise<string>;
  /** Asks it to end and waits; kills after the limit. */
  stop(): Promise<void>;
  kill(): void;
}

export interface StopRule {
  signal: NodeJS.Signals;
  /** Milliseconds between asking and killing. */
  limitMs: number;
}

export interface Launch {
  command: string;
  args: readonly string[];
  options: Pick<SpawnOptions, "cwd" | "env" | "uid" | "gid">;
  rule: StopRule;
  /** Gets everything that the process writes. */
  output: (chunk: Buffer) => void;
}

/**
 * Starts a process in a group of its own: Ctrl-C on the terminal reaches only us, and we stop in order.
 * @throws when the program cannot be started at all.
 */
export async function launch({ command, args, options, rule, output }: Launch): Promise<Running> {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", output);
  child.stderr.on("data", output);
  const exited = endOf(child);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    exited,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill(rule.signal);
      const late = setTimeout(() => killGroup(pid), rule.limitMs);
      await exited;
      clearTimeout(late);
    },
    kill: () => killGroup(pid),
  };
}

/** Looks after a process that is not our child. */
export function adopt(seen: Seen, rule: StopRule): Running {
  const watch = async () => {
    while (isRunning(seen)) await sleep(100);
    return "ended";
  };
  return {
    pid: seen.pid,
    exited: watch(),
    stop: () => endProcess(seen, rule.signal, rule.limitMs),
    kill: () => send(seen, "SIGKILL"),
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("close", (status, signal) => resolve(signal === null ? `exit status ${status ?? 0}` : signal));
  });
}

function killGroup(pid: number): void {
  if (startOf(pid) === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group ended between the two calls.
  }
}
