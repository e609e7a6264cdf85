// What Prometheus computes beforehand: the queue's depth, the roles that must have a leader, and the objectives' ratios.
import type { Recording } from "./language.js";

/** Windows of the objectives' ratios; alerts look at two of them each. */
export const windows = ["5m", "30m", "1h", "6h", "3d"] as const;
export type Window = (typeof windows)[number];

const GATEWAY = 'NS,service="gateway"';
const QUERIES = `${GATEWAY},route="/graphql"`;

const answers = (window: Window, status = "") => `sum(rate(http_requests_total{${GATEWAY}${status}}[${window}]))`;
const submitted = (window: Window, le: number) =>
  `(sum(rate(outbox_submitter_wait_seconds_bucket{NS,le="${le}"}[${window}])) or vector(0))`;
const waited = (window: Window) => `(sum(rate(outbox_submitter_wait_seconds_count{NS}[${window}])) or vector(0))`;
const failed = (window: Window) =>
  `(sum(rate(outbox_submitter_commands_total{NS,outcome="failed"}[${window}])) or vector(0))`;

/**
 * The objectives' indicators over a window. A sum that has no series yet counts as 0, so that a system without a fault has a
 * ratio; without any traffic there is none.
 */
const ratios: Readonly<Record<string, (window: Window) => string>> = {
  "job:http_error_ratio": (window) =>
    `(${answers(window, ',status=~"5.."')} or 0 * ${answers(window)}) / ${answers(window)}`,
  "gx:http_slow_ratio": (window) =>
    `1 - sum(rate(http_request_duration_seconds_bucket{${QUERIES},le="0.5"}[${window}])) / sum(rate(http_request_duration_seconds_count{${QUERIES}}[${window}]))`,
  // Not in time is what failed, and what was submitted later than 30 s after it was accepted.
  "job:command_success_ratio": (window) => `${submitted(window, 30)} / (${waited(window)} + ${failed(window)})`,
  "gx:pickup_slow_ratio": (window) => `1 - ${submitted(window, 2)} / ${waited(window)}`,
  "gx:projector_fresh": (window) => `avg_over_time(gx:projector_fresh:1m{NS}[${window}])`,
};

const over = (chosen: readonly Window[]): Recording[] =>
  Object.entries(ratios).flatMap(([name, expr]) =>
    // Nothing of nothing is NaN, which a mean over 30 days would keep: it is no sample.
    chosen.map((window) => ({ record: `${name}:${window}`, expr: `${expr(window)} > -1` })),
  );

/** One series per role; an alert on a leader that is missing needs to know that it was expected. */
const expected = (roles: readonly string[]): Recording[] =>
  roles.map((role) => ({ record: "expected_role", expr: "vector(1)", labels: { role } }));

/** Computed as often as rules are. */
export const recordings = (roles: readonly string[]): Recording[] => [
  ...expected(roles),
  // Every process that serves admin counts the same rows.
  { record: "gx:queue_depth", expr: "sum(max by (role, status) (outbox_command_queue_depth{NS}))" },
  // A projector that nobody hears of is not fresh; before Prometheus has looked for the first time nothing is known.
  {
    record: "gx:projector_fresh:1m",
    expr: '(max(max_over_time(projector_lag_milliseconds{NS}[1m])) < bool 5000) or 0 * max(up{NS,service="projector"})',
  },
  ...over(["5m", "30m", "1h"]),
];

/** Computed every two minutes: they read hours and days of samples, and change slowly. */
export const slowRecordings: readonly Recording[] = [
  ...over(["6h", "3d"]),
  { record: "gx:commands:1d", expr: "sum(increase(command_accepted_total{NS}[1d]))" },
];
