// Alerts on what the processes stand on: pods, nodes, jobs, volumes, quotas, and the watching itself.
import type { Alert } from "../language.js";

/** With the pod's node, so that a node that is lost silences its pods. */
const onNode = (perPod: string) => `(${perPod}) * on (pod) group_left (node) max by (pod, node) (kube_pod_info{NS})`;

// The sums of a pod and its sandbox stand beside its containers in the same series.
const CONTAINERS = 'NS,container!="",container!="POD"';
const share = (used: string, resource: string) =>
  `sum by (pod) (${used}) / sum by (pod) (kube_pod_container_resource_limits{NS,resource="${resource}"})`;

const missing = (jobs: readonly string[]) =>
  [`up{NS,job=~"${jobs.join("|")}"} == 0`, ...jobs.map((job) => `absent(up{NS,job="${job}"})`)].join(" or ");

/** `jobs`: the scrape jobs that must have targets. */
export const platformAlerts = (jobs: readonly string[]): readonly Alert[] => [
  {
    alert: "PodCrashLoop",
    class: "P1",
    component: "kubernetes",
    expr: `${onNode("sum by (pod) (increase(kube_pod_container_status_restarts_total{NS}[10m]))")} >= 5`,
    for: "0m",
    summary: "{{ $labels.pod }} restarted 5 times in 10 minutes",
    description: "It starts and ends again and again. Its last log says why.",
    runbook: "diagnose pod",
  },
  {
    alert: "ImagePullFailing",
    class: "P1",
    component: "kubernetes",
    expr: `${onNode('max by (pod) (kube_pod_container_status_waiting_reason{NS,reason=~"ImagePullBackOff|ErrImagePull"})')} == 1`,
    for: "2m",
    summary: "image missing on {{ $labels.node }} for {{ $labels.pod }}",
    description: "The pod does not start. Pods that run are not touched.",
    runbook: "images",
  },
  {
    alert: "NodeNotReady",
    class: "P1",
    component: "kubernetes",
    expr: 'kube_node_status_condition{condition="Ready",status="true"} == 0',
    for: "1m",
    summary: "node {{ $labels.node }} lost",
    description: "After 60 s its pods start elsewhere. A database or Redis with a local volume waits for the node.",
    runbook: "drain-node",
  },
  {
    alert: "JobFailed",
    class: "P1",
    component: "kubernetes",
    expr: "kube_job_status_failed{NS} > 0",
    for: "0m",
    summary: "job {{ $labels.job_name }} failed",
    description: "A job that a roll-out or the operation relies on did not end well; its pods are kept for a day.",
    runbook: "jobs",
  },
  {
    alert: "CpuHigh",
    class: "P2",
    component: "kubernetes",
    expr: `${onNode(share(`rate(container_cpu_usage_seconds_total{${CONTAINERS}}[5m])`, "cpu"))} > 0.8`,
    for: "10m",
    summary: "cpu of {{ $labels.pod }} at {{ $value | humanizePercentage }} of its limit",
    description: "Above its limit a container is slowed down: answers and commands get slower.",
    runbook: "capacity",
  },
  {
    alert: "MemoryHigh",
    class: "P2",
    component: "kubernetes",
    expr: `${onNode(share(`container_memory_working_set_bytes{${CONTAINERS}}`, "memory"))} > 0.85`,
    for: "10m",
    summary: "memory of {{ $labels.pod }} at {{ $value | humanizePercentage }} of its limit",
    description: "At its limit a container is killed and starts again.",
    runbook: "capacity",
  },
  {
    alert: "DiskSpaceLow",
    class: "P2",
    component: "kubernetes",
    expr: "kubelet_volume_stats_available_bytes{NS} / kubelet_volume_stats_capacity_bytes{NS} < 0.15",
    for: "5m",
    summary: "volume {{ $labels.persistentvolumeclaim }}: {{ $value | humanizePercentage }} free",
    description: "A full volume stops PostgreSQL: nothing would be accepted.",
    runbook: "db status",
  },
  {
    alert: "QuotaNearlyUsed",
    class: "P3",
    component: "kubernetes",
    expr: 'kube_resourcequota{NS,type="used"} / ignoring (type) (kube_resourcequota{NS,type="hard"} > 0) > 0.9',
    for: "10m",
    summary: "quota of {{ $labels.resource }} used to {{ $value | humanizePercentage }}",
    description: "Pods that run are not touched; a roll-out or the autoscaler may not get the pods it asks for.",
    runbook: "capacity",
  },
  {
    alert: "TargetMissing",
    class: "P2",
    component: "monitoring",
    expr: missing(jobs),
    for: "3m",
    summary: "not scraped: {{ $labels.job }}{{ with $labels.instance }} at {{ . }}{{ end }}",
    description: "Prometheus is blind there: alerts on it may stay silent.",
    runbook: "check monitoring",
  },
  {
    alert: "Watchdog",
    class: "none",
    component: "monitoring",
    expr: "vector(1)",
    for: "0m",
    summary: "always on; its absence pages",
    description: "A dead-man timer outside the cluster waits for it: when it stops coming, monitoring itself is down.",
    runbook: "check monitoring",
  },
];
