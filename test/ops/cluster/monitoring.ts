// Real Prometheus and Alertmanager that watch a system, with the rules and routes that are shipped; their receivers are a
// server here that writes down what it is told. Changes of theirs: addresses, and times divided so that a fault takes seconds.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { dirname, join } from "node:path";
import { divided } from "../../../ops/language.js";
import { alertmanagerConfig, receiverNames, type ReceiverName } from "../../../ops/routes.js";
import { allJobs, rulesOf, type Rule, type RuleGroup } from "../../../ops/rules.js";
import { prometheusConfig } from "../../../ops/scrape.js";
import { yaml, type Yaml } from "../../../ops/yaml.js";
import { root } from "../../../platform/config.js";
import { eventually, freePort } from "../../environment.js";
import { noteServer } from "../../servers.mjs";
import { programPath, type Program } from "../programs.js";
import { newRecorded, type Platform } from "./platform.js";
import type { Watched } from "./watched.js";

/** Times that rules wait and look back are divided by it. */
export const SCALE = 20;
/** Those of rules that wait for an hour or look back for days. */
export const SLOW_SCALE = 720;
export const NAMESPACE = "gx-protocol-testnet";

export const programs = [
  ...(["prometheus", "prometheus-alertmanager"] as const),
  ...(["prometheus-postgres-exporter", "prometheus-redis-exporter"] as const),
] satisfies Program[];

export interface Told {
  readonly at: number;
  readonly receiver: ReceiverName;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface Monitoring {
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Every notification that reached a receiver, in order. */
  readonly told: readonly Told[];
  /** What the query gives now. */
  ask(query: string): Promise<readonly Sample[]>;
  /** Alerts in Alertmanager that are suppressed, by name. */
  suppressed(): Promise<ReadonlySet<string>>;
  /** Names of all that is stored. */
  names(): Promise<ReadonlySet<string>>;
  /** What the recorded series of the platform say; may be changed. */
  readonly platform: Platform;
  close(): Promise<void>;
}

/** Rules of the installation that is watched, as shipped but for their times. */
export function quickRules(): readonly RuleGroup[] {
  const options = { namespace: NAMESPACE, jobs: allJobs, standbys: 2 };
  const [slow, quick] = [rulesOf({ ...options, scale: SLOW_SCALE }), rulesOf({ ...options, scale: SCALE })];
  const shipped = rulesOf(options);
  const isSlow = (group: number, index: number) => {
    const { for: wait = "0m", expr } = shipped[group]?.rules[index] ?? { expr: "" };
    return wait === "1h" || /\[\d+d\]/.test(expr) || shipped[group]?.interval !== undefined;
  };
  return quick.map(({ name, rules }, group) => ({
    name,
    rules: rules.map((rule, index): Rule => (isSlow(group, index) ? (slow[group]?.rules[index] ?? rule) : rule)),
  }));
}

/** How long a rule waits before it fires: as shipped, and here. */
export function waitOf(alert: string): { shipped: string; here: string } {
  const find = (groups: readonly RuleGroup[]) =>
    groups.flatMap(({ rules }) => rules).find((rule) => rule.alert === alert)?.for ?? "0m";
  return { shipped: find(rulesOf()), here: find(quickRules()) };
}

export async function newMonitoring(watched: Watched): Promise<Monitoring> {
  const folder = mkdtempSync(join(process.env["GX_TEST_RUN"] ?? "/tmp", "monitoring-"));
  const first = await freePort(8);
  const at = (place: number) => `127.0.0.1:${first + place}`;
  const [prometheus, alertmanager, postgres, redis, cache] = [at(0), at(1), at(2), at(3), at(4)];
  const receivers = await listen(first + 5, (path, body) => note(path, body));
  const told: Told[] = [];
  const recorded = newRecorded(NAMESPACE);
  const kube = await listen(first + 6, (path) => recorded.text(path));
  function note(path: string, body: string): string {
    const { alerts } = JSON.parse(body) as { alerts: { status: Told["status"]; labels: Told["labels"] }[] };
    const receiver = path.slice(1) as ReceiverName;
    for (const { status, labels } of alerts) told.push({ at: Date.now(), receiver, status, labels });
    return "";
  }
  writeAll(folder, watched, { alertmanager, postgres, redis, cache, kube: at(6), receivers: at(5) });
  const children: ChildProcess[] = [];
  const run = (program: Program, args: string[], env: Record<string, string> = {}) => {
    const log = openSync(join(folder, `${program}-${children.length}.log`), "a");
    // Run by a name in this folder, by which the end of a run knows its own.
    const path = join(folder, `${program}-${children.length}`);
    symlinkSync(programPath(program), path);
    const child = spawn(path, args, { cwd: folder, stdio: ["ignore", log, log], env: { ...process.env, ...env } });
    children.push(child);
    if (child.pid !== undefined)
      noteServer(dirname(folder), `${program}-${child.pid}`, { pid: child.pid, signal: "SIGKILL" });
  };
  const { url } = watched.database;
  run(
    "prometheus-postgres-exporter",
    [`--web.listen-address=${postgres}`, `--extend.query-path=${join(root, "k8s/base/postgres/queries.yaml")}`],
    { DATA_SOURCE_NAME: `${url}?sslmode=disable` },
  );
  run("prometheus-redis-exporter", ["-web.listen-address", redis, "-redis.addr", watched.redis.url]);
  run("prometheus-redis-exporter", ["-web.listen-address", cache, "-redis.addr", watched.redis.url]);
  run("prometheus-alertmanager", [
    ...["--config.file=alertmanager.yaml", `--storage.path=${join(folder, "alertmanager")}`],
    ...[`--web.listen-address=${alertmanager}`, "--cluster.listen-address="],
  ]);
  run("prometheus", [
    ...["--config.file=prometheus.yaml", `--storage.tsdb.path=${join(folder, "prometheus")}`],
    ...[`--web.listen-address=${prometheus}`, "--rules.alert.resend-delay=1s"],
  ]);
  const get = async <T>(address: string): Promise<T> => (await (await fetch(address)).json()) as T;
  const close = async () => {
    for (const child of children) child.kill("SIGKILL");
    await eventually(() => children.every(hasEnded), "the end of what watches");
    for (const server of [receivers, kube]) await new Promise((resolve) => server.close(resolve));
  };
  for (const address of [prometheus, alertmanager])
    await eventually(async () => {
      if (children.some(hasEnded)) throw new Error(`a program that watches has ended, see the logs in ${folder}`);
      return (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok;
    }, address).catch(async (error: unknown) => {
      const said = readdirSync(folder).filter((name) => name.endsWith(".log"));
      const last = said.map((name) => readFileSync(join(folder, name), "utf8").slice(-300));
      await close();
      throw new Error(last.join("\n"), { cause: error });
    });
  const ask: Monitoring["ask"] = async (query) => {
    const { data } = await get<{ data?: { result: Sample[] } }>(
      `http://${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`,
    );
    return data?.result ?? [];
  };
  // Until it has looked at everything once, rules find things missing that are there.
  const others = 5;
  await eventually(
    async () => (await ask("up == 1")).length === watched.targets.length + others,
    "every target to be scraped",
  ).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    ...{ prometheus: `http://${prometheus}`, alertmanager: `http://${alertmanager}`, told },
    ask,
    suppressed: async () => {
      const alerts = await get<{ labels: Record<string, string>; status: { state: string } }[]>(
        `http://${alertmanager}/api/v2/alerts`,
      );
      return new Set(
        alerts.flatMap(({ labels, status }) => (status.state === "suppressed" ? [labels["alertname"] ?? ""] : [])),
      );
    },
    names: async () =>
      new Set((await get<{ data: string[] }>(`http://${prometheus}/api/v1/label/__name__/values`)).data),
    platform: recorded.now,
    close,
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

interface Addresses {
  readonly alertmanager: string;
  readonly postgres: string;
  readonly redis: string;
  readonly cache: string;
  readonly kube: string;
  readonly receivers: string;
}

function writeAll(folder: string, { targets }: Watched, at: Addresses): void {
  const write = (name: string, value: Yaml) => writeFileSync(join(folder, name), yaml("the suite", value));
  mkdirSync(join(folder, "targets"));
  const labelled = (address: string, labels: Record<string, string>): Yaml => ({
    targets: [address],
    labels: { namespace: NAMESPACE, ...labels },
  });
  const ofJob = (job: string) =>
    targets
      .filter((target) => target.job === job)
      .map(({ port, service }) => labelled(`127.0.0.1:${port}`, { service, pod: `${service}-${port}` }));
  const files: Readonly<Record<string, Yaml>> = {
    ...Object.fromEntries(["gateway", "subgraphs", "submitter", "projector", "ledger"].map((job) => [job, ofJob(job)])),
    postgres: [labelled(at.postgres, { app: "postgres" })],
    redis: [labelled(at.redis, { app: "redis" })],
    "redis-cache": [labelled(at.cache, { app: "redis-cache" })],
    // Recorded series: there is no cluster here.
    patroni: [labelled(at.kube, { __metrics_path__: "/patroni" })],
    "kube-state-metrics": [{ targets: [at.kube] }],
    ...{ kubelet: [], fabric: [] },
    alertmanager: [{ targets: [at.alertmanager] }],
  };
  for (const [name, value] of Object.entries(files)) write(`targets/${name}.yaml`, value);
  const config = prometheusConfig() as Record<string, Yaml>;
  write("prometheus.yaml", {
    ...config,
    global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
  });
  write("rules.yaml", { groups: quickRules() as unknown as Yaml });
  const receivers = receiverNames.map((name) => {
    return [name, { webhook_configs: [{ url: `http://${at.receivers}/${name}`, send_resolved: name !== "dead-man" }] }];
  });
  write(
    "alertmanager.yaml",
    alertmanagerConfig({
      receivers: Object.fromEntries(receivers) as Record<ReceiverName, Record<string, Yaml>>,
      times: { wait: divided("10s", SCALE), interval: "1s" },
    }),
  );
}

/** A server that answers every request with what `say` makes of its path and body. */
function listen(port: number, say: (path: string, body: string) => string): Promise<Server> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => response.end(say(request.url ?? "/", body)));
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}
