// The printed rules: each fires when it must and stays silent when it must; each says who is called, and what to do.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { anchorOf } from "../../cli/docs/markdown.js";
import { rulesOf, type RuleGroup } from "../../ops/rules.js";
import { burnCases } from "./burn-series.js";
import { check, checkWith } from "./checks.js";
import { programPath } from "./programs.js";
import { faultsIn } from "./promtool.js";
import { cases, type Cases } from "./rule-series.js";

const file = "ops/prometheus/rules.yaml";
const { groups } = parse(readFileSync(file, "utf8")) as { groups: RuleGroup[] };
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const all = { ...cases, ...burnCases };

describe("the rules", () => {
  checkWith({ needs: ["promtool"] }, "OPS-5.1", "P", "promtool takes the printed rules", () => {
    const { status, stdout, stderr } = spawnSync(programPath("promtool"), ["check", "rules", file], {
      encoding: "utf8",
    });
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: expect.stringContaining("SUCCESS") });
  });

  checkWith(
    { needs: ["promtool"] },
    "OPS-5.1",
    "P",
    "each rule fires after its time and says why, and stays silent on what is healthy or nearly a fault",
    () => {
      expect(faultsIn({ groups, cases: all })).toBe("");
    },
  );

  checkWith(
    { needs: ["promtool"] },
    "OPS-5.1",
    "P",
    "the rules of a namespace fire on its series, whatever another namespace shows",
    () => {
      const { NodeNotReady: _ofTheCluster, TargetMissing: _ofItsJobs, ...own } = all;
      const namespaced = rulesOf({ namespace: "backend-mainnet" });
      const namespace = { own: "backend-mainnet", other: "backend-testnet" };
      expect(faultsIn({ groups: namespaced, cases: own, namespace })).toBe("");
    },
  );

  checkWith({ needs: ["promtool"] }, "OPS-5.1", "P", "a rule with another threshold or another time is caught", () => {
    const planted = (from: string, to: string) =>
      JSON.parse(JSON.stringify(groups).replaceAll(from, to)) as RuleGroup[];
    const one = (name: string) => ({ [name]: all[name] as Cases });
    expect(faultsIn({ groups: planted("> 5000", "> 4999"), cases: one("ProjectorLagHigh") })).toContain(
      "ProjectorLagHigh",
    );
    expect(faultsIn({ groups: planted('"for":"5m"', '"for":"4m"'), cases: one("OutboxQueueGrowing") })).not.toBe("");
    expect(faultsIn({ groups: planted("14.4 *", "12 *"), cases: one("SloFastBurn") })).toBe("");
    expect(
      faultsIn({ groups: planted(" and job:http_error_ratio:5m > 14.4 * 0.001", ""), cases: one("SloFastBurn") }),
    ).not.toBe("");
  });

  check(
    "OPS-5.1",
    "U",
    "each alert has series on which it fires, and, but the watchdog, series on which it is silent",
    () => {
      const names = [...new Set(alerts.map(({ alert }) => alert as string))];
      expect(Object.keys(all).sort()).toEqual(names.sort());
      const never = Object.entries(all).filter(([, { fires }]) => Object.keys(fires).length === 0);
      const always = Object.entries(all).filter(([, { silent }]) => Object.keys(silent).length === 0);
      expect([never.map(([name]) => name), always.map(([name]) => name)]).toEqual([[], ["Watchdog"]]);
    },
  );

  check(
    "OPS-5.1",
    "U",
    "each alert has a class with its severity, a component, a summary, a description and a runbook that exists",
    () => {
      const severities = new Map([
        ["P0", "critical"],
        ["P1", "critical"],
        ["P2", "warning"],
        ["P3", "info"],
        ["none", "none"],
      ]);
      const page = "docs/operations/runbooks.md";
      const anchors = [...readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
        anchorOf(heading ?? ""),
      );
      const wrong = alerts.filter(({ labels = {}, annotations = {} }) => {
        const [path, anchor = ""] = (annotations["runbook"] ?? "").split("#");
        return (
          severities.get(labels["class"] ?? "") !== labels["severity"] ||
          [labels["component"], annotations["summary"], annotations["description"]].some((text) => !text) ||
          path !== page ||
          !anchors.includes(anchor)
        );
      });
      expect(wrong.map(({ alert }) => alert)).toEqual([]);
    },
  );

  check(
    "OPS-5.1",
    "U",
    "each selector of a namespace's rules looks at that namespace alone, but for nodes, which have none",
    () => {
      const words =
        /(?<![\w:."])(?!(?:on|by|and|or|unless|ignoring|group_left|bool|offset|vector|time|sum|max|min|rate|increase|deriv|abs|absent|avg_over_time|max_over_time)\b)[a-z_][\w:]*(?=[{[ ),]|$)/g;
      const open = rulesOf({ namespace: "backend-mainnet" })
        .flatMap((group) => group.rules)
        .flatMap(({ expr }) => {
          const bare = expr.replaceAll(/(?:by|on|ignoring|group_left) ?\([^)]*\)/g, "").replaceAll(/"[^"]*"/g, '""');
          const scoped = expr.replaceAll('{namespace="backend-mainnet"', "{SCOPED");
          return [...bare.matchAll(words)]
            .map(([name]) => name)
            .filter((name) => !["namespace", "service", "status", "job", "app", "role"].includes(name))
            .filter((name) => scoped.includes(name) && new RegExp(`${name}(?!\\{SCOPED|[\\w:])`).test(scoped));
        });
      expect([...new Set(open)].sort()).toEqual(["kube_node_status_condition"]);
    },
  );
});
