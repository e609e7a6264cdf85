// What suites of adapters need beside the server under test: a log that can be read back, and metrics.
import { createLog, type Logger } from "../../platform/log.js";
import { createMetrics, type Metrics } from "../../platform/metrics.js";

export interface Lines {
  log: Logger;
  /** Every line logged so far, parsed. */
  lines: Record<string, unknown>[];
  /** Lines with this message. */
  with(message: string): Record<string, unknown>[];
}

export function newLines(level = "debug"): Lines {
  const lines: Record<string, unknown>[] = [];
  const log = createLog(
    { service: "test", environment: "development", version: "0", level },
    { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  return { log, lines, with: (message) => lines.filter((line) => line["message"] === message) };
}

export const newMetrics = (): Metrics =>
  createMetrics({ service: "test", environment: "development", version: "0", digest: "0", catalogue: "0" });

/** Value of a series in the text format; undefined where it is not exposed. `labels` are parts of its label list. */
export async function valueOf(metrics: Metrics, name: string, ...labels: string[]): Promise<number | undefined> {
  const line = (await metrics.text())
    .split("\n")
    .find((text) => text.startsWith(`${name}{`) && labels.every((label) => text.includes(label)));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ") + 1));
}
