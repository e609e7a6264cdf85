// Random sequences of commands of all domains, one after the other, until enough were executed or something does not hold.
import { openLedger, type Ran } from "./ledger.js";
import { oneSequence, type Fault } from "./one-sequence.js";
import type { ModelDatabase } from "./rows.js";
import { newTally, type Line, type Tally } from "./tally.js";
import { themeOf, themes, type Theme } from "./theme.js";

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

/** Of 10,000 commands each is to be committed about so often: those that are behind are asked for more, the others less. */
const GOAL = 100;
/** What others live on, and what is seldom possible, comes more often. */
const goals: Readonly<Record<string, number>> = {
  "admin.foldDeltas": 250,
  "identity.initiateRecovery": 220,
  "organization.initiateMultiSigTx": 260,
  "organization.proposeOrganization": 150,
  "loanpool.applyForLoan": 260,
  "loanpool.approveLoan": 180,
  "governance.submitProposal": 140,
  "tax.applyVelocityTax": 200,
  "tokenomics.transfer": 250,
  "tokenomics.transferInternal": 160,
  "identity.unlockUser": 160,
  "identity.rejectRelationship": 160,
  "identity.confirmRecovery": 160,
  "identity.cancelRecovery": 160,
  "organization.rejectMultiSigTx": 160,
  "organization.unlockOrganization": 160,
  "loanpool.rejectLoan": 160,
  "loanpool.markLoanDefaulted": 200,
  "governance.castVote": 160,
  "governance.executeProposal": 160,
  "tax.redistribute": 200,
};
const [LEAST_FACTOR, MOST_FACTOR] = [0.2, 10];

/** In turn, and every other time the one in which the seldomest command is at home. */
function nextTheme(chosen: readonly Theme[], sequences: number, tally: Tally): Theme {
  const inTurn = chosen[Math.floor(sequences / 2) % chosen.length]!;
  const scarce = scarceIn(tally);
  const [seldomest] = Object.entries(scarce).sort(([, a], [, b]) => b - a);
  const wanted = sequences % 2 === 1 && seldomest ? themeOf(seldomest[0]) : inTurn;
  return { ...(chosen.includes(wanted) ? wanted : inTurn), scarce };
}

function scarceIn(tally: Tally): Readonly<Record<string, number>> {
  const due = (command: string) => ((goals[command] ?? GOAL) * tally.asked()) / 10_000 + 1;
  const factor = ({ command, committed }: Line) =>
    Math.max(LEAST_FACTOR, Math.min(MOST_FACTOR, due(command) / (committed + 1)));
  return Object.fromEntries(tally.lines().map((line) => [line.command, factor(line)]));
}
