// gx chaos model: random commands of all domains against rules and projections, every invariant after every transaction.
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { openDatabases } from "../chaos/model/databases.js";
import { keep, markdown, reportOf } from "../chaos/model/report.js";
import { whereFrom } from "../chaos/report.js";
import { keepFault, replayLog, type Kept } from "../chaos/model/kept.js";
import { commandsIn } from "../chaos/model/one-sequence.js";
import { runModel } from "../chaos/model/run.js";
import { GxError } from "../platform/errors.js";
import { UsageError, whole } from "./usage.js";

interface Options {
  commands: string;
  seed?: string;
  replay?: string;
  reports?: string;
  json?: true;
}

export function registerModel(chaos: Command): void {
  chaos
    .command("model")
    .description(
      "Random commands of all domains on the chaincode and the projector; every invariant, every transaction.",
    )
    .option("--commands <n>", "how many at least", "10000")
    .option("--seed <n>", "repeats a run (default: the time)")
    .option("--replay <file>", "run the transactions of a fault that was kept")
    .option("--reports <folder>", "where report and fault are kept (default: docs/reports)")
    .option("--json", "the report as one JSON object on stdout")
    .action((options: Options) => (options.replay === undefined ? model(options) : replay(options.replay)));
}

const EVERY_MS = 5_000;

async function model(options: Options): Promise<void> {
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
    const modelled = await runModel({
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
    const report = reportOf(modelled, { ...from, seed, seconds: (Date.now() - begin) / 1_000, file });
    const path = keep(report, options.reports);
    console.log(options.json ? JSON.stringify(report) : `${markdown(report)}\n\nKept in ${path}`);
    if (report.fault && file) throw new GxError("MODEL", told(report.fault, file));
  } finally {
    await databases.remove();
  }
}

const told = ({ check, differences }: { check: string; differences: readonly string[] }, file: string) =>
  `${check} does not hold: ${differences[0] ?? ""}; replay it with: npm run chaos -- model --replay ${file}`;

async function replay(file: string): Promise<void> {
  const { log, check } = readKept(file);
  const databases = await openDatabases();
  try {
    const { fault, log: walked } = await replayLog(log, { database: databases.fresh });
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
