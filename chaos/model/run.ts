// Random sequences of commands of all domains, one after the other, until enough were executed or something does not hold.
import { openLedger, type Ran } from "./ledger.js";
import { oneSequence, type Fault } from "./one-sequence.js";
import type { ModelDatabase } from "./rows.js";
import { newTally, type Tally } from "./tally.js";
import { themes } from "./theme.js";
import { nextTheme } from "./turn.js";

export interface Options {
  /** Least number of commands that are executed. */
  readonly commands: number;
  readonly seed: number;
  /** Gives an empty database for each sequence; without it the projector is left out. */
  readonly database?: () => Promise<ModelDatabase>;
  /** Another bundle than what the last build made for peers. */
  readonly bundle?: string;
  /** Only sequences about these themes. */
  readonly themes?: readonly string[];
  /** Milliseconds to make a fault smaller. */
  readonly shrinkMs?: number;
  /** Ends the run after the sequence in hand. */
  readonly signal?: AbortSignal;
  /** Told after every sequence. */
  readonly progress?: (done: Progress) => void;
}

export interface Progress {
  readonly sequences: number;
  readonly commands: number;
  readonly committed: number;
}

export interface Modelled {
  readonly tally: Tally;
  readonly sequences: number;
  readonly transactions: number;
  readonly conflicts: number;
  readonly fault: Fault | undefined;
}

export async function runModel(options: Options): Promise<Modelled> {
  const ledger = await openLedger(options.bundle);
  const tally = newTally();
  const counts = { sequences: 0, transactions: 0 };
  const chosen = themes.filter(({ name }) => !options.themes || options.themes.includes(name));
  let next = options.database?.();
  try {
    while (tally.asked() < options.commands && !options.signal?.aborted) {
      const theme = nextTheme(chosen, counts.sequences, tally);
      const database = await next;
      // The next one is made while this one is used.
      next = options.database?.();
      const told = ({ outcomes }: Ran) => {
        counts.transactions += 1;
        tally.count(outcomes);
      };
      const seed = options.seed + counts.sequences;
      const fault = await oneSequence({
        ...{ ledger, theme, seed, database, told, fresh: options.database, shrinkMs: options.shrinkMs },
      });
      await database?.close();
      counts.sequences += 1;
      options.progress?.({ sequences: counts.sequences, commands: tally.asked(), committed: tally.committed() });
      if (fault) return { tally, ...counts, conflicts: ledger.conflicts(), fault };
    }
    return { tally, ...counts, conflicts: ledger.conflicts(), fault: undefined };
  } finally {
    await (await next)?.close();
    await ledger.close();
  }
}
