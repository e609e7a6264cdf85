// Processes of this machine by pid: alive, since when, what; and how one of ours is ended.
// Never signal a pid that was not proved to be ours by its start time.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Tells a process from a later one with the same pid; undefined when there is none (a zombie is none). */
export function startOf(pid: number): string | undefined {
  if (!existsSync("/proc/self/stat")) return psField(pid, "lstart=");
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command stands in parentheses and may hold anything; after it: state, …, start time as 20th field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : `${bootId()}-${fields[19] ?? ""}`;
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
}

/** The command line of a process with spaces between the arguments; empty when there is none. */
export function commandLineOf(pid: number): string {
  if (!existsSync("/proc/self/stat")) return psField(pid, "command=") ?? "";
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

/** Memory of a process and all that it started, in bytes; undefined when unknown. */
export function memoryOfTree(pid: number): number | undefined {
  const own = memoryOf(pid);
  return childrenOf(pid).reduce((sum: number | undefined, child) => add(sum, memoryOfTree(child)), own);
}

function add(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a + b;
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Memory of a process in bytes: its proportional share on Linux, resident elsewhere; undefined when unknown. */
function memoryOf(pid: number): number | undefined {
  try {
    const share = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return share === undefined ? undefined : Number(share) * 1_024;
  } catch {
    const resident = psField(pid, "rss=");
    return resident === undefined ? undefined : Number(resident) * 1_024;
  }
}

function psField(pid: number, field: string): string | undefined {
  try {
    return execFileSync("ps", ["-o", field, "-p", String(pid)], { stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

/** A process that was seen running. */
export interface Seen {
  pid: number;
  started: string;
}

export function isRunning({ pid, started }: Seen): boolean {
  return startOf(pid) === started;
}

/** Resolves with true as soon as the process is gone, with false after `limitMs`. */
export async function goneWithin(seen: Seen, limitMs: number): Promise<boolean> {
  for (const end = Date.now() + limitMs; isRunning(seen); await sleep(20)) {
    if (Date.now() > end) return false;
  }
  return true;
}

/** Asks with `signal`, waits `limitMs`, then kills. Resolves when the process is gone. */
export async function endProcess(seen: Seen, signal: NodeJS.Signals, limitMs: number): Promise<void> {
  send(seen, signal);
  if (await goneWithin(seen, limitMs)) return;
  send(seen, "SIGKILL");
  await goneWithin(seen, 5_000);
}

/** Signals a process if it is still the one that was seen. */
export function send(seen: Seen, signal: NodeJS.Signals): void {
  if (!isRunning(seen)) return;
  try {
    process.kill(seen.pid, signal);
  } catch {
    // It ended between the two calls.
  }
}
