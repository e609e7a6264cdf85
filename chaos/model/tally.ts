// What a run met: per command how often it was asked and committed, and with which codes it was refused.
import { commands } from "../../catalogue/index.js";
import { refusals, type RefusalCode } from "../../catalogue/refusals.js";
import type { WireOutcome } from "../../catalogue/wire.js";

export interface Line {
  readonly command: string;
  readonly asked: number;
  readonly committed: number;
  /** Code → how often. */
  readonly codes: Readonly<Record<string, number>>;
}

export interface Tally {
  /** Counts first executions; a repetition counts as such. */
  count(outcomes: readonly WireOutcome[]): void;
  asked(): number;
  committed(): number;
  repeats(): number;
  lines(): readonly Line[];
  /** Codes of the protocol that never came. */
  missing(): readonly RefusalCode[];
}

export function newTally(): Tally {
  const asked = new Map<string, number>();
  const committed = new Map<string, number>();
  const refused = new Map<string, Map<string, number>>();
  let repeats = 0;
  const add = (counts: Map<string, number>, key: string) => void counts.set(key, (counts.get(key) ?? 0) + 1);
  const all = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const known = new Set(commands.map(({ name }) => name));
  return {
    count: (outcomes) => {
      for (const { command, status, code, repeatOf } of outcomes) {
        const name = known.has(command) ? command : UNKNOWN;
        if (repeatOf !== undefined) {
          repeats += 1;
          continue;
        }
        add(asked, name);
        if (status === "committed") add(committed, name);
        else add(refused.get(name) ?? refused.set(name, new Map()).get(name)!, code ?? "");
      }
    },
    asked: () => all(asked),
    committed: () => all(committed),
    repeats: () => repeats,
    lines: () =>
      [...known, ...(asked.has(UNKNOWN) ? [UNKNOWN] : [])].map((command) => ({
        ...{ command, asked: asked.get(command) ?? 0, committed: committed.get(command) ?? 0 },
        codes: Object.fromEntries([...(refused.get(command) ?? [])].sort(([, a], [, b]) => b - a)),
      })),
    missing: () => {
      const met = new Set([...refused.values()].flatMap((codes) => [...codes.keys()]));
      return (Object.keys(refusals) as RefusalCode[]).filter((code) => !met.has(code));
    },
  };
}

const UNKNOWN = "(unknown)";
