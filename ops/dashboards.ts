// The dashboards, and Grafana's JSON of them.
import { cqrs } from "./dashboards/cqrs.js";
import { database } from "./dashboards/database.js";
import { fabric } from "./dashboards/fabric.js";
import { objectives } from "./dashboards/objectives.js";
import { overview } from "./dashboards/overview.js";
import { inNamespace } from "./language.js";
import type { Dashboard, Panel, Unit } from "./panels.js";

export const dashboards: readonly Dashboard[] = [overview, cqrs, database, fabric, objectives];

/** Where the runbooks are published; a variable of each dashboard. */
const RUNBOOKS = "https://docs.example.org/operations/runbooks";
const SOURCE = { type: "prometheus", uid: "${datasource}" };
const COLUMNS = 24;
const TALL = 8;
const FLAT = 4;

/** The query as Grafana gets it: whoever scrapes without a namespace sees everything. */
export const queryOf = (expr: string): string => inNamespace(expr, 'namespace=~"$namespace"');

function thresholds(limits: Panel["limits"]) {
  const steps = (...colours: readonly (readonly [string, number | null])[]) => ({
    mode: "absolute",
    steps: colours.map(([color, value]) => ({ color, value })),
  });
  if (!limits) return steps(["green", null]);
  const [yellow, red] = limits;
  return red < yellow
    ? steps(["red", null], ["yellow", red], ["green", yellow])
    : red === yellow
      ? steps(["green", null], ["red", red])
      : steps(["green", null], ["yellow", yellow], ["red", red]);
}

const typeOf = ({ kind }: Panel) => kind ?? "timeseries";

function options(panel: Panel): object {
  const last = { calcs: ["lastNotNull"], fields: "", values: false };
  if (panel.kind === "stat")
    return { reduceOptions: last, colorMode: "background", graphMode: "area", textMode: "auto", orientation: "auto" };
  if (panel.kind === "table") return { showHeader: true, cellHeight: "sm" };
  return {
    legend: { displayMode: "list", placement: "bottom", showLegend: true },
    tooltip: { mode: "multi", sort: "desc" },
  };
}

/** Those that Grafana calls otherwise. */
const units: Partial<Record<Unit, string>> = { blocks: "short", bool: "bool_yes_no" };

const fieldConfig = (panel: Panel) => ({
  defaults: {
    unit: units[panel.unit] ?? panel.unit,
    ...(panel.unit === "bool" ? { min: 0, max: 1 } : panel.unit === "percentunit" ? { min: 0 } : {}),
    color: { mode: panel.kind === "stat" ? "thresholds" : "palette-classic" },
    thresholds: thresholds(panel.limits),
    ...(typeOf(panel) === "timeseries"
      ? { custom: { lineWidth: 1, fillOpacity: 8, thresholdsStyle: { mode: panel.limits ? "line" : "off" } } }
      : {}),
  },
  overrides: [],
});

const targets = ({ queries, kind }: Panel) =>
  queries.map(({ expr, legend }, n) => ({
    refId: String.fromCharCode(65 + n),
    datasource: SOURCE,
    editorMode: "code",
    expr: queryOf(expr),
    legendFormat: legend,
    ...(kind === "table" ? { instant: true, range: false, format: "table" } : { range: true }),
  }));

interface Place {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const panelJson = (panel: Panel, { id, ...gridPos }: Place) => ({
  id,
  type: typeOf(panel),
  title: panel.title,
  description: panel.description ?? "",
  gridPos,
  datasource: SOURCE,
  links: panel.runbook
    ? [
        {
          title: `Runbook: ${panel.runbook}`,
          url: `\${runbooks}#${panel.runbook.replaceAll(" ", "-")}`,
          targetBlank: true,
        },
      ]
    : [],
  targets: targets(panel),
  fieldConfig: fieldConfig(panel),
  options: options(panel),
});

/** Rows of panels, each panel to the right of the last one as long as there is room. */
function layOut(rows: Dashboard["rows"]): object[] {
  const laid: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    laid.push({
      id: laid.length + 1,
      type: "row",
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    let [x, height] = [0, 0];
    for (const panel of panels) {
      const [w, h] = [panel.width ?? COLUMNS / 3, panel.kind === "stat" ? FLAT : TALL];
      if (x + w > COLUMNS) [x, y, height] = [0, y + height, 0];
      laid.push(panelJson(panel, { id: laid.length + 1, x, y, w, h }));
      [x, height] = [x + w, Math.max(height, h)];
    }
    y += height;
  }
  return laid;
}

const choice = (name: string, query: string) => ({
  ...{ name, label: name, type: "query", datasource: SOURCE, query: { query, refId: name }, definition: query },
  // Everything includes what has no such label.
  ...{ includeAll: true, allValue: ".*", multi: false, refresh: 2, sort: 1, hide: 0, regex: "" },
  current: { text: "All", value: "$__all" },
});

const valuesOf = {
  role: "label_values(expected_role, role)",
  domain: "label_values(command_accepted_total, domain)",
} as const;

const variables = ({ choices }: Dashboard) => [
  { name: "datasource", label: "source", type: "datasource", query: "prometheus", current: {}, hide: 0, refresh: 1 },
  choice("namespace", "label_values(up, namespace)"),
  ...choices.map((name) => choice(name, valuesOf[name])),
  { name: "runbooks", type: "textbox", query: RUNBOOKS, current: { text: RUNBOOKS, value: RUNBOOKS }, hide: 2 },
];

export const grafanaOf = (dashboard: Dashboard): object => ({
  uid: dashboard.name,
  title: dashboard.title,
  description: `${dashboard.description} Printed from ops/dashboards.ts.`,
  tags: ["gx"],
  schemaVersion: 38,
  version: 1,
  editable: false,
  timezone: "utc",
  time: { from: "now-6h", to: "now" },
  refresh: "30s",
  graphTooltip: 1,
  links: [
    {
      type: "dashboards",
      title: "GX",
      tags: ["gx"],
      asDropdown: false,
      includeVars: true,
      keepTime: true,
      targetBlank: false,
    },
    { type: "link", title: "Runbooks", url: "${runbooks}", icon: "doc", tags: [], targetBlank: true },
  ],
  annotations: {
    list: [
      {
        ...{ name: "Alerts", datasource: SOURCE, enable: true, iconColor: "red", titleFormat: "{{alertname}}" },
        expr: queryOf('ALERTS{NS,alertstate="firing",class=~"P0|P1"}'),
        textFormat: "{{class}} {{role}}",
      },
    ],
  },
  templating: { list: variables(dashboard) },
  panels: layOut(dashboard.rows),
});
