// Random sequences of commands of all domains, one after the other, until enough were executed or something does not hold.
// A fault is made small by fast-check, then kept as a file that replays it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import type { Broken } from "./broken.js";
import { openLedger, type ModelLedger, type Ran } from "./ledger.js";
import { plansOf } from "./plan.js";
import type { ModelDatabase } from "./rows.js";
import { walkLog, walkPlan, type Log, type Walked } from "./sequence.js";
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
  /** Told after every sequence. */
  readonly progress?: (done: Progress) => void;
}

export interface Progress {
  readonly sequences: number;
  readonly commands: number;
  readonly committed: number;
}

export interface Fault {
  readonly check: string;
  readonly differences: readonly string[];
  readonly theme: string;
  /** Commands before it was made smaller. */
  readonly commandsBefore: number;
  readonly log: Log;
}

export interface Modelled {
  readonly tally: Tally;
  readonly sequences: number;
  readonly transactions: number;
  readonly conflicts: number;
  readonly fault: Fault | undefined;
}

const SHRINK_MS = 60_000;

export async function runModel(options: Options): Promise<Modelled> {
  const ledger = await openLedger(options.bundle);
  const tally = newTally();
  const counts = { sequences: 0, transactions: 0 };
  const chosen = themes.filter(({ name }) => !options.themes || options.themes.includes(name));
  let next = options.database?.();
  try {
    while (tally.asked() < options.commands) {
      const theme = nextTheme(chosen, counts.sequences, tally);
      const database = await next;
      // The next one is made while this one is used.
      next = options.database?.();
      const told = ({ outcomes }: Ran) => {
        counts.transactions += 1;
        tally.count(outcomes);
      };
      const seed = options.seed + counts.sequences;
      const fault = await oneSequence({ options, ledger, theme, seed, database, told });
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

interface Sequence {
  readonly options: Options;
  readonly ledger: ModelLedger;
  readonly theme: Theme;
  readonly seed: number;
  readonly database: ModelDatabase | undefined;
  told(ran: Ran): void;
}

/** A fault of the rows is looked for again with a database of its own each time. */
async function oneSequence(sequence: Sequence): Promise<Fault | undefined> {
  const { options, ledger, theme, seed, database, told } = sequence;
  let first: (Walked & { fault: Broken }) | undefined;
  let best: (Walked & { fault: Broken }) | undefined;
  let until = Infinity;
  const property = fc.asyncProperty(plansOf(theme), async (plan) => {
    if (!first) {
      const walked = await walkPlan(plan, { ledger, database, told });
      if (!walked.fault) return true;
      until = Date.now() + (options.shrinkMs ?? SHRINK_MS);
      best = first = { ...walked, fault: walked.fault };
      return false;
    }
    if (Date.now() > until) return true;
    const walked = await walkAgain(options, ledger, first.fault, (ground) => walkPlan(plan, ground));
    if (walked.fault?.check !== first.fault.check) return true;
    best = { ...walked, fault: walked.fault };
    return false;
  });
  await fc.check(property, { seed, numRuns: 1 });
  if (!first || !best) return undefined;
  const small = await thinned(
    best,
    (log) => walkAgain(options, ledger, best!.fault, (ground) => walkLog(log, ground)),
    until,
  );
  return {
    ...{ check: small.fault.check, differences: small.fault.differences },
    ...{ theme: theme.name, commandsBefore: commandsIn(first.log), log: small.log },
  };
}

/** With a database only where the fault needs one. */
async function walkAgain(
  { database: fresh }: Options,
  ledger: ModelLedger,
  { check }: Broken,
  walk: (ground: { ledger: ModelLedger; database: ModelDatabase | undefined }) => Promise<Walked>,
): Promise<Walked> {
  const database = /^(read\.|statements|projection|app\.|tables)/.test(check) ? await fresh?.() : undefined;
  try {
    return await walk({ ledger, database });
  } finally {
    await database?.close();
  }
}

export const commandsIn = (log: Log): number => log.flat().reduce((sum, { commands }) => sum + commands.length, 0);

/** Leaves out one command after the other, the last ones first, as long as the fault stays. */
async function thinned(
  found: Walked & { fault: Broken },
  walk: (log: Log) => Promise<Walked>,
  until: number,
): Promise<Walked & { fault: Broken }> {
  let best = found;
  for (let place = commandsIn(best.log) - 1; place >= 0 && Date.now() < until; place -= 1) {
    const walked = await walk(without(best.log, place));
    if (walked.fault?.check === found.fault.check) best = { log: walked.log, fault: walked.fault };
  }
  return best;
}

/** A log without its command number `place`; what becomes empty goes too. */
function without(log: Log, place: number): Log {
  let at = -1;
  return log
    .map((block) =>
      block
        .map((sent) => ({ ...sent, commands: sent.commands.filter(() => (at += 1) !== place) }))
        .filter(({ commands }) => commands.length > 0),
    )
    .filter((block) => block.length > 0);
}

// ---------------------------------------------------------------- files

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

/** Runs the transactions of a log once. */
export async function replayLog(log: Log, { bundle, database }: Pick<Options, "bundle" | "database">): Promise<Walked> {
  const ledger = await openLedger(bundle);
  const own = await database?.();
  try {
    return await walkLog(log, { ledger, database: own });
  } finally {
    await own?.close();
    await ledger.close();
  }
}
