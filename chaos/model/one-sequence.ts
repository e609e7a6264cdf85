// One random sequence, and where something does not hold in it, the shortest way there that the time allows to find.
import * as fc from "fast-check";
import type { Broken } from "./broken.js";
import type { ModelLedger, Ran } from "./ledger.js";
import { plansOf } from "./plan.js";
import type { ModelDatabase } from "./rows.js";
import { walkLog, walkPlan, type Log, type Walked } from "./sequence.js";
import type { Theme } from "./theme.js";

export interface Fault {
  readonly check: string;
  readonly differences: readonly string[];
  readonly theme: string;
  /** Commands before it was made smaller. */
  readonly commandsBefore: number;
  readonly log: Log;
}

const SHRINK_MS = 60_000;
/** Of that time what goes to the plan. */
const PLAN_SHARE = 0.25;

export const commandsIn = (log: Log): number => log.flat().reduce((sum, { commands }) => sum + commands.length, 0);

export interface Sequence {
  /** Gives an empty database; without it the projector is left out. */
  readonly fresh: (() => Promise<ModelDatabase>) | undefined;
  /** Milliseconds to make a fault smaller. */
  readonly shrinkMs: number | undefined;
  readonly ledger: ModelLedger;
  readonly theme: Theme;
  readonly seed: number;
  readonly database: ModelDatabase | undefined;
  told(ran: Ran): void;
}

type Found = Walked & { readonly fault: Broken };

/** Fast-check finds and makes smaller what was meant; then single commands are left out of what was sent. */
export async function oneSequence({
  fresh,
  shrinkMs = SHRINK_MS,
  ledger,
  theme,
  seed,
  database,
  told,
}: Sequence): Promise<Fault | undefined> {
  let first: Found | undefined;
  let best: Found | undefined;
  let until = Infinity;
  const property = fc.asyncProperty(plansOf(theme), async (plan) => {
    if (first && Date.now() > until) return true;
    const walked = first
      ? await walkAgain(fresh, ledger, first.fault, (ground) => walkPlan(plan, ground))
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
  const again = (log: Log) => walkAgain(fresh, ledger, best!.fault, (ground) => walkLog(log, ground));
  const small = await thinned(best, again, Date.now() + shrinkMs * (1 - PLAN_SHARE));
  const { differences } = small.fault;
  return { check, differences, theme: theme.name, commandsBefore: commandsIn(first.log), log: small.log };
}

/** With a database only where the fault needs one. */
async function walkAgain(
  fresh: Sequence["fresh"],
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
