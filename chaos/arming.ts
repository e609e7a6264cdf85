// The other side of kill-hook.mjs: arms a boundary for the processes that were started under it, and reads what happened.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../platform/config.js";

export interface Arming {
  /** What processes have to see to be under the hook. */
  readonly settings: Readonly<Record<string, string>>;
  /** The next process of this name that passes the point for the n-th time ends there; returns the number of the order. */
  arm(process: string, point: string, nth?: number): number;
  disarm(process: string): void;
  /** Whether somebody ended at this order. */
  isKilled(order: number): boolean;
  /** `<process> <point>` of everything that was passed. */
  passed(): ReadonlySet<string>;
}

export function newArming(folder: string): Arming {
  mkdirSync(folder, { recursive: true });
  let orders = 0;
  const fileOf = (process: string) => join(folder, `armed-${process}.json`);
  const linesOf = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  };
  return {
    settings: {
      NODE_OPTIONS: `--import=${pathToFileURL(join(root, "chaos", "kill-hook.mjs")).href}`,
      GX_KILL_HOOK: folder,
    },
    arm: (process, point, nth = 1) => {
      orders += 1;
      const draft = `${fileOf(process)}.draft`;
      writeFileSync(draft, JSON.stringify({ id: orders, point, nth }));
      renameSync(draft, fileOf(process));
      return orders;
    },
    disarm: (process) => rmSync(fileOf(process), { force: true }),
    isKilled: (order) => linesOf("killed.txt").some((line) => (JSON.parse(line) as { id: number }).id === order),
    passed: () => new Set(linesOf("passed.txt")),
  };
}
