// The printed dashboards: Grafana can read them, each query parses, and every metric in them is exposed by somebody.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { anchorOf } from "../../cli/docs/markdown.js";
import { watchingFiles } from "../../cli/docs/watching.js";
import { rulesOf } from "../../ops/rules.js";
import { check, checkWith } from "./checks.js";
import { ownerOf } from "./metrics.js";
import { programPath } from "./programs.js";
import { metricsIn } from "./promql.js";

const source = z.strictObject({ type: z.literal("prometheus"), uid: z.literal("${datasource}") });
const text = z.string().min(1);
const gridPos = z.strictObject({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
});
const units = ["none", "short", "s", "ms", "bytes", "percentunit", "reqps", "ops", "d", "bool_yes_no"];
const step = z.strictObject({ color: z.enum(["green", "yellow", "red"]), value: z.number().nullable() });
const row = z.strictObject({
  ...{ id: z.int(), type: z.literal("row"), title: text, collapsed: z.literal(false), gridPos, panels: z.tuple([]) },
});
const target = z.strictObject({
  ...{ refId: z.string().regex(/^[A-Z]$/), datasource: source, editorMode: z.literal("code") },
  ...{ expr: text, legendFormat: text, range: z.boolean() },
  ...{ instant: z.literal(true).optional(), format: z.literal("table").optional() },
});
const shown = z.strictObject({
  ...{ id: z.int(), type: z.enum(["timeseries", "stat", "table"]), title: text, description: z.string(), gridPos },
  datasource: source,
  links: z.array(z.strictObject({ title: text, url: text, targetBlank: z.literal(true) })),
  targets: z.array(target).min(1),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({
      ...{ unit: z.enum(units), min: z.number().optional(), max: z.number().optional() },
      color: z.strictObject({ mode: z.enum(["thresholds", "palette-classic"]) }),
      thresholds: z.strictObject({ mode: z.literal("absolute"), steps: z.array(step).min(1) }),
      custom: z
        .strictObject({
          ...{ lineWidth: z.number(), fillOpacity: z.number() },
          thresholdsStyle: z.strictObject({ mode: z.enum(["line", "off"]) }),
        })
        .optional(),
    }),
    overrides: z.tuple([]),
  }),
  options: z.object({}).loose(),
});
const variable = z.object({ name: text, type: z.enum(["datasource", "query", "textbox"]) }).loose();
const schema = z.strictObject({
  ...{ uid: z.string().regex(/^[a-z-]{1,40}$/), title: text, description: text, tags: z.tuple([z.literal("gx")]) },
  ...{ schemaVersion: z.int().min(36), version: z.int(), editable: z.boolean(), timezone: z.literal("utc") },
  ...{ time: z.strictObject({ from: text, to: text }), refresh: text, graphTooltip: z.int() },
  links: z.array(z.object({ type: z.enum(["dashboards", "link"]), title: text }).loose()).length(2),
  annotations: z.strictObject({ list: z.array(z.object({ name: text, expr: text, datasource: source }).loose()) }),
  templating: z.strictObject({ list: z.array(variable) }),
  panels: z.array(z.union([row, shown])).min(5),
});
type Shown = z.infer<typeof shown>;

const folder = "ops/dashboards";
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const read = (name: string) => schema.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
const panelsOf = (name: string) => read(name).panels.filter((panel): panel is Shown => panel.type !== "row");

/** Title of the dashboard as section 6 has it → titles of panels that it must have. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  "GX backend overview": [
    ...["Pods by phase", "Restarts in 24 hours", "CPU against limit", "Memory against limit", "Requests per second"],
    ...["Latency of the gateway", "5xx share", "Rejected by reason", "Ready", "Versions"],
  ],
  "GX CQRS health": [
    ...["Open commands by role", "Oldest open command", "Commands per second", "Projector lag", "Events per second"],
    ...[
      "Failed commands, not replayed",
      "Stages, p95",
      "Commands per transaction",
      "Conflicts",
      "Block → visible, p95",
    ],
    ...["Quarantine", "Leaders"],
  ],
  "GX database": [
    ...["Connections by state", "Statements", "Rows returned per second", "Replication lag", "Timeline", "Size"],
    ...[
      "Growth per day, by the last 7",
      "Cache hit share",
      "Memory",
      "Clients",
      "Replicas",
      "Evicted keys",
      "Volume free",
    ],
  ],
  "GX Fabric": [
    ...["Peer answers by role", "Height by peer", "Behind the highest peer", "Round trip", "Endorse, p95"],
    ...["Transactions by validation code", "Changes of the orderers' leader", "Days left of identities", "Breaker"],
  ],
  "GX objectives and capacity": [
    ...["S1 availability", "S2 speed", "S3 commands", "S4 pickup", "S5 freshness", "Burn rate over 1h"],
    ...["Burn rate over 6h", "Burn rate over 3d", "Commands per day", "Quota used"],
  ],
};

/** An expression as Prometheus gets it when everything is chosen. */
const chosen = (expr: string) => expr.replaceAll(/\$(?:namespace|role|domain)\b/g, ".*");
const exprs = () =>
  files.flatMap((name) => [
    ...read(name).annotations.list.map(({ expr }) => expr),
    ...panelsOf(name).flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ]);

describe("the dashboards", () => {
  check(
    "OPS-6.1",
    "U",
    "Grafana's JSON fits the schema, panels have what section 6 names, and none lies on another",
    () => {
      const titles = Object.fromEntries(
        files.map((name) => [read(name).title, panelsOf(name).map(({ title }) => title)]),
      );
      expect(titles).toEqual(
        Object.fromEntries(
          Object.entries(wanted).map(([title, panels]) => [title, expect.arrayContaining([...panels])]),
        ),
      );
      for (const name of files) {
        const cells = read(name).panels.flatMap(({ gridPos: { x, y, w, h } }) =>
          Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
        );
        expect({
          name,
          twice: cells.length - new Set(cells).size,
          beyond: cells.filter((cell) => Number(cell.split(",")[0]) > 23),
        }).toEqual({ name, twice: 0, beyond: [] });
        const { panels } = read(name);
        expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      }
    },
  );

  check(
    "OPS-6.1",
    "U",
    "every variable in a query is one of the dashboard's, and every link leads to a runbook that exists",
    () => {
      const anchors = [...readFileSync("docs/operations/runbooks.md", "utf8").matchAll(/^#+ (.+)$/gm)].map(
        ([, heading]) => `\${runbooks}#${anchorOf(heading ?? "")}`,
      );
      for (const name of files) {
        const variables = read(name).templating.list.map((one) => one.name);
        const used = panelsOf(name).flatMap(({ targets }) =>
          targets.flatMap(({ expr }) => [...expr.matchAll(/\$(\w+)/g)].map(([, one]) => one ?? "")),
        );
        expect({ name, unknown: used.filter((one) => !variables.includes(one)) }).toEqual({ name, unknown: [] });
        const links = panelsOf(name).flatMap((panel) => panel.links.map(({ url }) => url));
        expect({ name, dead: links.filter((url) => !anchors.includes(url)) }).toEqual({ name, dead: [] });
      }
    },
  );

  check(
    "OPS-6.1",
    "U",
    "every metric of rules and panels is exposed by us, by an exporter, by the platform, or recorded",
    () => {
      const rules = rulesOf().flatMap((group) => group.rules);
      const recorded = rules.map(({ record }) => record);
      const unknown = (all: readonly string[]) =>
        [...new Set(all.flatMap(metricsIn))].filter((name) => !recorded.includes(name) && ownerOf(name) === undefined);
      expect(unknown(rules.map(({ expr }) => expr))).toEqual([]);
      expect(unknown(exprs())).toEqual([]);
      expect(unknown(["sum(rate(http_requests_totals[5m])) / on (job) up"])).toEqual(["http_requests_totals"]);
    },
  );

  checkWith({ needs: ["promtool"] }, "OPS-6.1", "P", "promtool parses the query of each panel", () => {
    const faultsIn = (queries: readonly string[]) => {
      const at = mkdtempSync(join(tmpdir(), "gx-queries-"));
      try {
        const rules = queries.map((expr, n) => ({ record: `query:${n}`, expr: chosen(expr) }));
        writeFileSync(join(at, "rules.json"), JSON.stringify({ groups: [{ name: "queries", rules }] }));
        const { status, stderr } = spawnSync(programPath("promtool"), ["check", "rules", "rules.json"], {
          cwd: at,
          encoding: "utf8",
        });
        return status === 0 ? "" : stderr;
      } finally {
        rmSync(at, { recursive: true, force: true });
      }
    };
    expect(exprs().length).toBeGreaterThan(90);
    expect(faultsIn(exprs())).toBe("");
    expect(faultsIn(["sum by (role (gx_ready)"])).toContain("could not parse expression");
  });

  check("OPS-6.3", "U", "the files are those that ops/ prints, in the repository and for a cluster", () => {
    const stale = Object.entries(watchingFiles()).filter(([path, printed]) => readFileSync(path, "utf8") !== printed);
    expect(stale.map(([path]) => path)).toEqual([]);
    const map = parse(readFileSync("k8s/base/monitoring/grafana-dashboards.yaml", "utf8")) as {
      readonly metadata: { readonly labels: object };
      readonly data: Readonly<Record<string, string>>;
    };
    expect(map.metadata.labels).toMatchObject({ grafana_dashboard: "1" });
    const shipped = Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
    expect(Object.fromEntries(Object.entries(map.data).map(([name, json]) => [name, `${json}\n`]))).toEqual(shipped);
  });
});
