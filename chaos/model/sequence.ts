// One sequence: a plan, or the transactions of an earlier run, on an empty ledger and an empty database. Stops at the first fault.
import { joins, timeAfter, transactionOf } from "./asking.js";
import { Broken } from "./broken.js";
import { newDraw } from "./draw.js";
import { foundationOf } from "./foundation.js";
import { newJudge } from "./judge.js";
import type { ModelLedger, Ran, Sent, SentCommand } from "./ledger.js";
import type { Plan } from "./plan.js";
import { newRows, type ModelDatabase } from "./rows.js";
import { worldOf } from "./world.js";

/** Blocks of transactions, as they were sent: all that a replay needs. */
export type Log = readonly (readonly Sent[])[];

export interface Walked {
  readonly log: Log;
  readonly fault: Broken | undefined;
}

export interface Ground {
  readonly ledger: ModelLedger;
  /** Without one the projector is left out. */
  readonly database?: ModelDatabase | undefined;
  /** Is told of every transaction that took effect. */
  readonly told?: (ran: Ran) => void;
}

const MOST_JOINED = 4;
/** Rows are compared after so many blocks, and at the end. */
const COMPARED_EVERY = 24;

export async function walkPlan(plan: Plan, ground: Ground): Promise<Walked> {
  const given = [plan];
  ground.ledger.clear();
  return walkPlans(() => given.pop(), ground);
}

/** Plan after plan on a chain that goes on, as long as `next` gives one. */
export async function walkPlans(next: () => Plan | undefined, ground: Ground): Promise<Walked> {
  const { ledger } = ground;
  const way = newWay(ground);
  return way.to(async () => {
    const first = next();
    if (!first) return;
    const foundation = foundationOf(first, ledger.clock?.());
    await way.block([foundation]);
    let last = foundation.at;
    for (let plan: Plan | undefined = first; plan; plan = next()) last = await walk(plan, { way, ledger, last });
  });
}

interface Walking {
  readonly way: Way;
  readonly ledger: ModelLedger;
  /** Time of the last transaction. */
  readonly last: number;
}

async function walk(plan: Plan, { way, ledger, last: begin }: Walking): Promise<number> {
  const rest = [...plan.transactions];
  let last = begin;
  while (rest.length > 0) {
    const sent: Sent[] = way.conflicted().map((one) => ({ ...one, txId: newTxId(one) }));
    const planned = [rest.shift()!];
    while (rest[0] && joins(rest[0]) && !plan.theme.alone && planned.length < MOST_JOINED) planned.push(rest.shift()!);
    for (const one of planned) {
      last = ledger.clock?.() ?? timeAfter(last, one);
      const made = transactionOf(worldOf(ledger.state, last), one, plan.theme, way.executed);
      if (made) sent.push(made);
    }
    if (sent.length > 0) await way.block(sent);
  }
  return last;
}

/** Runs the very transactions of a log. */
export function walkLog(log: Log, ground: Ground): Promise<Walked> {
  ground.ledger.clear();
  const way = newWay(ground);
  return way.to(async () => {
    for (const sent of log) await way.block(sent);
  });
}

const newTxId = ({ txId }: Sent): string => newDraw(Number.parseInt(txId.slice(0, 8), 16)).hash();

type Way = ReturnType<typeof newWay>;

function newWay({ ledger, database, told }: Ground) {
  const log: (readonly Sent[])[] = [];
  const executed: SentCommand[] = [];
  const judge = newJudge();
  const rows = database && newRows(database);
  let again: readonly Sent[] = [];
  return {
    ...{ log, executed },
    /** Transactions of the last block that were invalid and are to be sent again. */
    conflicted: () => again,
    block: async (sent: readonly Sent[]) => {
      const at = log.push(sent) - 1;
      const added = await ledger.block(sent);
      const ran = added.flatMap((one) => one.ran);
      log[at] = ran.map((one) => one.sent);
      again = ran.filter(({ valid }) => !valid).map((one) => one.sent);
      for (const one of ran.filter(({ valid }) => valid)) {
        executed.push(...one.sent.commands);
        told?.(one);
      }
      for (const one of added) {
        judge.look(one.block, one.ran);
        rows?.take(one.block, one.ran);
      }
      if (log.length % COMPARED_EVERY === 0) await rows?.compare(judge.fold);
    },
    to: async (walk: () => Promise<void>): Promise<Walked> => {
      try {
        await walk();
        await judge.compareState(ledger);
        await rows?.compare(judge.fold);
        return { log, fault: undefined };
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        return { log, fault: error };
      }
    },
  };
}
