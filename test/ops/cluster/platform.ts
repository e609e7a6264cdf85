// What a cluster and its database members would tell Prometheus, where there is none: recorded series whose values a fault may
// change. Stands for kube-state-metrics, the kubelets and Patroni; everything else that is scraped is real.

export interface Platform {
  /** Restarts of the container so far. */
  restarts: number;
  nodeReady: 0 | 1;
  pulling: 0 | 1;
  /** Submitters of a role that are available, of 2. */
  available: number;
  failedJobs: number;
  /** Shares of the limits that a container uses. */
  cpu: number;
  memory: number;
  /** Shares of a volume that is free, and of the quota that is used. */
  free: number;
  quota: number;
  /** Members of the database's cluster. */
  primaries: number;
  standbys: number;
}

export const calm: Readonly<Platform> = {
  ...{ restarts: 0, nodeReady: 1, pulling: 0, available: 2, failedJobs: 0 },
  ...{ cpu: 0.3, memory: 0.4, free: 0.6, quota: 0.5, primaries: 1, standbys: 2 },
};

export interface Recorded {
  readonly now: Platform;
  /** As Prometheus scrapes it, by path. */
  text(path: string): string;
}

const POD = "gateway-5c8f-x2x1z";
const NODE = "node-1";
const LIMIT = { cpu: 0.5, memory: 512_000_000 };
const VOLUME = 20_000_000_000;

export function newRecorded(namespace: string): Recorded {
  const now: Platform = { ...calm };
  let [cpuSeconds, before] = [0, Date.now()];
  const kube = () => {
    cpuSeconds += ((Date.now() - before) / 1_000) * now.cpu * LIMIT.cpu;
    before = Date.now();
    return kubeSeries(namespace, now, cpuSeconds);
  };
  return { now, text: (path) => (path === "/patroni" ? patroniSeries(now) : kube()) };
}

function kubeSeries(namespace: string, now: Platform, cpuSeconds: number): string {
  const of = (labels: string) => `{namespace="${namespace}",${labels}}`;
  const container = of(`pod="${POD}",container="gateway",node="${NODE}"`);
  const limit = (resource: string, value: number) =>
    `kube_pod_container_resource_limits${of(`pod="${POD}",container="gateway",resource="${resource}"`)} ${value}`;
  const phases = { Running: 1, Pending: 0, Failed: 0, Succeeded: 0, Unknown: 0 };
  const deployment = of('deployment="submitter-admin"');
  const volume = of('persistentvolumeclaim="data-postgres-0"');
  const quota = (type: string, value: number) =>
    `kube_resourcequota${of(`resourcequota="backend",resource="limits.cpu",type="${type}"`)} ${value}`;
  return [
    ...Object.entries(phases).map(
      ([phase, value]) => `kube_pod_status_phase${of(`pod="${POD}",phase="${phase}"`)} ${value}`,
    ),
    `kube_pod_info${of(`pod="${POD}",node="${NODE}"`)} 1`,
    `kube_pod_container_status_restarts_total${container} ${now.restarts}`,
    `kube_pod_container_status_waiting_reason${of(`pod="${POD}",container="gateway",reason="ImagePullBackOff"`)} ${now.pulling}`,
    `kube_pod_container_status_ready${container} 1`,
    ...[limit("cpu", LIMIT.cpu), limit("memory", LIMIT.memory)],
    `container_cpu_usage_seconds_total${container} ${cpuSeconds}`,
    `container_memory_working_set_bytes${container} ${now.memory * LIMIT.memory}`,
    `kube_node_status_condition{node="${NODE}",condition="Ready",status="true"} ${now.nodeReady}`,
    ...["spec_replicas", "status_replicas", "status_replicas_ready"].map(
      (name) => `kube_deployment_${name}${deployment} 2`,
    ),
    `kube_deployment_status_replicas_available${deployment} ${now.available}`,
    ...["replicas", "status_replicas_ready"].map((name) => `kube_statefulset_${name}${of('statefulset="postgres"')} 3`),
    `kube_job_status_failed${of('job_name="migrate"')} ${now.failedJobs}`,
    ...[quota("hard", 36), quota("used", 36 * now.quota)],
    `kubelet_volume_stats_capacity_bytes${volume} ${VOLUME}`,
    `kubelet_volume_stats_available_bytes${volume} ${VOLUME * now.free}`,
    `consensus_etcdraft_leader_changes${of('pod="orderer0"')} 1`,
    `endorser_proposal_duration_count${of('pod="peer0-org1"')} 10`,
    "",
  ].join("\n");
}

const patroniSeries = ({ primaries, standbys }: Platform): string =>
  [
    `patroni_master{scope="gx",name="postgres-0"} ${primaries}`,
    `patroni_replica{scope="gx",name="postgres-1"} ${standbys > 0 ? 1 : 0}`,
    `patroni_replica{scope="gx",name="postgres-2"} ${standbys > 1 ? 1 : 0}`,
    'patroni_postgres_timeline{scope="gx",name="postgres-0"} 1',
    "",
  ].join("\n");
