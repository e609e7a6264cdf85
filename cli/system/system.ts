// The parts of one home as a whole: started as soon as what they need is ready, stopped in reverse.
import type { Board } from "./board.js";
import type { Step, Task } from "./part.js";
import { supervise, type Supervised, type Watcher } from "./supervise.js";

export interface System {
  /** Starts every part and returns when all are ready. @throws GxError START naming the part and its last words. */
  start(): Promise<void>;
  restart(names: readonly string[]): Promise<void>;
  stop(): Promise<void>;
  kill(): void;
}

export function openSystem(home: string, steps: readonly Step[], board: Board): System {
  const watcher: Watcher = {
    home,
    say: board.say,
    changed: ({ name }, state, detail) => board.set(name, state, detail),
  };
  const started = new Map<string, Supervised>();
  const inReverse = () => [...steps].reverse().flatMap(({ name }) => started.get(name) ?? []);
  const stopping = new AbortController();
  const { signal } = stopping;
  const begin = async (step: Step, needs: readonly Promise<void>[]) => {
    await Promise.all(needs);
    if (signal.aborted) return;
    if ("run" in step) return runTask(step, board, signal);
    const supervised = supervise(step, watcher);
    started.set(step.name, supervised);
    await supervised.ready;
  };
  const start = async () => {
    const ready = new Map<string, Promise<void>>();
    for (const step of steps) {
      const needs = step.after.flatMap((name) => ready.get(name) ?? []);
      ready.set(step.name, begin(step, needs));
    }
    await Promise.all(ready.values());
  };
  return {
    start,
    restart: async (names) => {
      const before = steps.filter((step): step is Task => "run" in step && names.includes(step.for));
      for (const { run } of before) await run({ say: board.say, signal });
      const parts = names.flatMap((name) => started.get(name) ?? []);
      await Promise.all(parts.map((part) => part.restart()));
    },
    stop: async () => {
      stopping.abort();
      for (const part of inReverse()) await part.stop();
    },
    kill: () => {
      stopping.abort();
      for (const part of inReverse()) part.kill();
    },
  };
}

async function runTask({ name, run }: Task, board: Board, signal: AbortSignal): Promise<void> {
  board.set(name, "starting");
  await run({ say: board.say, signal });
  board.set(name, "done");
}
