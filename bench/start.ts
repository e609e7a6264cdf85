// How long a start and a stop take, and how much memory the idle system holds: medians over some rounds, seconds and MB.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { newSystem, type System } from "./system.js";
import { median, type Report } from "./report.js";

const ROUNDS = 3;
const IDLE_MS = 60_000;
const LIMITS = { first: 25, later: 8, stop: 10, memory: 1_000 };

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return (performance.now() - begin) / 1_000;
}

interface Status {
  readonly pid: number;
  readonly parent: number;
}

function processes(): Status[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, "utf8");
        return [{ pid: Number(name), parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) }];
      } catch {
        return [];
      }
    });
}

/** Proportional set size of a process and everything below it, in MB. */
function memoryOfTree(top: number): number {
  const all = processes();
  const below = (pid: number): number[] => [
    pid,
    ...all.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid)),
  ];
  const kilobytes = below(top).map((pid) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return kilobytes.reduce((sum, next) => sum + next, 0) / 1_000;
}

/** Runs the benchmark; the build is done, so no figure holds it. */
export async function start(say: (line: string) => void): Promise<Report> {
  const taken = { first: [] as number[], later: [] as number[], stop: [] as number[], memory: [] as number[] };
  for (let round = 1; round <= ROUNDS; round++) {
    let system: System | undefined;
    try {
      taken.first.push(await seconds(async () => (system = await newSystem(1300))));
      const running = system as unknown as System;
      if (round === ROUNDS) {
        say(`waiting ${IDLE_MS / 1_000} s for an idle system …`);
        await sleep(IDLE_MS);
        taken.memory.push(memoryOfTree(running.pid("up")));
      }
      taken.stop.push(await seconds(() => running.stop()));
      taken.later.push(await seconds(() => running.start()));
      taken.stop.push(await seconds(() => running.stop()));
    } finally {
      await system?.remove();
    }
    say(
      `round ${round}: first ${taken.first.at(-1)?.toFixed(1)} s, later ${taken.later.at(-1)?.toFixed(1)} s, stop ${taken.stop.at(-1)?.toFixed(1)} s`,
    );
  }
  const shares = [
    LIMITS.first / median(taken.first),
    LIMITS.later / median(taken.later),
    LIMITS.stop / median(taken.stop),
    LIMITS.memory / median(taken.memory),
  ];
  return {
    name: "start",
    sentence: `Start and stop of the whole system with the set-up of a newcomer; memory is the sum of PSS of the process tree, idle.`,
    rows: [
      { measure: `first start (limit ${LIMITS.first} s)`, values: taken.first, unit: "s" },
      { measure: `later start (limit ${LIMITS.later} s)`, values: taken.later, unit: "s" },
      { measure: `stop (limit ${LIMITS.stop} s)`, values: taken.stop, unit: "s" },
      { measure: `memory after 60 s idle (limit ${LIMITS.memory} MB)`, values: taken.memory, unit: "MB" },
    ],
    ratios: [{ measure: "limit / measured, the tightest", value: Math.min(...shares), atLeast: 1 }],
  };
}
