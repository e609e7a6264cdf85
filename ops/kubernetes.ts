// The same watching for a cluster: dashboards for Grafana's sidecar, and monitors and rules for Prometheus' operator.
import { dashboards, grafanaOf } from "./dashboards.js";
import { rulesOf, type RuleOptions } from "./rules.js";
import { INTERVAL, podJobs, type Job } from "./scrape.js";
import type { Yaml } from "./yaml.js";

const labels = { "app.kubernetes.io/part-of": "gx" };

/** One file per dashboard, as Grafana reads it. */
export const dashboardFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    dashboards.map((dashboard) => [`${dashboard.name}.json`, `${JSON.stringify(grafanaOf(dashboard), null, 1)}\n`]),
  );

export const dashboardMap = (): Yaml => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "grafana-dashboards", labels: { ...labels, grafana_dashboard: "1" } },
  data: dashboardFiles(),
});

/**
 * `job` by which rules know what must be there; `service`, the Deployment, from the name of the pod's ReplicaSet; `app` tells
 * the two kinds of Redis apart.
 */
const relabelings = ({ name, ours }: Job): Yaml => [
  { targetLabel: "job", replacement: name },
  { sourceLabels: ["__meta_kubernetes_pod_label_app"], targetLabel: "app" },
  ...(ours
    ? [{ sourceLabels: ["__meta_kubernetes_pod_controller_name"], regex: "(.+)-[a-z0-9]+", targetLabel: "service" }]
    : []),
];

const monitor = (job: Job): Yaml => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PodMonitor",
  metadata: { name: job.name, labels },
  spec: {
    selector: { matchLabels: { app: job.app } },
    podMetricsEndpoints: [{ port: job.port, interval: INTERVAL, honorLabels: true, relabelings: relabelings(job) }],
  },
});

export const podMonitors = (): readonly Yaml[] => podJobs.map(monitor);

/** What the overlays have: one of each where nothing else is said, and the cluster of three on mainnet. */
export const overlayRules = {
  dev: {
    namespace: "backend-devnet",
    jobs: ["gateway", "subgraphs", "submitter", "projector", "ledger", "postgres", "patroni", "redis"],
    standbys: 0,
  },
  testnet: { namespace: "backend-testnet", standbys: 0 },
  mainnet: { namespace: "backend-mainnet", standbys: 2 },
} as const satisfies Record<string, RuleOptions>;

export const prometheusRule = (options: RuleOptions): Yaml => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PrometheusRule",
  metadata: { name: "backend-alerts", labels },
  spec: { groups: rulesOf(options) as unknown as Yaml },
});

export const component = (resources: readonly string[], components: readonly string[] = []): Yaml => ({
  apiVersion: "kustomize.config.k8s.io/v1alpha1",
  kind: "Component",
  ...(components.length > 0 ? { components } : {}),
  resources,
});

export const kustomization = (resources: readonly string[]): Yaml => ({
  apiVersion: "kustomize.config.k8s.io/v1beta1",
  kind: "Kustomization",
  resources,
});
