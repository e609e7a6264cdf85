// A fault as a file: the transactions that show it, and running them again.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLedger } from "./ledger.js";
import type { Fault } from "./one-sequence.js";
import type { ModelDatabase } from "./rows.js";
import { walkLog, type Log, type Walked } from "./sequence.js";

/** What a file of a fault holds. */
export interface Kept {
  readonly check: string;
  readonly differences: readonly string[];
  readonly seed: number;
  readonly theme: string;
  readonly log: Log;
}

/** Writes the fault; returns the path. */
export function keepFault(folder: string, seed: number, { check, differences, theme, log }: Fault): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `model-${seed}-${check.replaceAll(/[^a-z0-9]+/gi, "-")}.json`);
  const kept: Kept = { check, differences: differences.slice(0, 20), seed, theme, log };
  writeFileSync(path, `${JSON.stringify(kept, null, 2)}\n`);
  return path;
}

interface Replayed {
  /** Another bundle than what the last build made for peers. */
  readonly bundle?: string;
  /** Without it the projector is left out. */
  readonly database?: () => Promise<ModelDatabase>;
}

/** Runs the transactions of a log once. */
export async function replayLog(log: Log, { bundle, database }: Replayed): Promise<Walked> {
  const ledger = await openLedger(bundle);
  const own = await database?.();
  try {
    return await walkLog(log, { ledger, database: own });
  } finally {
    await own?.close();
    await ledger.close();
  }
}
