// Prints and keeps the figures of one benchmark, with the machine that reached them.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";

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
  /** The figure that counts: a ratio inside one run, larger is better. */
  readonly ratio: { readonly measure: string; readonly value: number; readonly atLeast: number };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The machine that a figure was reached on. */
export const machine = () =>
  `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`;

/** The report as Markdown: median with minimum and maximum, then the ratio against its gate. */
export function markdown(report: Report): string {
  const lines = report.rows.map(({ measure, values, unit }) => {
    const figures = [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(1));
    return `| ${measure} | ${figures[0]} ${unit} | ${figures[1]} to ${figures[2]} | ${values.length} |`;
  });
  const { measure, value, atLeast } = report.ratio;
  return [
    report.sentence,
    machine(),
    "",
    "| measure | median | range | rounds |",
    "|---|---|---|---|",
    ...lines,
    "",
    `${measure}: ${value.toFixed(1)} times (gate: at least ${atLeast})`,
  ].join("\n");
}

/** Keeps the report as JSON under `bench/results` of the folder named. */
export function keep(report: Report, root: string): string {
  const folder = join(root, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${report.name}.json`);
  writeFileSync(file, `${JSON.stringify({ ...report, machine: machine() }, null, 2)}\n`);
  return file;
}
