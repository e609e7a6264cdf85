// Prints and keeps the figures of one benchmark, with the machine that reached them.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { root } from "../platform/config.js";

export interface Row {
  readonly measure: string;
  /** One value per round. */
  readonly values: readonly number[];
  readonly unit: string;
}
export interface Report {
  readonly name: string;
  readonly sentence: string;
  readonly rows: readonly Row[];
  /** The peer's own code, where it is short enough to be shown. */
  readonly peer?: string;
  /** The figures that count. */
  readonly ratios: readonly Ratio[];
}
/** A ratio inside one run, larger is better. */
export interface Ratio {
  readonly measure: string;
  readonly value: number;
  /** The gate; a ratio without one is only printed. */
  readonly atLeast?: number;
}

/** The ratios that are below their gate. */
export const missed = ({ ratios }: Report): readonly Ratio[] =>
  ratios.filter(({ value, atLeast }) => atLeast !== undefined && !(value >= atLeast));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The machine that a figure was reached on. */
export const machine = () =>
  `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`;

/** What was measured: versions and commit, with a plus where sources differ from it. */
export function measured(): string {
  const { version: gx, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
    dependencies: Record<string, string>;
  };
  const parts = ["@apollo/gateway", "@apollo/server", "@hyperledger/fabric-gateway", "bullmq", "pg"].map(
    (name) => `${name} ${dependencies[name] ?? "?"}`,
  );
  return [`gx ${gx}`, `commit ${commit()}`, ...parts].join(", ");
}

function commit(): string {
  const git = (...words: string[]) =>
    execFileSync("git", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${changed ? "+" : ""}`;
  } catch {
    return "unknown";
  }
}

/** The report as Markdown: median with minimum and maximum, then the ratios against their gates. */
export function markdown(report: Report): string {
  const lines = report.rows.map(({ measure, values, unit }) => {
    const figures = [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(1));
    return `| ${measure} | ${figures[0]} ${unit} | ${figures[1]} to ${figures[2]} | ${values.length} |`;
  });
  const ratios = report.ratios.map(
    ({ measure, value, atLeast }) =>
      `- ${measure}: ${value.toFixed(1)} times${atLeast === undefined ? "" : ` (gate: at least ${atLeast})`}`,
  );
  return [
    report.sentence,
    `${machine()}; ${measured()}`,
    "",
    "| measure | median | range | rounds |",
    "|---|---|---|---|",
    ...lines,
    "",
    ...ratios,
    ...(report.peer === undefined ? [] : ["", "The peer:", "```ts", report.peer.trim(), "```"]),
  ].join("\n");
}

/** Keeps the report as JSON under `bench/results`. */
export function keep(report: Report): string {
  const folder = join(root, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${report.name}.json`);
  writeFileSync(file, `${JSON.stringify({ ...report, machine: machine(), measured: measured() }, null, 2)}\n`);
  return file;
}
