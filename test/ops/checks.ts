// Checks of operations: jest tests that say in their title which check of which section they are, and at which level.
// Id, level and sentence stand in the call itself: docs/operations/checks.md is printed from the sources, without a run.
import { whyNot, type Program } from "./programs.js";

/** What runs: jest alone, promtool and amtool, an API server, databases, the development ledger, Fabric, Prometheus itself. */
export type Level = "U" | "P" | "K" | "D" | "L" | "F" | "M";

type Run = () => unknown;

export interface Conditions {
  /** Programs without which the check cannot run: it is then skipped, under a title that names them. */
  readonly needs?: readonly Program[];
  /** Another reason why it cannot run here; undefined: there is none. */
  readonly unless?: string | undefined;
  /** Time for the check, where jest's own is too short. */
  readonly timeoutMs?: number;
}

/** `id`: as the specification numbers it, "OPS-2.4". Several checks may share an id and a level. `sentence`: what holds. */
export function check(id: string, level: Level, sentence: string, run: Run, timeoutMs?: number): void {
  it(titleOf(id, level, sentence), async () => void (await run()), timeoutMs);
}

/** As check, where it can run; else it is there as a skipped one whose title says why. */
export function checkWith(conditions: Conditions, id: string, level: Level, sentence: string, run: Run): void {
  const reason = whyNot(conditions.needs ?? []) ?? conditions.unless;
  if (reason === undefined) check(id, level, sentence, run, conditions.timeoutMs);
  else it.skip(`SKIPPED: ${id} ${level}: ${reason} (${sentence})`, () => undefined);
}

export const titleOf = (id: string, level: Level, sentence: string): string => `${id} ${level}: ${sentence}`;
