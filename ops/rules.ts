// All rules of Prometheus as one value, for one namespace or for all that a Prometheus scrapes.
import { signingRoles } from "../catalogue/roles.js";
import { dataAlerts } from "./alerts/data.js";
import { platformAlerts } from "./alerts/platform.js";
import { readAlerts } from "./alerts/reads.js";
import { writeAlerts } from "./alerts/writes.js";
import { divided, inNamespace, quicker, severityOf, type Alert, type Recording } from "./language.js";
import { objectiveAlerts } from "./objectives.js";
import { recordings, slowRecordings } from "./recordings.js";

export interface RuleOptions {
  /** Whose series the rules look at, and a label of all they say. Without one: everything that is scraped. */
  readonly namespace?: string;
  /** Roles that must have a leader. */
  readonly roles?: readonly string[];
  /** Scrape jobs that must have targets. */
  readonly jobs?: readonly string[];
  /** Standbys that the database must have. */
  readonly standbys?: number;
  /** Every time that a rule waits or looks back is divided by it; figures in the texts stay. */
  readonly scale?: number;
}

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly Rule[];
}

/** The jobs of an installation with a database cluster and a Redis for the cache. */
export const allJobs = [
  "gateway",
  "subgraphs",
  "submitter",
  "projector",
  "postgres",
  "patroni",
  "redis",
  "redis-cache",
] as const;

export const runbooks = "docs/operations/runbooks.md";

/** The anchor of a runbook's heading. */
export const runbookOf = ({ runbook }: Pick<Alert, "runbook">): string => `${runbooks}#${runbook.replaceAll(" ", "-")}`;

export function alertsOf({ jobs = allJobs, standbys = 2 }: RuleOptions = {}): readonly Alert[] {
  return [...writeAlerts, ...readAlerts, ...dataAlerts(standbys), ...platformAlerts(jobs), ...objectiveAlerts];
}

export function rulesOf(options: RuleOptions = {}): readonly RuleGroup[] {
  const { namespace, roles = signingRoles, scale = 1 } = options;
  const labels = namespace === undefined ? {} : { namespace };
  const selector = namespace === undefined ? undefined : `namespace="${namespace}"`;
  const exprOf = ({ expr }: { expr: string }) => quicker(inNamespace(expr, selector), scale);
  const recording = (rule: Recording): Rule => {
    const all = { ...labels, ...rule.labels };
    return { record: rule.record, expr: exprOf(rule), ...(Object.keys(all).length > 0 ? { labels: all } : {}) };
  };
  const alert = (rule: Alert): Rule => ({
    alert: rule.alert,
    expr: exprOf(rule),
    for: divided(rule.for, scale),
    labels: {
      severity: severityOf[rule.class],
      class: rule.class,
      component: rule.component,
      ...labels,
      ...rule.labels,
    },
    annotations: { summary: rule.summary, description: rule.description, runbook: runbookOf(rule) },
  });
  return [
    { name: "gx-recordings", rules: recordings(roles).map(recording) },
    { name: "gx-slow-recordings", interval: divided("2m", scale), rules: slowRecordings.map(recording) },
    { name: "backend-alerts", rules: alertsOf(options).map(alert) },
  ];
}
