// One random sequence of commands of all domains on a network's chain, until enough were executed or something does not hold.
import * as fc from "fast-check";
import type { Profile } from "../../platform/profile.js";
import type { Ran } from "./ledger.js";
import { openNetworkLedger } from "./network-ledger.js";
import { commandsIn } from "./one-sequence.js";
import { plansOf, type Plan } from "./plan.js";
import type { Modelled, Options } from "./run.js";
import { walkLog, walkPlans, type Ground, type Log, type Walked } from "./sequence.js";
import { newTally } from "./tally.js";
import { lasting } from "./theme.js";
import { nextTheme } from "./turn.js";

export interface NetworkOptions extends Omit<Options, "themes" | "shrinkMs"> {
  /** Of a network on which nobody has asked for a command yet. */
  readonly profile: Profile;
}

/** A fault is kept as it was found: a chain that goes on cannot be walked a second time. */
export async function runOnNetwork(options: NetworkOptions): Promise<Modelled> {
  const tally = newTally();
  const counts = { sequences: 0, transactions: 0 };
  let theme = "";
  const next = (): Plan | undefined => {
    options.progress?.({ sequences: counts.sequences, commands: tally.asked(), committed: tally.committed() });
    if (tally.asked() >= options.commands || options.signal?.aborted) return undefined;
    const chosen = nextTheme(lasting, counts.sequences, tally);
    const [plan] = fc.sample(plansOf(chosen), { seed: options.seed + counts.sequences, numRuns: 1 });
    theme = chosen.name;
    counts.sequences += 1;
    return plan;
  };
  const told = ({ outcomes }: Ran) => {
    counts.transactions += 1;
    tally.count(outcomes);
  };
  const [{ log, fault }, conflicts] = await onGround(options, (ground) => walkPlans(next, { ...ground, told }));
  return { tally, ...counts, conflicts, fault: fault && faultOf(fault, theme, log) };
}

/** Runs the commands of a log once, on a network on which nobody has asked for a command yet. */
export async function replayOnNetwork(log: Log, options: Omit<NetworkOptions, "commands" | "seed">): Promise<Walked> {
  const [walked] = await onGround(options, (ground) => walkLog(log, ground));
  return walked;
}

const faultOf = ({ check, differences }: NonNullable<Walked["fault"]>, theme: string, log: Log) => ({
  ...{ check, differences, theme, log },
  commandsBefore: commandsIn(log),
});

async function onGround(
  { profile, bundle, database: fresh }: Omit<NetworkOptions, "commands" | "seed">,
  walk: (ground: Ground) => Promise<Walked>,
): Promise<[Walked, number]> {
  const ledger = await openNetworkLedger(profile, bundle);
  const database = await fresh?.();
  try {
    return [await walk({ ledger, database }), ledger.conflicts()];
  } finally {
    await database?.close();
    await ledger.close();
  }
}
