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
/** Of that time what goes to the plan. */
const PLAN_SHARE = 0.25;

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

type Found = Walked & { readonly fault: Broken };

/** Fast-check finds and makes smaller what was meant; then single commands are left out of what was sent. */
async function oneSequence({ options, ledger, theme, seed, database, told }: Sequence): Promise<Fault | undefined> {
  let first: Found | undefined;
  let best: Found | undefined;
  let until = Infinity;
  const shrinkMs = options.shrinkMs ?? SHRINK_MS;
  const property = fc.asyncProperty(plansOf(theme), async (plan) => {
    if (first && Date.now() > until) return true;
    const walked = first
      ? await walkAgain(options, ledger, first.fault, (ground) => walkPlan(plan, ground))
      : await walkPlan(plan, { ledger, database, told });
    if (!walked.fault || (first && walked.fault.check !== first.fault.check)) return true;
    const found = { log: walked.log, fault: walked.fault };
    if (!first) until = Date.now() + shrinkMs * PLAN_SHARE;
    first ??= found;
    if (!best || commandsIn(found.log) < commandsIn(best.log)) best = found;
    return false;
  });
  await fc.check(property, { seed, numRuns: 1 });
  if (!first || !best) return undefined;
  const { check } = best.fault;
  const again = (log: Log) => walkAgain(options, ledger, best!.fault, (ground) => walkLog(log, ground));
  const small = await thinned(best, again, Date.now() + shrinkMs * (1 - PLAN_SHARE));
  const { differences } = small.fault;
  return { check, differences, theme: theme.name, commandsBefore: commandsIn(first.log), log: small.log };
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

/** Leaves out half of the commands, a quarter, … a single one, as long as the fault stays. */
async function thinned(found: Found, walk: (log: Log) => Promise<Walked>, until: number): Promise<Found> {
  let best = found;
  for (let size = Math.ceil(commandsIn(best.log) / 2); size > 0; size = Math.floor(size / 2)) {
    for (let end = commandsIn(best.log); end > 0 && Date.now() < until; end -= size) {
      const { log, fault } = await walk(without(best.log, end - size, end));
      if (fault?.check === found.fault.check) best = { log, fault };
    }
  }
  return best;
}

/** A log without its commands from number `from` to `to`; what becomes empty goes too. */
function without(log: Log, from: number, to: number): Log {
  let at = -1;
  const stays = () => {
    at += 1;
    return at < from || at >= to;
  };
  return log
    .map((block) => block.map((sent) => ({ ...sent, commands: sent.commands.filter(stays) })))
    .map((block) => block.filter(({ commands }) => commands.length > 0))
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
