// Processes across restarts: remembers a pid so that nobody else's process with the same number is ever taken for ours.
import { readFileSync, rmSync, writeFileSync } from "node:fs";

interface Mark {
  pid: number;
  /** Boot id and start time in clock ticks since boot: together with the pid unique. */
  started: string;
}

/** Writes who is running under `pid` into a file. */
export function remember(file: string, pid: number): void {
  const mark: Mark = { pid, started: startOf(pid) ?? "" };
  writeFileSync(file, JSON.stringify(mark));
}

export const forget = (file: string): void => rmSync(file, { force: true });

/** The pid in the file, if exactly that process still runs. Without /proc (other systems than Linux) undefined. */
export function stillRunning(file: string): number | undefined {
  try {
    const mark: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof mark !== "object" || mark === null || !("pid" in mark) || !("started" in mark)) return undefined;
    const { pid, started } = mark;
    return typeof pid === "number" && started !== "" && startOf(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces; field 22 is the start time, field 3 the state (Z = dead already).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${fields[19] ?? ""}`;
  } catch {
    return undefined;
  }
}
