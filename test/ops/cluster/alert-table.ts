// The table of what fired and was resolved: for the end of a run, and for docs/operations when the run is to be kept.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "../../../cli/docs/markdown.js";
import { root } from "../../../platform/config.js";

export interface Row {
  readonly alert: string;
  readonly class: string;
  readonly receiver: string;
  readonly fault: string;
  readonly how: "real" | "played";
  /** How long the rule waits: as shipped, and in this run. */
  readonly wait: { readonly shipped: string; readonly here: string };
  /** Seconds from the fault to the receiver; undefined for what a graver alert holds back. */
  readonly fired: number | undefined;
  /** Seconds from the end of the fault to the receiver. */
  readonly resolved: number | undefined;
}

export interface Run {
  readonly rows: readonly Row[];
  readonly scale: number;
  readonly slowScale: number;
  /** What a calm run came to. */
  readonly calm?: string | undefined;
  /** Every alert that the suite can bring about. */
  readonly brought: readonly string[];
  /** Alert → why nothing here brings it. */
  readonly notHere: Readonly<Record<string, string>>;
}

const seconds = (value: number | undefined) => (value === undefined ? "–" : value.toFixed(1));
const keyOf = ({ class: level, alert, fault }: Row) => `${level} ${alert} ${fault}`;

export function tableOf(rows: readonly Row[]): string[] {
  return table(
    ["alert", "class", "told", "fault", "waits as shipped", "waits here", "s to fire", "s to resolve"],
    rows
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      .map((row) => [
        ...[row.alert, row.class, row.fired === undefined ? "held back" : row.receiver],
        `${row.fault}${row.how === "played" ? " (recorded series)" : ""}`,
        ...[row.wait.shipped, row.wait.here, seconds(row.fired), seconds(row.resolved)],
      ]),
  );
}

const FILE = join(root, "docs", "operations", "alerts-fired.json");

/** Writes docs/operations/alerts-fired.md; faults that this run left out keep their rows. */
export function keepTable({ rows, scale, slowScale, calm, brought, notHere }: Run): void {
  const former = existsSync(FILE)
    ? (JSON.parse(readFileSync(FILE, "utf8")) as Pick<Run, "rows" | "calm">)
    : { rows: [] };
  const merged = new Map([...former.rows, ...rows].map((row) => [keyOf(row), row]));
  const kept = { rows: [...merged.values()], calm: calm ?? former.calm };
  writeFileSync(FILE, `${JSON.stringify(kept, null, 2)}\n`);
  const apart = Object.entries(notHere).map(([alert, reason]) => `- ${alert}: ${reason}.`);
  const awaited = [...new Set(brought)].filter((alert) => !kept.rows.some((row) => row.alert === alert));
  const page = [
    "<!-- Written by GX_KEEP_CHECKS=on npm run test:ops:cluster. -->",
    "# Alerts that fired",
    [
      "Each fault was brought about in a running system: seven subgraphs, a gateway, two submitters for each role, two projectors, the",
      "development ledger, PostgreSQL and Redis with their exporters. Prometheus scraped once a second, with the rules and routes that",
      `are shipped; their times were divided by ${scale}, those of hours and days by ${slowScale}. Thresholds are as shipped.`,
      "Seconds are from the fault, and from its end, until a receiver was told. Held back: Alertmanager told nobody, because a graver",
      "alert of the same role or component was on. Recorded series stand for a cluster and for Patroni, which were not there. Rows are",
      "of several runs on two cores, some of them beside other work.",
    ].join("\n"),
    tableOf(kept.rows).join("\n"),
    ...(kept.calm === undefined ? [] : [`Calm run: ${kept.calm}`]),
    ...(awaited.length === 0 ? [] : [`In the suite, and not kept from a run yet: ${awaited.join(", ")}.`]),
    ["Not brought about here; promtool judges their rules:", ...apart].join("\n"),
  ];
  writeFileSync(FILE.replace(/json$/, "md"), `${page.join("\n\n")}\n`);
}
