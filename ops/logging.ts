// What the platform's log store is asked to do with our lines: how long it keeps them, and what it indexes. Data only.
import type { Yaml } from "./yaml.js";

/** Days by namespace. */
export const retentionDays: Readonly<Record<string, number>> = {
  "backend-devnet": 7,
  "backend-testnet": 30,
  "backend-mainnet": 90,
};

/** Label of the store → where it comes from. Few values each: a stream is made of every combination. */
export const labels: Readonly<Record<string, string>> = {
  ...{ namespace: "pod namespace", app: "pod label app", pod: "pod name" },
  ...{ service: "field service", environment: "field environment", level: "field level" },
};

/** Fields that are searched for in the lines and are no labels: nearly every line has another value. */
export const fields: readonly string[] = [
  ...["traceId", "userId", "commandId", "txId", "block", "role", "domain", "command", "code"],
  ...["duration_ms", "lag_ms"],
];

/** The times of the lines themselves count, not those of their arrival. */
const time = { field: "timestamp", format: "RFC3339" };

export const retentionFile = (): Yaml => ({
  retention: Object.entries(retentionDays).map(([namespace, days]) => ({ namespace, period: `${days}d` })),
});

export const labelsFile = (): Yaml => ({ format: "json", time, message: "message", labels, fields });
