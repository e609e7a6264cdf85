// How dashboards are written: panels as values, from which Grafana's JSON is printed. Holds no panel.

/** Grafana's names of units; `none` is a plain figure. */
export type Unit = "none" | "short" | "s" | "ms" | "bytes" | "percentunit" | "reqps" | "ops" | "d" | "bool" | "blocks";

export interface Query {
  /** Selectors begin with `NS`, as in rules; `$role` and `$domain` are what the reader chose. */
  readonly expr: string;
  /** With labels as Grafana fills them in: {{role}}. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** stat: the last value, large and coloured; table: labels of the last samples. */
  readonly kind?: "stat" | "table";
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Yellow and red from these values on; where the second is below the first, from there downwards. */
  readonly limits?: readonly [yellow: number, red: number];
  /** What to make of it. */
  readonly description?: string;
  /** Heading of docs/operations/runbooks.md. */
  readonly runbook?: string;
  /** Of 24 columns. */
  readonly width?: number;
}

export interface Dashboard {
  /** File, and address in Grafana. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What the reader may choose, besides the namespace. */
  readonly choices: readonly ("role" | "domain")[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** 50th, 95th and 99th percentile of a histogram, by `labels`. */
export function percentiles(histogram: string, selector: string, labels = ""): Query[] {
  const by = labels === "" ? "le" : `le, ${labels}`;
  return [0.5, 0.95, 0.99].map((share) => ({
    expr: `histogram_quantile(${share}, sum by (${by}) (rate(${histogram}_bucket{${selector}}[5m])))`,
    legend: labels === "" ? `p${share * 100}` : `p${share * 100} {{${labels}}}`,
  }));
}

/** The 95th percentile alone. */
export const p95 = (histogram: string, selector: string, ...labels: readonly string[]): Query => ({
  expr: `histogram_quantile(0.95, sum by (${["le", ...labels].join(", ")}) (rate(${histogram}_bucket{${selector}}[5m])))`,
  legend: labels.length === 0 ? "p95" : labels.map((label) => `{{${label}}}`).join(" "),
});
