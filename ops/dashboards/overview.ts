// Backend overview: is everything there, does it answer, how fast, with how many faults.
import { percentiles, type Dashboard } from "../panels.js";

const CONTAINERS = 'NS,container!="",container!="POD"';

export const overview: Dashboard = {
  name: "gx-backend",
  title: "GX backend overview",
  description: "Where to look first: alerts, gateway, faults, queue and lag; below, what the processes stand on.",
  choices: ["domain"],
  rows: [
    {
      title: "Now",
      panels: [
        {
          ...{ title: "Alerts firing by class", kind: "stat", unit: "none", width: 4 },
          description: "none is the watchdog, which always fires.",
          queries: [{ expr: 'count by (class) (ALERTS{NS,alertstate="firing"})', legend: "{{class}}" }],
        },
        {
          ...{ title: "Gateways answering", kind: "stat", unit: "none", width: 4, limits: [1.5, 0.5] },
          runbook: "diagnose gateway",
          queries: [{ expr: 'sum(up{NS,service="gateway"})', legend: "gateways" }],
        },
        {
          ...{ title: "5xx share", kind: "stat", unit: "percentunit", width: 4, limits: [0.005, 0.01] },
          runbook: "diagnose gateway",
          queries: [{ expr: "job:http_error_ratio:5m{NS}", legend: "5 minutes" }],
        },
        {
          ...{ title: "Open commands", kind: "stat", unit: "none", width: 4, limits: [50, 200] },
          runbook: "queue",
          queries: [{ expr: "gx:queue_depth{NS}", legend: "commands" }],
        },
        {
          ...{ title: "Reads are old by", kind: "stat", unit: "ms", width: 4, limits: [1_000, 5_000] },
          runbook: "projector status",
          queries: [{ expr: "max(projector_lag_milliseconds{NS})", legend: "lag" }],
        },
        {
          ...{ title: "Roles with a leader", kind: "stat", unit: "none", width: 4, limits: [2.5, 2] },
          runbook: "diagnose submitter",
          queries: [{ expr: "sum(max by (role) (outbox_submitter_leader{NS}))", legend: "of 3" }],
        },
      ],
    },
    {
      title: "Requests",
      panels: [
        {
          ...{ title: "Requests per second", unit: "reqps" },
          queries: [{ expr: "sum by (service) (rate(http_requests_total{NS}[5m]))", legend: "{{service}}" }],
        },
        {
          ...{ title: "Latency of the gateway", unit: "s", limits: [0.1, 0.5] },
          runbook: "diagnose gateway",
          queries: percentiles("http_request_duration_seconds", 'NS,service="gateway",route="/graphql"'),
        },
        {
          ...{ title: "5xx share", unit: "percentunit", limits: [0.005, 0.01] },
          runbook: "diagnose gateway",
          queries: [
            { expr: "job:http_error_ratio:5m{NS}", legend: "5 minutes" },
            { expr: "job:http_error_ratio:1h{NS}", legend: "1 hour" },
          ],
        },
        {
          ...{ title: "Requests of subgraphs, p95", unit: "s" },
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, domain) (rate(gateway_subgraph_duration_seconds_bucket{NS,domain=~"$domain"}[5m])))',
              legend: "{{domain}}",
            },
          ],
        },
        {
          ...{ title: "Subgraphs reached", unit: "bool", limits: [0.9, 0.5] },
          runbook: "diagnose pod",
          queries: [{ expr: 'max by (domain) (gateway_subgraph_up{NS,domain=~"$domain"})', legend: "{{domain}}" }],
        },
        {
          ...{ title: "Rejected by reason", unit: "reqps" },
          description: "Turned away by a limit: too many, too large, too deep, not signed in.",
          queries: [
            { expr: "sum by (reason) (rate(gateway_rejected_total{NS}[5m])) or vector(0)", legend: "{{reason}}" },
          ],
        },
      ],
    },
    {
      title: "Processes",
      panels: [
        {
          ...{ title: "Ready", unit: "bool", limits: [0.9, 0.5] },
          runbook: "diagnose pod",
          queries: [{ expr: "min by (service) (gx_ready{NS})", legend: "{{service}}" }],
        },
        {
          ...{ title: "Memory", unit: "bytes" },
          queries: [{ expr: "max by (service) (process_resident_memory_bytes{NS})", legend: "{{service}}" }],
        },
        {
          ...{ title: "Event loop, p99", unit: "s", limits: [0.05, 0.2] },
          description: "A process that computes for this long answers nobody meanwhile.",
          queries: [{ expr: "max by (service) (nodejs_eventloop_lag_p99_seconds{NS})", legend: "{{service}}" }],
        },
        {
          ...{ title: "Versions", kind: "table", unit: "none", width: 24 },
          queries: [
            { expr: "count by (service, version, digest, catalogue) (gx_build_info{NS})", legend: "{{service}}" },
          ],
        },
      ],
    },
    {
      title: "Pods",
      panels: [
        {
          ...{ title: "Pods by phase", unit: "none" },
          queries: [{ expr: "sum by (phase) (kube_pod_status_phase{NS})", legend: "{{phase}}" }],
        },
        {
          ...{ title: "Restarts in 24 hours", unit: "none", limits: [1, 5] },
          runbook: "diagnose pod",
          queries: [
            { expr: "sum by (pod) (increase(kube_pod_container_status_restarts_total{NS}[24h]))", legend: "{{pod}}" },
          ],
        },
        {
          ...{ title: "CPU against limit", unit: "percentunit", limits: [0.7, 0.8] },
          runbook: "capacity",
          queries: [
            {
              expr: `sum by (pod) (rate(container_cpu_usage_seconds_total{${CONTAINERS}}[5m])) / sum by (pod) (kube_pod_container_resource_limits{NS,resource="cpu"})`,
              legend: "{{pod}}",
            },
          ],
        },
        {
          ...{ title: "Memory against limit", unit: "percentunit", limits: [0.75, 0.85] },
          runbook: "capacity",
          queries: [
            {
              expr: `sum by (pod) (container_memory_working_set_bytes{${CONTAINERS}}) / sum by (pod) (kube_pod_container_resource_limits{NS,resource="memory"})`,
              legend: "{{pod}}",
            },
          ],
        },
      ],
    },
  ],
};
