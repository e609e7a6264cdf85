// What Prometheus scrapes, with the labels that the rules rely on. The same jobs for an installation with target files and for
// the operator's monitors.
import type { Yaml } from "./yaml.js";

export interface Job {
  readonly name: string;
  /** The pods' label `app`. */
  readonly app: string;
  /** Name of the container's port. */
  readonly port: string;
  /** Of one of our processes: its series carry `service`, and so must `up`. */
  readonly ours: boolean;
  /** Where `gx up` and exporters beside it listen, by the name of the process; none where they have none. */
  readonly local?: Readonly<Record<string, string>>;
}

export const INTERVAL = "15s";

const ours = { port: "ops", ours: true } as const;
const others = { ours: false } as const;

/** Jobs in the pods of an overlay. */
export const podJobs: readonly Job[] = [
  { ...ours, name: "gateway", app: "gateway", local: { gateway: "127.0.0.1:4000" } },
  { ...ours, name: "subgraphs", app: "subgraph", local: { subgraphs: "127.0.0.1:3001" } },
  { ...ours, name: "submitter", app: "submitter", local: { submitter: "127.0.0.1:9090" } },
  { ...ours, name: "projector", app: "projector", local: { projector: "127.0.0.1:9091" } },
  { ...ours, name: "ledger", app: "ledger", local: { ledger: "127.0.0.1:7053" } },
  { ...others, name: "postgres", app: "postgres", port: "exporter", local: { postgres: "127.0.0.1:9187" } },
  { ...others, name: "patroni", app: "postgres", port: "patroni" },
  { ...others, name: "redis", app: "redis", port: "exporter", local: { redis: "127.0.0.1:9121" } },
  { ...others, name: "redis-cache", app: "redis-cache", port: "exporter" },
];

/** Jobs of the platform and of the ledger's own network; an installation with the operator has its own. */
const elsewhere = ["fabric", "kube-state-metrics", "kubelet"];

/**
 * honor_labels: the series of our processes say themselves which service they are, and kube-state-metrics which namespace and
 * pod it speaks of; without it Prometheus would rename both.
 */
const scrape = (name: string): Yaml => ({
  job_name: name,
  honor_labels: true,
  file_sd_configs: [{ files: [`targets/${name}.yaml`] }],
});

export const prometheusConfig = (): Yaml => ({
  global: { scrape_interval: INTERVAL, evaluation_interval: INTERVAL },
  rule_files: ["rules.yaml"],
  alerting: { alertmanagers: [{ file_sd_configs: [{ files: ["targets/alertmanager.yaml"] }] }] },
  scrape_configs: [...podJobs.map(({ name }) => name), ...elsewhere].map(scrape),
});

const targets = ({ name, ours: own, local = {} }: Job): Yaml =>
  Object.entries(local).map(([service, address]) => ({
    targets: [address],
    labels: own ? { service } : { app: name },
  }));

/** Target files for a system on this machine, by name; whoever runs another one writes theirs. */
export const targetFiles = (): Readonly<Record<string, Yaml>> => ({
  ...Object.fromEntries(podJobs.map((job) => [job.name, targets(job)])),
  ...Object.fromEntries(elsewhere.map((name) => [name, []])),
  alertmanager: [{ targets: ["127.0.0.1:9093"] }],
});
