// CPU time of processes, as the kernel counts it.
import { readFileSync } from "node:fs";

/** Of the kernel's clock, in which /proc counts. */
const TICK_MS = 10;

/** CPU time of a process so far, milliseconds; 0 for one that has gone. */
export function cpuOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}
