// Who is told of which alert: Alertmanager's own program asks the printed routes; inhibitions are tried on pairs of alerts.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { alertsOf } from "../../ops/rules.js";
import { check, checkWith } from "./checks.js";
import { programPath } from "./programs.js";

type Labels = Readonly<Record<string, string>>;
interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

const file = "ops/alertmanager/alertmanager.yaml";
const config = parse(readFileSync(file, "utf8")) as {
  readonly inhibit_rules: readonly Inhibition[];
  readonly receivers: readonly Readonly<Record<string, unknown>>[];
};

const amtool = (...args: string[]) => {
  const { status, stdout } = spawnSync(programPath("amtool"), args, { encoding: "utf8" });
  return { status, said: stdout.trim() };
};

/** As section 5.1 has it: class, severity, receiver. */
const classes = [
  ["P0", "critical", "pager"],
  ["P1", "critical", "pager"],
  ["P2", "warning", "chat"],
  ["P3", "info", "digest"],
] as const;

/** Whether labels fit matchers of the kinds that the file uses: =, !=, =~. */
function fit(labels: Labels, matchers: readonly string[]): boolean {
  return matchers.every((matcher) => {
    const [, name = "", sign, value = ""] = /^(\w+)(=~|!=|=)"(.*)"$/.exec(matcher) ?? [];
    const has = labels[name] ?? "";
    if (sign === undefined) throw new Error(`no matcher: ${matcher}`);
    if (sign === "=~") return new RegExp(`^(?:${value})$`).test(has);
    return (sign === "=") === (has === value);
  });
}

const inhibits = (source: Labels, target: Labels): boolean =>
  config.inhibit_rules.some(
    ({ source_matchers, target_matchers, equal }) =>
      fit(source, source_matchers) &&
      fit(target, target_matchers) &&
      equal.every((name) => (source[name] ?? "") === (target[name] ?? "")),
  );

const of = (alertname: string, labels: Labels = {}): Labels => {
  const alert = alertsOf().find(({ alert: name }) => name === alertname);
  if (!alert) throw new Error(`there is no alert ${alertname}`);
  return { alertname, class: alert.class, component: alert.component, namespace: "backend-mainnet", ...labels };
};
const sa = { role: "gx_super_admin" };
const ad = { role: "gx_admin" };

describe("the routes", () => {
  checkWith({ needs: ["amtool"] }, "OPS-5.3", "P", "amtool takes the printed file", () => {
    expect(amtool("check-config", file)).toEqual({ status: 0, said: expect.stringContaining("SUCCESS") });
  });

  checkWith(
    { needs: ["amtool"] },
    "OPS-5.3",
    "P",
    "critical reaches the pager, warning the chat, info the digest, and the watchdog the dead-man timer",
    () => {
      const receiverOf = (...labels: string[]) =>
        amtool("config", "routes", "test", `--config.file=${file}`, ...labels);
      for (const [level, severity, receiver] of classes) {
        const { alert = "" } = alertsOf().find((one) => one.class === level) ?? {};
        const said = receiverOf(`alertname=${alert}`, `class=${level}`, `severity=${severity}`, "role=gx_admin");
        expect({ level, ...said }).toEqual({ level, status: 0, said: receiver });
      }
      expect(receiverOf("alertname=Watchdog", "severity=none").said).toBe("dead-man");
      expect(receiverOf("alertname=OfSomebodyElse").said).toBe("chat");
    },
  );

  check(
    "OPS-5.3",
    "P",
    "no address stands in what Prometheus and Alertmanager read: receivers take theirs from files",
    () => {
      const files = ["ops/prometheus", "ops/prometheus/targets", "ops/alertmanager"].flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => name.endsWith(".yaml"))
          .map((name) => join(folder, name)),
      );
      const literal = /https?:\/\/|[\w.-]+@[\w-]+\.\w|\b(?!127\.0\.0\.1\b)\d{1,3}(?:\.\d{1,3}){3}\b/;
      expect(files.length).toBeGreaterThan(10);
      expect(files.filter((path) => literal.test(readFileSync(path, "utf8")))).toEqual([]);
      const kinds = config.receivers.flatMap(({ name: _name, ...ways }) => Object.values(ways).flat() as object[]);
      const addressed = kinds.map((way) => Object.keys(way).filter((key) => /_(file|url|key)$/.test(key)));
      expect(addressed).toEqual([["routing_key_file"], ["api_url_file"], ["api_url_file"], ["api_url_file"]]);
    },
  );

  check(
    "OPS-5.3",
    "U",
    "a P0 holds back lesser alerts of its role or component, and a lost node those of its pods",
    () => {
      const held: readonly (readonly [Labels, Labels])[] = [
        [of("SubmitterDown", ad), of("OutboxCommandsStuck", ad)],
        [of("FabricConnectionLost", ad), of("BreakerOpen", ad)],
        [of("FabricIdentityExpiring1d", ad), of("FabricIdentityExpiring30d", ad)],
        [of("PostgresDown"), of("ReplicationBroken")],
        [of("GatewayDown"), of("ApiErrorRateHigh")],
        [of("ProjectorStopped"), of("ProjectorLagHigh")],
        [of("NodeNotReady", { node: "node-1" }), of("PodCrashLoop", { node: "node-1" })],
      ];
      const told: readonly (readonly [Labels, Labels])[] = [
        [of("SubmitterDown", ad), of("OutboxCommandsStuck", sa)],
        [of("SubmitterDown", ad), of("OutboxQueueGrowing")],
        [of("SubmitterDown", ad), of("SubmitterReplicaDown")],
        [of("SubmitterDown", ad), of("SubmitterDown", sa)],
        [of("GatewayDown"), of("ProjectorLagHigh")],
        [of("GatewayDown"), of("PostgresDown")],
        [of("PostgresDown"), { ...of("ReplicationBroken"), namespace: "backend-testnet" }],
        [of("LaneStopped", ad), of("OutboxCommandsStuck", ad)],
        [of("NodeNotReady", { node: "node-1" }), of("PodCrashLoop", { node: "node-2" })],
        [of("NodeNotReady", { node: "node-1" }), of("DiskSpaceLow")],
        [of("NodeNotReady", { node: "node-1" }), of("NodeNotReady", { node: "node-1" })],
      ];
      expect(held.filter(([source, target]) => !inhibits(source, target))).toEqual([]);
      expect(told.filter(([source, target]) => inhibits(source, target))).toEqual([]);
    },
  );
});
