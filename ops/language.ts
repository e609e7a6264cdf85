// How rules are written: alerts and recordings as values, expressions with a place for the namespace, times in Prometheus' words.
// Holds no rule.

/** Answer within: P0 15 min, P1 1 h, P2 4 h, P3 the next working day. `none`: nobody is told (the watchdog). */
export type Class = "P0" | "P1" | "P2" | "P3" | "none";

/** Label `severity`, by which Alertmanager chooses the receiver. */
export const severityOf = {
  P0: "critical",
  P1: "critical",
  P2: "warning",
  P3: "info",
  none: "none",
} as const satisfies Record<Class, string>;

/** What an alert is about. A P0 without a role silences lesser alerts of its component. */
export type Component =
  "gateway" | "subgraph" | "submitter" | "projector" | "postgres" | "redis" | "fabric" | "kubernetes" | "monitoring";

export interface Alert {
  readonly alert: string;
  readonly class: Class;
  readonly component: Component;
  /** Selectors begin with `NS`: `up{NS,job="gateway"}`, `pg_up{NS}`. */
  readonly expr: string;
  /** Like "30s", "5m", "1h"; "0m" fires at once. */
  readonly for: string;
  /** One line, with labels as Prometheus fills them in. */
  readonly summary: string;
  /** What it means for callers, in a sentence or two. */
  readonly description: string;
  /** Heading of docs/operations/runbooks.md. */
  readonly runbook: string;
  /** Of a Kubernetes cluster's own series: nothing fires where nobody scrapes them. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Recording {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Fills in the namespace's selector; without one the place disappears. */
export function inNamespace(expr: string, selector: string | undefined): string {
  return expr.replaceAll(/\{NS(,)?/g, selector === undefined ? "{" : `{${selector}$1`).replaceAll("{}", "");
}

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
type Unit = keyof typeof SECONDS;
const DURATION = String.raw`(\d+)([smhd])`;

/** A time of Prometheus divided by `by`, in milliseconds where it is no whole second. */
export function divided(duration: string, by: number): string {
  const [, amount, unit] = new RegExp(`^${DURATION}$`).exec(duration) ?? [];
  if (amount === undefined) throw new Error(`${duration} is no time like 30s, 5m, 1h or 3d`);
  const ms = Math.ceil((Number(amount) * SECONDS[unit as Unit] * 1_000) / by);
  return by === 1 ? duration : ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

/** The expression with every time that it looks back divided by `by`. */
export function quicker(expr: string, by: number): string {
  return expr
    .replaceAll(new RegExp(String.raw`\[${DURATION}\]`, "g"), (text) => `[${divided(text.slice(1, -1), by)}]`)
    .replaceAll(new RegExp(String.raw`offset ${DURATION}`, "g"), (text) => `offset ${divided(text.slice(7), by)}`);
}
