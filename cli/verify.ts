// gx verify: compares the ledger (blocks and gx:query, by a fold of its own) with read models and command log.
// Changes nothing; exit status 1 when anything differs.
import type { Command } from "commander";
import { READER } from "../catalogue/roles.js";
import { readConfig } from "../platform/config.js";
import { openConnection } from "../platform/connection.js";
import { readProfile } from "../platform/profile.js";
import { readIdentity } from "../platform/wallet.js";
import { requireAddresses } from "./addresses.js";
import { progressLine } from "./progress.js";
import type { Check } from "./verify/report.js";
import { verify, type Verdict } from "./verify/verify.js";

export function register(program: Command): void {
  program
    .command("verify")
    .description("Compare ledger, read models, command log and invariants (protocol.md 17).")
    .option("--json", "one JSON object")
    .action(run);
}

async function run({ json = false }: { json?: boolean }): Promise<void> {
  const config = readConfig();
  requireAddresses(config);
  const profile = readProfile(config.fabricProfile);
  const connection = openConnection(profile);
  const progress = progressLine();
  try {
    const identity = readIdentity(profile, READER);
    const say = (doing: string, done: number, of: number) => progress.show(() => `${doing}: ${done} of ${of}`);
    const verdict = await verify({ connection, identity, databaseUrl: config.databaseUrl, say });
    progress.end();
    console.log(json ? JSON.stringify(asJson(verdict)) : asText(verdict));
    if (!verdict.report.ok()) process.exitCode = 1;
  } finally {
    progress.end();
    connection.close();
  }
}

const asJson = ({ report, block, height }: Verdict) => ({
  ok: report.ok(),
  block,
  height,
  checks: report.checks.map(({ name, compared, differences, note }) => ({
    ...{ name, ok: differences.length === 0, compared, differences },
    ...(note === "" ? {} : { note }),
  })),
});

const MOST = 20;

function asText({ report, block, height }: Verdict): string {
  const faults = report.checks.flatMap(({ name, differences }) => differences.map((text) => `${name}: ${text}`));
  const lines = [...report.checks.map(lineOf), ""];
  if (faults.length === 0) {
    const all = "All 26 invariants hold: 23 is what statements say above, 26 what the rows of schema read say.";
    return [...lines, all, `Everything agrees at block ${block} of ${height - 1}.`].join("\n");
  }
  const more = faults.length > MOST ? [`  … and ${faults.length - MOST} more (--json lists all)`] : [];
  return [
    ...[
      ...lines,
      `${faults.length} differences at block ${block}:`,
      ...faults.slice(0, MOST).map((text) => `  ${text}`),
    ],
    ...[...more, "", ...advice(report.checks)],
  ].join("\n");
}

function lineOf({ name, compared, differences, note }: Check): string {
  const verdict = differences.length === 0 ? "ok   " : "FAULT";
  const found = differences.length === 0 ? "" : `, ${differences.length} differences`;
  return `${verdict} ${name.padEnd(24)} ${compared} compared${found}${note === "" ? "" : ` (${note})`}`;
}

/** What differs decides what to do: rows can be made again, the ledger and the promises of the log cannot. */
function advice(checks: readonly Check[]): string[] {
  const faulty = checks.filter(({ differences }) => differences.length > 0).map(({ name }) => name);
  const derived = faulty.every((name) => name.startsWith("read.") || name === "statements" || name === "tables");
  return derived
    ? [
        "Only rows of schema read differ. They are derived from the blocks: nothing is lost, make them again with:",
        "  npm run gx -- replay",
        "Nobody but the projector may write there; look for who did, and keep this list.",
      ]
    : [
        "More than derived rows differ. Stop the submitter, keep database, ledger and this list as they are,",
        "and compare the named commands and accounts with their blocks before anything is repaired.",
      ];
}
