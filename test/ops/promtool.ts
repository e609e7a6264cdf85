// Puts series before promtool: each alert with the recordings it builds on, in a file of its own, all in one run.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Rule, RuleGroup } from "../../ops/rules.js";
import { componentOf } from "./burn-series.js";
import { programPath } from "./programs.js";
import type { Cases, Fire, Series } from "./rule-series.js";

/** By section 5.1. */
const severities = { P0: "critical", P1: "critical", P2: "warning", P3: "info", none: "none" };

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
export const secondsOf = (time: string): number =>
  [...time.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0),
    0,
  );

const inputs = (series: Series) => Object.entries(series).map(([name, values]) => ({ series: name, values }));

/** The rules of one alert and the recordings that it builds on, as they are printed. */
function rulesFor(groups: readonly RuleGroup[], alert: string): RuleGroup[] {
  const rules = groups.flatMap((group) => group.rules);
  const wanted = new Set(rules.filter((rule) => rule.alert === alert));
  for (const { expr } of wanted)
    for (const rule of rules) if (rule.record !== undefined && expr.includes(rule.record)) wanted.add(rule);
  return groups.map((group) => ({ ...group, rules: group.rules.filter((rule) => wanted.has(rule)) }));
}

const ruleOf = (groups: readonly RuleGroup[], alert: string): Rule =>
  groups.flatMap(({ rules }) => rules).find((rule) => rule.alert === alert) ?? { expr: "" };

function expected(groups: readonly RuleGroup[], alert: string, cases: Cases, fire: Fire, more: object) {
  const { severity, component } = { severity: severities[cases.class], component: cases.component };
  return fire.says.map(({ labels = {}, summary }) => {
    const objective = labels["objective"];
    const rule = groups
      .flatMap(({ rules }) => rules)
      .find((one) => one.alert === alert && (objective === undefined || one.labels?.["objective"] === objective));
    return {
      exp_labels: {
        ...{ severity, class: cases.class, component: componentOf[objective ?? ""] ?? component },
        ...labels,
        ...more,
      },
      exp_annotations: { ...rule?.annotations, summary },
    };
  });
}

/** What promtool is asked about one alert; `more` are labels that all it says carry. */
function testOf(groups: readonly RuleGroup[], alert: string, cases: Cases, more: object) {
  const every = cases.every ?? "15s";
  const step = secondsOf(cases.evaluatedEvery ?? every);
  const at = (seconds: number, exp_alerts: object[] = []) => ({
    eval_time: `${seconds}s`,
    alertname: alert,
    exp_alerts,
  });
  const firing = Object.entries(cases.fires).map(([name, fire]) => {
    const begins = secondsOf(fire.at);
    return {
      ...{ name: `${alert} fires: ${name}`, interval: every, input_series: inputs(fire.series) },
      alert_rule_test: [
        ...(fire.atOnce ? [] : [at(begins - step)]),
        at(begins, expected(groups, alert, cases, fire, more)),
        ...(fire.ended === undefined ? [] : [at(secondsOf(fire.ended))]),
      ],
    };
  });
  const silent = Object.entries(cases.silent).map(([name, { series, from = "0s", until }]) => {
    const [first, last] = [secondsOf(from), secondsOf(until)];
    const times = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, n) => first + n * step);
    return {
      ...{ name: `${alert} silent: ${name}`, interval: every, input_series: inputs(series) },
      alert_rule_test: times.map((time) => at(time)),
    };
  });
  return {
    ...{ rule_files: [`${alert}.rules.json`], evaluation_interval: cases.evaluatedEvery ?? every },
    group_eval_order: groups.map(({ name }) => name),
    tests: [...firing, ...silent],
  };
}

/** The first series that fire as those of a namespace, beside others of another one that fire nothing. */
function inNamespace(cases: Cases, namespace: string, elsewhere: string): Cases {
  const named = (series: Series, of: string): Series =>
    Object.fromEntries(
      Object.entries(series).map(([name, values]) => [
        name.includes("{") ? name.replace("{", `{namespace="${of}",`) : `${name}{namespace="${of}"}`,
        values,
      ]),
    );
  const healthy = Object.values(cases.silent)[0]?.series ?? {};
  return {
    ...cases,
    fires: Object.fromEntries(
      Object.entries(cases.fires)
        .slice(0, 1)
        .map(([name, fire]) => [
          name,
          { ...fire, series: { ...named(healthy, elsewhere), ...named(fire.series, namespace) } },
        ]),
    ),
    silent: {},
  };
}

export interface Asked {
  readonly groups: readonly RuleGroup[];
  readonly cases: Readonly<Record<string, Cases>>;
  /** Rules that look at one namespace: the series are its own, and healthy ones of another stand beside them. */
  readonly namespace?: { readonly own: string; readonly other: string };
}

/** What promtool holds against the rules; empty when it finds all as said. */
export function faultsIn({ groups, cases, namespace }: Asked): string {
  const folder = mkdtempSync(join(tmpdir(), "gx-rules-"));
  try {
    for (const [alert, given] of Object.entries(cases)) {
      if (ruleOf(groups, alert).expr === "") return `there is no rule ${alert}`;
      const asked = namespace ? inNamespace(given, namespace.own, namespace.other) : given;
      const test = testOf(groups, alert, asked, namespace ? { namespace: namespace.own } : {});
      writeFileSync(join(folder, `${alert}.rules.json`), JSON.stringify({ groups: rulesFor(groups, alert) }));
      writeFileSync(join(folder, `${alert}.test.json`), JSON.stringify(test));
    }
    const files = Object.keys(cases).map((alert) => `${alert}.test.json`);
    const { status, stdout, stderr } = spawnSync(programPath("promtool"), ["test", "rules", ...files], {
      ...{ cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
    });
    return status === 0 ? "" : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
