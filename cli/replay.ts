// gx replay: makes the read models again from block 0 beside the live ones, compares, and puts them in their place.
// With --verify nothing is changed; exit status 1 then when anything differs.
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { READER } from "../catalogue/roles.js";
import { readConfig, type Config } from "../platform/config.js";
import { openConnection } from "../platform/connection.js";
import { GxError } from "../platform/errors.js";
import { createLog } from "../platform/log.js";
import { readProfile } from "../platform/profile.js";
import { readIdentity } from "../platform/wallet.js";
import { builtVersion } from "../workers/projector/version.js";
import { requireAddresses } from "./addresses.js";
import { progressLine } from "./progress.js";
import { LISTED, type Comparison, type Difference } from "./replay/compare.js";
import { isOutdated } from "./replay/outdated.js";
import { replay, type Rebuilt } from "./replay/replay.js";

interface Options {
  verify?: boolean;
  ifChanged?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command("replay")
    .description("Rebuild the read models from block 0 beside the live ones, compare every column, and switch.")
    .option("--verify", "only compare; the live read models stay, exit status 1 when anything differs")
    .option("--if-changed", "only when the projections changed since the read models were made")
    .option("--json", "one JSON object")
    .action(run);
}

async function run({ verify: verifyOnly = false, ifChanged = false, json = false }: Options): Promise<void> {
  const config = readConfig();
  requireAddresses(config);
  if (ifChanged && !(await isOutdated(config.databaseUrl))) return sayUnchanged(json);
  const begin = Date.now();
  const rebuilt = await rebuild(config, verifyOnly, ifChanged);
  if (!rebuilt) return sayUnchanged(json);
  const seconds = (Date.now() - begin) / 1_000;
  console.log(json ? JSON.stringify({ ok: agrees(rebuilt), seconds, ...rebuilt }) : asText(rebuilt, seconds));
  if (verifyOnly && !agrees(rebuilt)) process.exitCode = 1;
}

function sayUnchanged(json: boolean): void {
  const version = builtVersion();
  console.log(json ? JSON.stringify({ changed: false, version }) : `The read models are of this version (${version}).`);
}

/** Undefined when, under `ifChanged`, another rebuild has done it meanwhile. */
async function rebuild(config: Config, verifyOnly: boolean, ifChanged: boolean): Promise<Rebuilt | undefined> {
  const { databaseUrl } = config;
  const profile = readProfile(config.fabricProfile);
  const connection = openConnection(profile);
  const progress = newProgress();
  try {
    const identity = readIdentity(profile, READER);
    for (;;) {
      const rebuilding = replay({ connection, identity, databaseUrl, verifyOnly, tell: progress, log: silent(config) });
      const rebuilt = await rebuilding.catch((error: unknown) => {
        if (ifChanged && error instanceof GxError && error.code === "RUNNING") return undefined;
        throw error;
      });
      if (rebuilt || !(await isOutdated(databaseUrl))) return rebuilt;
      progress.waiting();
      await pause(1_000);
    }
  } finally {
    progress.end();
    connection.close();
  }
}

/** What a command finds is told by its result. */
const silent = ({ env: environment, version }: Config) =>
  createLog({ service: "replay", environment, version, level: "silent" });

function newProgress() {
  const line = progressLine();
  const begin = Date.now();
  return {
    filling: (blocks: number, of: number, events: number) =>
      line.show(() => {
        const seconds = (Date.now() - begin) / 1_000;
        const left = blocks === 0 ? 0 : (seconds / blocks) * (of - blocks);
        return `Rebuilding: block ${blocks} of ${of}, ${Math.round(events / seconds)} events/s, about ${Math.ceil(left)} s left`;
      }),
    waiting: () => line.show(() => "Another gx replay is at work on this database, waiting for its end"),
    comparing: (table: string) => line.show(() => `Comparing ${table}`),
    end: line.end,
  };
}

const agrees = ({ tables }: Rebuilt) => tables.every(({ differences }) => differences === 0);

function asText(rebuilt: Rebuilt, seconds: number): string {
  const { tables, block, events, switched } = rebuilt;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const differences = tables.reduce((sum, table) => sum + table.differences, 0);
  const verdict =
    differences === 0
      ? `Every column of ${tables.length} tables and ${rows} rows agrees at block ${block}.`
      : `${differences} differences in ${tables.length} tables and ${rows} rows at block ${block}.`;
  return [
    ...[...tables.map(lineOf), "", ...tables.flatMap(listOf)],
    `${verdict} Rebuilt from ${events} events in ${seconds.toFixed(1)} s.`,
    ...(switched ? switchedTo(differences) : kept(differences)),
  ].join("\n");
}

const switchedTo = (differences: number) => [
  "Switched: the rebuilt rows are the live ones now. The rows before stay in schema read_prev until the next replay.",
  ...(differences > 0 ? ["What differed is mended by that: the rebuilt column shows what is read from now on."] : []),
];

const kept = (differences: number) =>
  differences === 0
    ? ["Nothing was changed."]
    : ["Nothing was changed. To put the rebuilt rows in their place:", "  npm run gx -- replay"];

function lineOf({ table, rows, rebuiltRows, differences }: Comparison): string {
  const counted = rows === rebuiltRows ? `${rows} rows` : `${rows} rows, rebuilt ${rebuiltRows}`;
  return `${differences === 0 ? "ok   " : "FAULT"} ${table.padEnd(24)} ${counted}${differences === 0 ? "" : `, ${differences} differences`}`;
}

function listOf({ table, first, differences }: Comparison): string[] {
  if (differences === 0) return [];
  const more = differences > first.length ? [`  … the first ${LISTED} rows at most are listed`] : [];
  return [`${table}: key, column, live, rebuilt`, ...first.map(textOf), ...more, ""];
}

const textOf = ({ key, column, live, rebuilt }: Difference) => `  ${key}  ${column}  ${shown(live)}  ${shown(rebuilt)}`;

const MOST = 60;

function shown(value: string | null | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  return value.length > MOST ? `${value.slice(0, MOST)}…` : value;
}
