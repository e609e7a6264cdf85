// Alerts on PostgreSQL and Redis.
import type { Alert } from "../language.js";

/** `standbys`: how many the primary must have; none where the database stands alone. */
const replication = (standbys: number): Alert => ({
  alert: "ReplicationBroken",
  class: "P1",
  component: "postgres",
  expr: `sum(patroni_replica{NS}) < ${standbys} or max(pg_replication_lag{NS}) > 30`,
  for: "5m",
  summary: "standby missing or late",
  description: "Everything works. If the primary dies now, a standby that is behind or none takes over.",
  runbook: "db status",
});

export const dataAlerts = (standbys: number): readonly Alert[] => [
  {
    alert: "PostgresDown",
    class: "P0",
    component: "postgres",
    expr: "(sum(pg_up{NS}) or vector(0)) == 0",
    for: "30s",
    summary: "no database answers",
    description: "Nothing is accepted and nothing is read. What was acknowledged is on disk.",
    runbook: "diagnose database",
  },
  {
    alert: "PostgresNoPrimary",
    class: "P0",
    component: "postgres",
    expr: "sum(patroni_master{NS}) == 0",
    for: "1m",
    summary: "no primary elected",
    description: "Databases run, none takes writes: no command is accepted, none ends.",
    runbook: "db failover",
  },
  ...(standbys > 0 ? [replication(standbys)] : []),
  {
    alert: "DbConnectionsHigh",
    class: "P2",
    component: "postgres",
    expr: 'max(sum by (instance) (pg_stat_activity_count{NS}) / on (instance) max by (instance) (pg_settings_max_connections{NS})) > 0.8 or max(gx_db_pool_connections{NS,state="waiting"}) > 0',
    for: "2m",
    summary: "connections to the database nearly used up",
    description: "Over 80 % of a server's connections are taken, or statements wait for one of a process's pool.",
    runbook: "diagnose database",
  },
  {
    alert: "RedisDown",
    class: "P1",
    component: "redis",
    expr: '(max(redis_up{NS,app="redis"}) or vector(0)) == 0',
    for: "1m",
    summary: "queues away; mutations still accepted",
    description: "Commands are accepted into PostgreSQL; the leaders find them there by themselves, more slowly.",
    runbook: "diagnose redis",
  },
  {
    alert: "RedisMemoryHigh",
    class: "P2",
    component: "redis",
    expr: "redis_memory_used_bytes{NS} / (redis_memory_max_bytes{NS} > 0) > 0.8",
    for: "5m",
    summary: "memory of {{ $labels.app }} near its limit: {{ $value | humanizePercentage }}",
    description: "A full Redis refuses writes: jobs are not added, the cache closes itself. Nothing is lost.",
    runbook: "diagnose redis",
  },
  {
    alert: "RedisEvicts",
    class: "P1",
    component: "redis",
    expr: 'increase(redis_evicted_keys_total{NS,app="redis"}[5m]) > 0',
    for: "0m",
    summary: "the Redis of the queues drops keys",
    description: "Its policy is not noeviction. Jobs may vanish until the sweep adds them again.",
    runbook: "diagnose redis",
  },
];
