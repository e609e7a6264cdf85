// What is printed of an overlay: its workloads, the sums against the quota, and what was refused. Says nothing that was not computed.
import type { Amount, Capacity, Sum } from "./capacity.js";
import type { Refusal } from "./refusal.js";

const GI = 2 ** 30;
const number = (value: number): string => String(Math.round(value * 100) / 100);
const gibi = (bytes: number): string => `${number(bytes / GI)}Gi`;
const quota = (value: number | undefined, shown: (value: number) => string): string =>
  value === undefined ? "none" : shown(value);

type Row = readonly string[];
const head: Row = ["", "pods", "cpu", "limit", "memory", "limit"];

const amounts = (requests: Amount, limits: Amount): Row => [
  number(requests.cpu),
  number(limits.cpu),
  gibi(requests.memory),
  gibi(limits.memory),
];
const rowOf = (name: string, { pods, requests, limits }: Sum): Row => [
  name,
  String(pods),
  ...amounts(requests, limits),
];

function times({ requests, limits }: Sum, count: number): readonly [Amount, Amount] {
  const all = ({ cpu, memory }: Amount): Amount => ({ cpu: cpu * count, memory: memory * count });
  return [all(requests), all(limits)];
}

/** Numbers stand under each other. */
function table(rows: readonly Row[]): string[] {
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
}

/** One line per workload, then what is asked for as applied and at the most, and what the quota allows. */
export function capacityLines({ workloads, applied, most, volumes, quota: allowed }: Capacity): string[] {
  const each = workloads.map(({ name, replicas, mostReplicas, sum }) => {
    const pods = replicas === mostReplicas ? String(replicas) : `${replicas}..${mostReplicas}`;
    return [name, pods, ...amounts(...times(sum, replicas))];
  });
  const rows = [
    head,
    ...each,
    rowOf("as applied", applied),
    rowOf("at the most *", most),
    [
      "quota",
      quota(allowed["pods"], number),
      quota(allowed["requests.cpu"], number),
      quota(allowed["limits.cpu"], number),
      quota(allowed["requests.memory"], gibi),
      quota(allowed["limits.memory"], gibi),
    ],
  ];
  const claims = quota(allowed["persistentvolumeclaims"], number);
  const storage = quota(allowed["requests.storage"], gibi);
  const lines = table(rows);
  const line = "-".repeat(lines[0]?.length ?? 0);
  return [
    ...lines.slice(0, 1),
    ...lines.slice(1, -3),
    line,
    ...lines.slice(-3),
    `volumes: ${volumes.claims} of ${claims}, ${gibi(volumes.bytes)} of ${storage}`,
  ];
}

export function refusalLines(refusals: readonly Refusal[], objects: number): string[] {
  if (refusals.length === 0) return [`${objects} objects, nothing refused`];
  return [
    `${objects} objects, ${refusals.length} refused:`,
    ...refusals.map(({ rule, of, why }) => `  ${of}: ${why} (${rule})`),
  ];
}
