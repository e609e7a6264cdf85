// What gx chaos model does: random commands of all domains against rules and projections, every invariant after every transaction.
import { readFileSync } from "node:fs";
import { openDatabases } from "../chaos/model/databases.js";
import { keep, markdown, reportOf, type ModelReport } from "../chaos/model/report.js";
import { whereFrom } from "../chaos/report.js";
import { keepFault, replayLog, type Kept } from "../chaos/model/kept.js";
import { commandsIn } from "../chaos/model/one-sequence.js";
import { runModel, type Modelled, type Options as RunOptions } from "../chaos/model/run.js";
import { replayOnNetwork, runOnNetwork } from "../chaos/model/run-on-network.js";
import { GxError } from "../platform/errors.js";
import { readProfile, type Profile } from "../platform/profile.js";
import { startThrowAwayNetwork } from "./throw-away-network.js";
import { UsageError, whole } from "./usage.js";

export interface Options {
  commands: string;
  seed?: string;
  replay?: string;
  network?: string | true;
  reports?: string;
  json?: true;
}

const EVERY_MS = 5_000;

export async function model(options: Options): Promise<void> {
  const commands = whole("--commands", options.commands, 1, 100_000_000);
  const seed = options.seed === undefined ? Date.now() % 1_000_000 : whole("--seed", options.seed, 0, 2_000_000_000);
  const begin = Date.now();
  const from = whereFrom();
  let said = begin;
  const databases = await openDatabases();
  const stop = new AbortController();
  // Who ends a run early gets the report of what was done.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  try {
    const { ledger, ...modelled } = await runWhere(options.network, {
      ...{ commands, seed, database: databases.fresh, signal: stop.signal },
      progress: (done) => {
        if (Date.now() - said < EVERY_MS) return;
        said = Date.now();
        const seconds = Math.round((said - begin) / 1_000);
        const told = `${done.commands} of ${commands} commands, ${done.committed} committed`;
        console.error(`${seconds} s  ${told}, ${done.sequences} sequences`);
      },
    });
    const file = modelled.fault && keepFault(options.reports ?? ".", seed, modelled.fault);
    const seconds = (Date.now() - begin) / 1_000;
    const report = reportOf(modelled, { ...from, seed, seconds, file, ledger });
    const path = keep(report, options.reports);
    console.log(options.json ? JSON.stringify(report) : `${markdown(report)}\n\nKept in ${path}`);
    if (report.fault) throw new GxError("MODEL", told(report.fault));
  } finally {
    await databases.remove();
  }
}

const told = ({ check, differences, replay }: NonNullable<ModelReport["fault"]>) =>
  `${check} does not hold: ${differences[0] ?? ""}; replay it with: ${replay}`;

/** In this process, or on a network of its own. */
async function runWhere(
  network: Options["network"],
  options: RunOptions,
): Promise<Modelled & { readonly ledger: string | undefined }> {
  if (network === undefined) return { ...(await runModel(options)), ledger: undefined };
  return onNetwork(network, async (profile, ledger) => ({ ...(await runOnNetwork({ ...options, profile })), ledger }));
}

async function onNetwork<T>(line: string | true, act: (profile: Profile, name: string) => Promise<T>): Promise<T> {
  const network = await startThrowAwayNetwork(line);
  try {
    return await act(readProfile(network.profilePath), network.name);
  } finally {
    await network.remove();
  }
}

export async function replay(file: string, { network }: Options): Promise<void> {
  const { log, check } = readKept(file);
  const databases = await openDatabases();
  try {
    const database = databases.fresh;
    const { fault, log: walked } =
      network === undefined
        ? await replayLog(log, { database })
        : await onNetwork(network, (profile) => replayOnNetwork(log, { profile, database }));
    console.log(`${commandsIn(log)} commands in ${log.length} blocks of ${file}, made for: ${check}`);
    if (!fault) return console.log("Everything held.");
    for (const { signer, at, commands } of walked.flat()) {
      console.log(`${at} ${signer}`);
      for (const { command, actor, input } of commands) console.log(`  ${command} ${actor} ${JSON.stringify(input)}`);
    }
    throw new GxError("MODEL", `${fault.check} does not hold:\n  ${fault.differences.slice(0, 20).join("\n  ")}`);
  } finally {
    await databases.remove();
  }
}

function readKept(file: string): Kept {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as Kept;
    if (Array.isArray(kept.log)) return kept;
  } catch {
    // Said below, whatever it was.
  }
  throw new UsageError(`--replay: ${file} is not a file that a run of the model has kept`);
}
