// The parts of docs/operations/monitoring.md that follow from ops/: alerts, objectives, dashboards. The rest is written by hand.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dashboards } from "../../ops/dashboards.js";
import { severityOf } from "../../ops/language.js";
import { objectives } from "../../ops/objectives.js";
import { alertsOf, runbookOf, runbooks } from "../../ops/rules.js";
import { root } from "../../platform/config.js";
import { code, table } from "./markdown.js";

const PAGE = "docs/operations/monitoring.md";

/** A text that Prometheus fills in, as a reader meets it: the label's name in its place. */
const shown = (summary: string): string =>
  summary
    .replaceAll(/\{\{ with [^}]*\}\}.*?\{\{ end \}\}/g, "")
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "‹$1›")
    .replaceAll(/\{\{ \$value[^}]*\}\}/g, "‹value›");

const linked = (runbook: string) => `[${runbook}](${runbookOf({ runbook }).replace(runbooks, "runbooks.md")})`;

const ORDER = Object.keys(severityOf);

function alertsTable(): string[] {
  const seen = new Set<string>();
  const rows = alertsOf()
    .map((alert) => ({
      ...alert,
      named: `${alert.alert}${alert.labels ? ` ${Object.values(alert.labels).join(" ")}` : ""}`,
    }))
    .filter(({ named }) => !seen.has(named) && seen.add(named))
    .sort((a, b) => ORDER.indexOf(a.class) - ORDER.indexOf(b.class))
    .map(({ named, class: level, for: wait, summary, description, runbook }) => [
      code(named),
      level === "none" ? "–" : level,
      wait === "0m" ? "at once" : wait,
      `**${shown(summary)}.** ${description}`,
      linked(runbook),
    ]);
  return table(["alert", "class", "after", "what it says, and what it means", "what to do"], rows);
}

const objectivesTable = () =>
  table(
    ["objective", "promise over 30 days", "indicator", "alerts"],
    objectives.map(({ id, name, promise, ratio, pages }) => [
      `${id} ${name}`,
      promise,
      code(ratio),
      pages ? "fast, slow, trend" : "trend",
    ]),
  );

const dashboardsTable = () =>
  table(
    ["dashboard", "file", "what it shows", "panels"],
    dashboards.map(({ title, name, description, rows }) => [
      `**${title}**`,
      `[${name}.json](../../ops/dashboards/${name}.json)`,
      description,
      rows.flatMap(({ panels }) => panels.map((panel) => panel.title)).join(" · "),
    ]),
  );

const severitiesTable = () =>
  table(
    ["class", "label `severity`", "alerts"],
    (["P0", "P1", "P2", "P3"] as const).map((level) => [
      level,
      severityOf[level],
      String(new Set(alertsOf().flatMap((alert) => (alert.class === level ? [alert.alert] : []))).size),
    ]),
  );

const parts: Readonly<Record<string, () => string[]>> = {
  alerts: alertsTable,
  counts: severitiesTable,
  dashboards: dashboardsTable,
  objectives: objectivesTable,
};

/** The page with each part between its two marks printed anew. @throws Error for a mark that is missing. */
export function monitoringPage(): Record<string, string> {
  let text = readFileSync(join(root, PAGE), "utf8");
  for (const [name, lines] of Object.entries(parts)) {
    const [opening, closing] = [`<!-- printed: ${name} -->`, `<!-- end of ${name} -->`];
    const [begin, end] = [text.indexOf(opening), text.indexOf(closing)];
    if (begin < 0 || end < begin) throw new Error(`${PAGE} lacks ${opening} … ${closing}`);
    text = `${text.slice(0, begin)}${opening}\n${lines().join("\n")}\n${text.slice(end)}`;
  }
  return { [PAGE]: text };
}
