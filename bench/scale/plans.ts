// How PostgreSQL answers a statement, and whether that stays bounded however large the tables become.
import type pg from "pg";
import type { Statement } from "./graph.js";

/** What one statement took. */
export interface Plan {
  /** Rows that it gave. */
  readonly found: number;
  /** Rows that were read from tables and indexes, those that were thrown away included. */
  readonly rows: number;
  /** Pages of 8 kB that were looked at. */
  readonly pages: number;
  readonly ms: number;
  /** What makes it grow with its table; empty for a good plan. */
  readonly faults: readonly string[];
  /** One line per step. */
  readonly text: string;
}

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly Node[];
}

interface Explained {
  readonly "QUERY PLAN": readonly [{ readonly Plan: Node; readonly "Execution Time": number }];
}

/** Tables below are read from one end to the other without harm: countries, parameters, pools. */
const SMALL = 1_000;

/** `most`: rows that the answer may take. */
export async function planOf(client: pg.ClientBase, { text, values }: Statement, most: number): Promise<Plan> {
  const { rows } = await client.query<Explained>({
    text: `explain (analyze, buffers, format json) ${text}`,
    values: [...values],
  });
  const explained = rows[0]?.["QUERY PLAN"][0];
  if (!explained) throw new Error(`no plan for ${text}`);
  const { Plan: top } = explained;
  const nodes = withBelow(top);
  const read = nodes.filter(isScan).reduce((sum, node) => sum + readBy(node), 0);
  const pages = top["Shared Hit Blocks"] + top["Shared Read Blocks"];
  const faults = [
    ...nodes.flatMap((node) => faultsOf(node, most)),
    ...(read > most ? [`${read} rows read`] : []),
    // A row lies on a page of its own at worst, and is found through some pages of an index.
    ...(pages > 2 * most + 100 ? [`${pages} pages read`] : []),
  ];
  return {
    found: top["Actual Rows"],
    rows: read,
    pages,
    ms: explained["Execution Time"],
    faults,
    text: nodes.map(lineOf).join("; "),
  };
}

const withBelow = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(withBelow)];
/** What a bitmap of an index names is read, and counted, by the scan above it. */
const isScan = ({ "Node Type": type }: Node) => type.endsWith("Scan") && type !== "Bitmap Index Scan";
const times = (node: Node, rows: number) => Math.round(rows * node["Actual Loops"]);

const readBy = (node: Node) =>
  times(
    node,
    node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0),
  );

function faultsOf(node: Node, most: number): string[] {
  const type = node["Node Type"];
  if (type === "Seq Scan" && readBy(node) > SMALL) return [`Seq Scan on ${node["Relation Name"] ?? "?"}`];
  const sorted = type.includes("Sort")
    ? Math.max(0, ...(node.Plans ?? []).map((below) => times(below, below["Actual Rows"])))
    : 0;
  return sorted > most ? [`${type} of ${sorted} rows`] : [];
}

function lineOf(node: Node): string {
  const on = node["Index Name"] ?? node["Relation Name"];
  return `${node["Node Type"]}${on === undefined ? "" : ` ${on}`} ${readBy(node)}`;
}
