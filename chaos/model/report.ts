// What a run of the model met, as Markdown and as JSON.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../platform/config.js";
import type { Fault } from "./one-sequence.js";
import type { Modelled } from "./run.js";
import type { Line } from "./tally.js";

export interface ModelReport {
  readonly at: string;
  readonly seed: number;
  readonly seconds: number;
  readonly machine: string;
  readonly version: string;
  readonly commit: string;
  /** "Fabric 2.5.16"; absent where the rules ran in the process alone. */
  readonly ledger?: string;
  readonly sequences: number;
  readonly transactions: number;
  readonly conflicts: number;
  readonly asked: number;
  readonly committed: number;
  readonly repeats: number;
  readonly lines: readonly Line[];
  readonly missing: readonly string[];
  /** Check, differences, the file that holds them, and the command that replays it. */
  readonly fault?: {
    readonly check: string;
    readonly differences: readonly string[];
    readonly file: string;
    readonly replay: string;
  };
}

/** What a run was, as known at its beginning and its end. */
export interface RunOf extends Pick<ModelReport, "seed" | "seconds" | "machine" | "version" | "commit"> {
  /** Where the fault is kept. */
  readonly file: string | undefined;
  readonly ledger: string | undefined;
}

export function reportOf(
  { tally, sequences, transactions, conflicts, fault }: Modelled,
  { seed, seconds, file, ledger, ...from }: RunOf,
): ModelReport {
  return {
    ...{ at: new Date().toISOString(), seed, seconds, ...from, sequences, transactions, conflicts },
    ...(ledger === undefined ? {} : { ledger }),
    ...{ asked: tally.asked(), committed: tally.committed(), repeats: tally.repeats(), lines: tally.lines() },
    missing: tally.missing(),
    ...(fault && file ? { fault: { ...shown(fault), file, replay: `${command(ledger)} --replay ${file}` } } : {}),
  };
}

const shown = ({ check, differences }: Fault) => ({ check, differences: differences.slice(0, 20) });

/** With the line of Fabric, where there was one. */
const command = (ledger: string | undefined): string => {
  const line = ledger && /\d+\.\d+/.exec(ledger)?.[0];
  return `npm run chaos -- model${line ? ` --network ${line}` : ""}`;
};

/** The table alone: command, asked, committed, codes. */
export const table = (lines: readonly Line[]): string =>
  [
    "| command | asked | committed | refused |",
    "|---|---|---|---|",
    ...lines.map(({ command, asked, committed, codes }) => {
      const refused = Object.entries(codes).map(([code, count]) => `${code} ${count}`);
      return `| ${command} | ${asked} | ${committed} | ${refused.join(", ") || "–"} |`;
    }),
  ].join("\n");

const share = (part: number, all: number) => `${((100 * part) / all).toFixed(1)} %`;

export function markdown(report: ModelReport): string {
  const { asked, committed, fault, missing } = report;
  return [
    `# Model, ${report.at}, seed ${report.seed}`,
    "",
    fault ? `**${fault.check} does not hold.** Replay: \`${fault.replay}\`` : "Everything held.",
    ...(report.ledger ? [`Through the gateway of ${report.ledger}, compared with the rules in the process.`] : []),
    `${report.machine}. Version ${report.version}, commit ${report.commit}, ${report.seconds.toFixed(0)} s.`,
    `Run again: \`${command(report.ledger)} --commands ${asked} --seed ${report.seed}\``,
    "",
    "| commands | committed | repeated ids | sequences | transactions | conflicts | codes that never came |",
    "|---|---|---|---|---|---|---|",
    `| ${asked} | ${committed} (${share(committed, asked)}) | ${report.repeats} | ${report.sequences} | ${report.transactions} ` +
      `| ${report.conflicts} | ${missing.join(", ") || "none"} |`,
    "",
    table(report.lines),
    ...(fault ? ["", "## Differences", ...fault.differences.map((text) => `- ${text}`)] : []),
  ].join("\n");
}

/** Keeps both forms; returns the path of the Markdown. */
export function keep(report: ModelReport, folder = join(root, "docs", "reports")): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `model-${report.at.slice(0, 10)}-${report.seed}`);
  writeFileSync(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${path}.md`, `${markdown(report)}\n`);
  return `${path}.md`;
}
