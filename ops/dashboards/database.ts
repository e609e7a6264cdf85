// Database: PostgreSQL, its replication and volumes, the cache, Redis.
import { percentiles, type Dashboard } from "../panels.js";

export const database: Dashboard = {
  name: "gx-database",
  title: "GX database",
  description: "PostgreSQL holds what was promised; Redis moves things. Connections, replication, memory, space.",
  choices: [],
  rows: [
    {
      title: "PostgreSQL",
      panels: [
        {
          ...{ title: "Connections used", kind: "stat", unit: "percentunit", limits: [0.6, 0.8], width: 6 },
          runbook: "diagnose database",
          queries: [
            {
              expr: "max(sum by (instance) (pg_stat_activity_count{NS}) / on (instance) max by (instance) (pg_settings_max_connections{NS}))",
              legend: "of the maximum",
            },
          ],
        },
        {
          ...{ title: "Servers answering", kind: "stat", unit: "none", limits: [1.5, 0.5], width: 6 },
          runbook: "diagnose database",
          queries: [{ expr: "sum(pg_up{NS})", legend: "servers" }],
        },
        {
          ...{ title: "Statements waiting for a connection", kind: "stat", unit: "none", limits: [1, 5], width: 6 },
          runbook: "diagnose database",
          queries: [{ expr: 'sum(gx_db_pool_connections{NS,state="waiting"})', legend: "statements" }],
        },
        {
          ...{ title: "Size", kind: "stat", unit: "bytes", width: 6 },
          runbook: "db status",
          queries: [{ expr: "max(sum by (instance) (pg_database_size_bytes{NS}))", legend: "all databases" }],
        },
        {
          ...{ title: "Connections by state", unit: "none" },
          runbook: "diagnose database",
          queries: [
            { expr: "sum by (state) (pg_stat_activity_count{NS})", legend: "{{state}}" },
            { expr: "max(pg_settings_max_connections{NS})", legend: "maximum" },
          ],
        },
        {
          ...{ title: "Statements", unit: "s" },
          queries: percentiles("gx_db_query_duration_seconds", "NS"),
        },
        {
          ...{ title: "Slowest statements, p95", unit: "s" },
          queries: [
            {
              expr: "topk(5, histogram_quantile(0.95, sum by (le, query) (rate(gx_db_query_duration_seconds_bucket{NS}[5m]))))",
              legend: "{{query}}",
            },
          ],
        },
        {
          ...{ title: "Pools", unit: "none" },
          queries: [{ expr: "sum by (service, state) (gx_db_pool_connections{NS})", legend: "{{service}} {{state}}" }],
        },
        {
          ...{ title: "Rows returned per second", unit: "ops" },
          queries: [{ expr: "sum(rate(pg_stat_database_tup_returned{NS}[5m]))", legend: "rows" }],
        },
        {
          ...{ title: "Growth per day, by the last 7", unit: "bytes" },
          runbook: "db status",
          queries: [{ expr: "max(deriv(pg_database_size_bytes{NS}[7d])) * 86400", legend: "per day" }],
        },
      ],
    },
    {
      title: "Replication and space",
      panels: [
        {
          ...{ title: "Replication lag", unit: "s", limits: [5, 30] },
          runbook: "db status",
          queries: [{ expr: "max by (instance) (pg_replication_lag{NS})", legend: "{{instance}}" }],
        },
        {
          ...{ title: "Members by role", unit: "none" },
          runbook: "db failover",
          queries: [
            { expr: "sum(patroni_master{NS})", legend: "primary" },
            { expr: "sum(patroni_replica{NS})", legend: "standby" },
          ],
        },
        {
          ...{ title: "Timeline", unit: "none" },
          description: "One more with each failover or switchover.",
          queries: [{ expr: "max by (instance) (patroni_postgres_timeline{NS})", legend: "{{instance}}" }],
        },
        {
          ...{ title: "Volume free", unit: "percentunit", limits: [0.25, 0.15] },
          runbook: "db status",
          queries: [
            {
              expr: "kubelet_volume_stats_available_bytes{NS} / kubelet_volume_stats_capacity_bytes{NS}",
              legend: "{{persistentvolumeclaim}}",
            },
          ],
        },
      ],
    },
    {
      title: "Redis and cache",
      panels: [
        {
          ...{ title: "Cache hit share", unit: "percentunit" },
          queries: [
            {
              expr: '(sum(rate(cache_requests_total{NS,result="hit"}[5m])) or 0 * sum(rate(cache_requests_total{NS}[5m]))) / sum(rate(cache_requests_total{NS}[5m]))',
              legend: "hits",
            },
          ],
        },
        {
          ...{ title: "Memory", unit: "bytes" },
          runbook: "diagnose redis",
          queries: [
            { expr: "max by (app) (redis_memory_used_bytes{NS})", legend: "{{app}}" },
            { expr: "max by (app) (redis_memory_max_bytes{NS})", legend: "{{app}} maximum" },
          ],
        },
        {
          ...{ title: "Clients", unit: "none" },
          queries: [{ expr: "sum by (app) (redis_connected_clients{NS})", legend: "{{app}}" }],
        },
        {
          ...{ title: "Replicas", unit: "none" },
          runbook: "diagnose redis",
          queries: [{ expr: "max by (app) (redis_connected_slaves{NS})", legend: "{{app}}" }],
        },
        {
          ...{ title: "Evicted keys", unit: "none", limits: [1, 1] },
          description: "Of the queues' Redis: none, ever.",
          runbook: "diagnose redis",
          queries: [{ expr: "sum by (app) (increase(redis_evicted_keys_total{NS}[5m]))", legend: "{{app}}" }],
        },
      ],
    },
  ],
};
