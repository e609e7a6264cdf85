// The objectives over 30 days, and the alerts on how fast their budgets are used up.
import type { Alert, Component } from "./language.js";
import type { Window } from "./recordings.js";

export interface Objective {
  readonly id: "S1" | "S2" | "S3" | "S4" | "S5";
  readonly name: string;
  /** What is promised. */
  readonly promise: string;
  /** Share of faults that the promise leaves, over 30 days. */
  readonly budget: number;
  /** The ratio that is recorded for each window, and whether it tells the share of faults or of what went well. */
  readonly ratio: string;
  readonly tells: "faults" | "good";
  readonly component: Component;
  readonly runbook: string;
  /** Watched for a fast and a slow fire too, not only for the trend. */
  readonly pages: boolean;
}

export const objectives: readonly Objective[] = [
  {
    ...{
      id: "S1",
      name: "availability",
      budget: 0.001,
      component: "gateway",
      runbook: "diagnose gateway",
      pages: true,
    },
    promise: "99.9 % of API answers are not 5xx",
    ...{ ratio: "job:http_error_ratio", tells: "faults" },
  },
  {
    ...{ id: "S2", name: "speed", budget: 0.01, component: "gateway", runbook: "diagnose gateway", pages: false },
    promise: "99 % of queries under 500 ms",
    ...{ ratio: "gx:http_slow_ratio", tells: "faults" },
  },
  {
    ...{ id: "S3", name: "commands", budget: 0.001, component: "submitter", runbook: "queue", pages: true },
    promise: "99.9 % of accepted commands end within 30 s, not FAILED",
    ...{ ratio: "job:command_success_ratio", tells: "good" },
  },
  {
    ...{ id: "S4", name: "pickup", budget: 0.01, component: "submitter", runbook: "queue", pages: false },
    promise: "99 % of commands submitted within 2 s of acceptance",
    ...{ ratio: "gx:pickup_slow_ratio", tells: "faults" },
  },
  {
    ...{ id: "S5", name: "freshness", budget: 0.001, component: "projector", runbook: "projector status", pages: true },
    promise: "99.9 % of minutes with reads less than 5 s old",
    ...{ ratio: "gx:projector_fresh", tells: "good" },
  },
];

type Told = Pick<Objective, "ratio" | "tells">;

/** Share of faults in a window. */
export const faultsIn = ({ ratio, tells }: Told, window: Window): string =>
  `${tells === "good" ? "1 - " : ""}${ratio}:${window}{NS}`;

/** What is left of the budget after 30 days, 1 being all of it; every five minutes count alike. */
export function budgetLeft({ ratio, tells, budget }: Told & Pick<Objective, "budget">): string {
  const mean = `avg_over_time(${ratio}:5m{NS}[30d])`;
  return `1 - ${tells === "good" ? `(1 - ${mean})` : mean} / ${budget}`;
}

const burns = [
  { alert: "SloFastBurn", times: 14.4, windows: ["1h", "5m"], class: "P1", left: "2 days" },
  { alert: "SloSlowBurn", times: 6, windows: ["6h", "30m"], class: "P1", left: "5 days" },
  { alert: "SloTrend", times: 1, windows: ["3d", "6h"], class: "P3", left: "30 days" },
] as const;

/** Both windows must burn: the long one says that it matters, the short one that it has not ended. */
export const objectiveAlerts: readonly Alert[] = burns.flatMap(
  ({ alert, times, windows: [long, short], left, ...burn }) =>
    objectives
      .filter(({ pages }) => pages || alert === "SloTrend")
      .map(({ id, name, promise, budget, component, runbook, ...told }) => ({
        alert,
        class: burn.class,
        component,
        expr: [long, short].map((window) => `${faultsIn(told, window)} > ${times} * ${budget}`).join(" and "),
        for: "0m",
        summary: `${id} ${name} burns: {{ $value | humanizePercentage }} of faults over ${long}`,
        description: `${promise}. At this rate the budget of 30 days is gone in ${left} or less.`,
        runbook,
        labels: { objective: id },
      })),
);
