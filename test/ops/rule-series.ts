// For each alert by hand: its class, series on which it fires with what it then says, and series on which it stays silent.
// Notation of promtool: "0x8" is nine zeros, "0+2x8" grows by 2, "_x4" are four missing samples. Imports no rule.

export type Series = Readonly<Record<string, string>>;

export interface Fire {
  readonly series: Series;
  /** It fires at this time, and does not one interval before unless it fires at once. */
  readonly at: string;
  readonly atOnce?: true;
  /** By then it has ended. */
  readonly ended?: string;
  readonly says: readonly { readonly labels?: Readonly<Record<string, string>>; readonly summary: string }[];
}

export interface Silence {
  readonly series: Series;
  /** Silent at each interval from here; from the beginning where left out. */
  readonly from?: string;
  readonly until: string;
}

export interface Cases {
  readonly class: "P0" | "P1" | "P2" | "P3" | "none";
  readonly component: string;
  /** Between samples and between evaluations; 15s where left out. */
  readonly every?: string;
  readonly evaluatedEvery?: string;
  readonly fires: Readonly<Record<string, Fire>>;
  readonly silent: Readonly<Record<string, Silence>>;
}

const roles = ["gx_super_admin", "gx_admin", "gx_partner_api"];
const leaders = (values: string) =>
  Object.fromEntries(
    roles.flatMap((role) => [
      [`outbox_submitter_leader{role="${role}",instance="a"}`, values],
      [`outbox_submitter_leader{role="${role}",instance="b"}`, "0x99"],
    ]),
  );
const noLeader = (role: string) => ({
  labels: { role },
  summary: `no active submitter for the role ${role}`,
});

const depth = (values: string): Series => ({
  'outbox_command_queue_depth{role="gx_partner_api",status="ACCEPTED",instance="a"}': values,
  'outbox_command_queue_depth{role="gx_partner_api",status="ACCEPTED",instance="b"}': values,
});

const failed = (values: string, outcome = "failed"): Series => ({
  [`outbox_submitter_commands_total{role="gx_admin",domain="tax",outcome="${outcome}"}`]: values,
});
const routing = (values: string): Series => ({
  'outbox_submitter_routing_errors_total{role="gx_admin",code="ROLE_NOT_ALLOWED"}': values,
});
const transactions = (valid: string, invalid: string, code: string): Series => ({
  'outbox_submitter_transactions_total{role="gx_partner_api",code="0"}': valid,
  [`outbox_submitter_transactions_total{role="gx_partner_api",code="${code}"}`]: invalid,
});

const ends = (values: string): Series => ({
  'fabric_identity_not_after_seconds{role="gx_admin",kind="sign"}': values,
  'fabric_identity_not_after_seconds{role="gx_admin",kind="tls_root"}': "90000000x50",
});
const endsSoon = (left: string) => ({
  labels: { role: "gx_admin", kind: "sign" },
  summary: `certificate ends soon: sign of gx_admin, ${left} left`,
});

const replicas = (deployment: string, available: string, wanted: string): Series => ({
  [`kube_deployment_status_replicas_available{deployment="${deployment}"}`]: available,
  [`kube_deployment_spec_replicas{deployment="${deployment}"}`]: wanted,
});

const answers = (service: string, good: string, bad: string): Series => ({
  [`http_requests_total{service="${service}",status="200"}`]: good,
  [`http_requests_total{service="${service}",status="502"}`]: bad,
});

const pod = { 'kube_pod_info{pod="gateway-0",node="node-1"}': "1x99" };
const onNode = { pod: "gateway-0", node: "node-1" };
const restarts = (values: string): Series => ({
  ...pod,
  'kube_pod_container_status_restarts_total{pod="gateway-0",container="gateway"}': values,
});
const waiting = (reason: string): Series => ({
  ...pod,
  [`kube_pod_container_status_waiting_reason{pod="gateway-0",container="gateway",reason="${reason}"}`]: "1x99",
});
// The pod's total and its sandbox stand beside the container, as the kubelet shows them.
const cpu = (perSample: string): Series => ({
  ...pod,
  'container_cpu_usage_seconds_total{pod="gateway-0",container="gateway"}': `0+${perSample}x99`,
  'container_cpu_usage_seconds_total{pod="gateway-0",container=""}': `0+${perSample}x99`,
  'container_cpu_usage_seconds_total{pod="gateway-0",container="POD"}': "0+0.1x99",
  'kube_pod_container_resource_limits{pod="gateway-0",container="gateway",resource="cpu"}': "1x99",
  'kube_pod_container_resource_limits{pod="gateway-0",container="gateway",resource="memory"}': "1000x99",
});
const memory = (bytes: number): Series => ({
  ...pod,
  'container_memory_working_set_bytes{pod="gateway-0",container="gateway"}': `${bytes}x99`,
  'container_memory_working_set_bytes{pod="gateway-0",container=""}': `${bytes}x99`,
  'kube_pod_container_resource_limits{pod="gateway-0",container="gateway",resource="memory"}': "1000x99",
});
const volume = (free: number): Series => ({
  'kubelet_volume_stats_available_bytes{persistentvolumeclaim="postgres-data-postgres-0"}': `${free}x99`,
  'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="postgres-data-postgres-0"}': "100x99",
});
const quota = (used: number, hard: number): Series => ({
  'kube_resourcequota{resource="pods",type="used"}': `${used}x99`,
  'kube_resourcequota{resource="pods",type="hard"}': `${hard}x99`,
});

const three = (name: string, labels: string, ...values: readonly string[]): Series =>
  Object.fromEntries(values.map((value, n) => [`${name}{${labels}instance="${n}"}`, value]));
const connections = (perServer: number): Series =>
  Object.fromEntries(
    ["a", "b", "c"].flatMap((instance) => [
      [`pg_stat_activity_count{instance="${instance}",state="active"}`, `${perServer - 10}x99`],
      [`pg_stat_activity_count{instance="${instance}",state="idle"}`, "10x99"],
      [`pg_settings_max_connections{instance="${instance}",server="${instance}:5432"}`, "300x99"],
    ]),
  );
const redisMemory = (used: number, limit: number): Series => ({
  'redis_memory_used_bytes{app="redis"}': `${used}x99`,
  'redis_memory_max_bytes{app="redis"}': `${limit}x99`,
});

const jobs = ["gateway", "subgraphs", "submitter", "projector", "postgres", "redis"];
const scraped = (values: Readonly<Record<string, string>>): Series =>
  Object.fromEntries(
    jobs.flatMap((job) => (values[job] === "" ? [] : [[`up{job="${job}",instance="a"}`, values[job] ?? "1x99"]])),
  );

export const cases: Readonly<Record<string, Cases>> = {
  SubmitterDown: {
    ...{ class: "P0", component: "submitter" },
    fires: {
      "one role has none": {
        series: { ...leaders("1x99"), 'outbox_submitter_leader{role="gx_admin",instance="a"}': "0x99" },
        ...{ at: "1m", says: [noLeader("gx_admin")] },
      },
      "all pods of a role are gone": {
        series: { 'outbox_submitter_leader{role="gx_admin"}': "1x99" },
        ...{ at: "1m", says: [noLeader("gx_super_admin"), noLeader("gx_partner_api")] },
      },
      "a role's series end": {
        series: { ...leaders("1x99"), 'outbox_submitter_leader{role="gx_admin",instance="a"}': "1x3 stale" },
        ...{ at: "2m", says: [noLeader("gx_admin")] },
      },
    },
    silent: {
      "one leads, one stands by": { series: leaders("1x99"), until: "5m" },
      "nobody leads for 45 s": { series: leaders("0x3 1x99"), until: "5m" },
    },
  },
  SubmitterReplicaDown: {
    ...{ class: "P1", component: "submitter" },
    fires: {
      "the standby is missing": {
        series: replicas("submitter-admin", "1x99", "2x99"),
        at: "5m",
        says: [{ labels: { deployment: "submitter-admin" }, summary: "standby missing: submitter-admin" }],
      },
    },
    silent: {
      "both are there": { series: replicas("submitter-admin", "2x99", "2x99"), until: "10m" },
      "another Deployment lacks one": { series: replicas("gateway", "1x99", "3x99"), until: "10m" },
      "a roll-out of 4 minutes": { series: replicas("submitter-admin", "1x16 2x99", "2x99"), until: "10m" },
    },
  },
  FabricConnectionLost: {
    ...{ class: "P0", component: "fabric" },
    fires: {
      "no peer answers": {
        series: three("fabric_sdk_connection_status", 'role="gx_admin",', "0x99", "0x99"),
        at: "1m",
        says: [{ labels: { role: "gx_admin" }, summary: "no peer answers the role gx_admin" }],
      },
    },
    silent: {
      "one of two answers": {
        series: three("fabric_sdk_connection_status", 'role="gx_admin",', "0x99", "1x99"),
        until: "5m",
      },
      "none for 45 s": { series: three("fabric_sdk_connection_status", 'role="gx_admin",', "0x3 1x99"), until: "5m" },
    },
  },
  LaneStopped: {
    ...{ class: "P1", component: "submitter" },
    fires: {
      "the identity ended": {
        series: { 'outbox_submitter_queue_stopped{role="gx_admin",reason="identity expired"}': "1x99" },
        at: "1m",
        says: [
          {
            labels: { role: "gx_admin", reason: "identity expired" },
            summary: "role gx_admin stopped signing: identity expired",
          },
        ],
      },
    },
    silent: {
      "it goes on": {
        series: { 'outbox_submitter_queue_stopped{role="gx_admin",reason="identity expired"}': "0x99" },
        until: "5m",
      },
      "it stopped for 45 s": {
        series: { 'outbox_submitter_queue_stopped{role="gx_admin",reason="operator"}': "1x3 0x99" },
        until: "5m",
      },
    },
  },
  OutboxQueueGrowingFast: {
    ...{ class: "P1", component: "submitter" },
    fires: {
      "200 a minute": {
        series: depth("0+50x99"),
        at: "4m45s",
        says: [{ summary: "queue above 500 and growing by more than 50 per minute: 950 open commands" }],
      },
    },
    silent: {
      "few wait": { series: depth("10x99"), until: "10m" },
      "many wait, no more than before": { series: depth("600x99"), until: "10m" },
      "many wait, 40 more a minute": { series: depth("510+10x99"), until: "10m" },
      "it grows, and ends below 500": { series: depth("0+20x24 480x50"), until: "10m" },
    },
  },
  OutboxQueueGrowing: {
    ...{ class: "P2", component: "submitter" },
    fires: {
      "201 wait": {
        series: depth("201x99"),
        at: "5m",
        says: [{ summary: "queue above 200 (healthy: below 50): 201 open commands" }],
      },
    },
    silent: {
      "200 wait": { series: depth("200x99"), until: "10m" },
      "300 wait for 4 minutes": { series: depth("300x16 0x99"), until: "10m" },
    },
  },
  OutboxCommandsStuck: {
    ...{ class: "P1", component: "submitter" },
    fires: {
      "the oldest is 61 s old": {
        series: { 'outbox_command_oldest_seconds{role="gx_admin",status="SUBMITTED"}': "61x99" },
        at: "3m",
        says: [{ labels: { role: "gx_admin" }, summary: "a command of gx_admin waits over a minute: 1m 1s" }],
      },
    },
    silent: {
      "the oldest is 60 s old": {
        series: { 'outbox_command_oldest_seconds{role="gx_admin",status="SUBMITTED"}': "60x99" },
        until: "10m",
      },
      "one waits for 2 minutes": {
        series: { 'outbox_command_oldest_seconds{role="gx_admin",status="ACCEPTED"}': "0+15x8 0x99" },
        until: "10m",
      },
    },
  },
  CommandsFailed: {
    ...{ class: "P2", component: "submitter" },
    fires: {
      "the first that ever failed": {
        series: failed("_x4 15x99"),
        ...{ at: "1m", ended: "11m15s" },
        says: [{ labels: { role: "gx_admin" }, summary: "commands of gx_admin end FAILED: 15 in 10 minutes" }],
      },
      "12 more than before": {
        series: failed("3x44 15x99"),
        at: "11m15s",
        says: [{ labels: { role: "gx_admin" }, summary: "commands of gx_admin end FAILED: 12 in 10 minutes" }],
      },
    },
    silent: {
      "10 failed": { series: failed("_x4 10x99"), until: "15m" },
      "many are submitted": { series: failed("_x4 15+15x99", "submitted"), until: "15m" },
    },
  },
  RoutingError: {
    ...{ class: "P2", component: "submitter" },
    fires: {
      "the first ever": {
        series: routing("_x4 1x99"),
        ...{ at: "1m", ended: "11m15s" },
        says: [
          {
            labels: { role: "gx_admin", code: "ROLE_NOT_ALLOWED" },
            summary: "command at the wrong role: ROLE_NOT_ALLOWED at gx_admin",
          },
        ],
      },
    },
    silent: {
      none: { series: routing("0x99"), until: "15m" },
      "some, more than 10 minutes ago": { series: routing("3x99"), from: "10m15s", until: "20m" },
    },
  },
  BreakerOpen: {
    ...{ class: "P1", component: "fabric" },
    fires: {
      "it is open": {
        series: { 'outbox_submitter_breaker_state{role="gx_admin"}': "2x99" },
        at: "1m",
        says: [{ labels: { role: "gx_admin" }, summary: "peer calls of gx_admin suspended" }],
      },
    },
    silent: {
      "it is half open": { series: { 'outbox_submitter_breaker_state{role="gx_admin"}': "1x99" }, until: "5m" },
      "it is open for 45 s": { series: { 'outbox_submitter_breaker_state{role="gx_admin"}': "2x3 0x99" }, until: "5m" },
    },
  },
  ConflictsHigh: {
    ...{ class: "P2", component: "fabric" },
    fires: {
      "reads were changed": {
        series: transactions("0+75x99", "0+5x99", "11"),
        at: "10m15s",
        says: [{ summary: "lanes miss a hot key: 6.25% of transactions conflict" }],
      },
      "ranges were changed": {
        series: transactions("0+75x99", "0+5x99", "12"),
        at: "10m15s",
        says: [{ summary: "lanes miss a hot key: 6.25% of transactions conflict" }],
      },
    },
    silent: {
      "4 in 100": { series: transactions("0+96x99", "0+4x99", "11"), until: "20m" },
      "invalid for another reason": { series: transactions("0+75x99", "0+5x99", "10"), until: "20m" },
      "no transactions": { series: transactions("5x99", "5x99", "11"), until: "20m" },
    },
  },
  FabricIdentityExpiring30d: {
    ...{ class: "P2", component: "fabric", every: "5m" },
    fires: { "in 29 days": { series: ends("2500000x50"), at: "1h", says: [endsSoon("28d 21h 26m 40s")] } },
    silent: { "in 30 days and 2 hours": { series: ends("2599200x50"), until: "1h55m" } },
  },
  FabricIdentityExpiring7d: {
    ...{ class: "P1", component: "fabric", every: "5m" },
    fires: { "in 6 days": { series: ends("600000x50"), at: "1h", says: [endsSoon("6d 21h 40m 0s")] } },
    silent: { "in 7 days and 2 hours": { series: ends("612000x50"), until: "1h55m" } },
  },
  FabricIdentityExpiring1d: {
    ...{ class: "P0", component: "fabric" },
    fires: { "in 22 hours": { series: ends("80000x50"), at: "0m", atOnce: true, says: [endsSoon("22h 13m 20s")] } },
    silent: { "in a day and 10 minutes": { series: ends("87000x50"), until: "9m" } },
  },
  GatewayDown: {
    ...{ class: "P0", component: "gateway" },
    fires: {
      "none answers": {
        series: { ...three("up", 'service="gateway",', "0x99", "0x99"), 'up{service="projector"}': "1x99" },
        ...{ at: "1m", says: [{ summary: "API unreachable" }] },
      },
      "there is none": {
        series: { 'up{service="projector"}': "1x99" },
        ...{ at: "1m", says: [{ summary: "API unreachable" }] },
      },
      "the last one vanishes while it is down": {
        series: { 'up{service="gateway"}': "1 0 0 stale" },
        ...{ at: "1m15s", says: [{ summary: "API unreachable" }] },
      },
    },
    silent: {
      "one of two answers": { series: three("up", 'service="gateway",', "0x99", "1x99"), until: "5m" },
      "away for 45 s": { series: { 'up{service="gateway"}': "0x3 1x99" }, until: "5m" },
    },
  },
  SubgraphDown: {
    ...{ class: "P1", component: "subgraph" },
    fires: {
      "no gateway reaches it": {
        series: {
          ...three("gateway_subgraph_up", 'domain="tax",', "0x99", "0x99"),
          'gateway_subgraph_up{domain="admin"}': "1x99",
        },
        at: "1m",
        says: [{ labels: { domain: "tax" }, summary: "domain tax unreachable" }],
      },
    },
    silent: {
      "one gateway reaches it": {
        series: three("gateway_subgraph_up", 'domain="tax",', "0x99", "1x99"),
        until: "5m",
      },
      "away for 45 s": { series: { 'gateway_subgraph_up{domain="tax"}': "0x3 1x99" }, until: "5m" },
    },
  },
  ApiErrorRateHigh: {
    ...{ class: "P2", component: "gateway" },
    fires: {
      "2 in 100": {
        series: answers("gateway", "0+98x99", "0+2x99"),
        ...{ at: "5m15s", says: [{ summary: "2% of answers are 5xx" }] },
      },
    },
    silent: {
      "none yet": { series: { 'http_requests_total{service="gateway",status="200"}': "0+98x99" }, until: "10m" },
      "9 in 1,000": { series: answers("gateway", "0+991x99", "0+9x99"), until: "10m" },
      "those of a subgraph": {
        series: { ...answers("gateway", "0+98x99", "0x99"), ...answers("subgraph-tax", "0x99", "0+98x99") },
        until: "10m",
      },
    },
  },
  ProjectorLagHigh: {
    ...{ class: "P1", component: "projector" },
    fires: {
      "6 s": {
        series: { projector_lag_milliseconds: "6000x99" },
        ...{ at: "2m", says: [{ summary: "reads are stale by 6000 ms" }] },
      },
    },
    silent: {
      "5 s": { series: { projector_lag_milliseconds: "5000x99" }, until: "5m" },
      "6 s, for less than 2 minutes": { series: { projector_lag_milliseconds: "6000x7 10x99" }, until: "5m" },
    },
  },
  ProjectorStopped: {
    ...{ class: "P0", component: "projector" },
    fires: {
      "none leads": {
        series: { ...three("projector_leader", "", "0x99", "0x99"), projector_hash_mismatch: "0x99" },
        ...{ at: "1m", says: [{ summary: "no projector, or another chain" }] },
      },
      "there is none": { series: {}, at: "1m", says: [{ summary: "no projector, or another chain" }] },
      "another chain": {
        series: { ...three("projector_leader", "", "1x99"), projector_hash_mismatch: "1x99" },
        ...{ at: "1m", says: [{ summary: "no projector, or another chain" }] },
      },
    },
    silent: {
      "one leads, one stands by": {
        series: { ...three("projector_leader", "", "1x99", "0x99"), projector_hash_mismatch: "0x99" },
        until: "5m",
      },
      "taken over in 45 s": {
        series: { ...three("projector_leader", "", "1 0x99", "0x3 1x99"), projector_hash_mismatch: "0x99" },
        until: "5m",
      },
    },
  },
  EventsQuarantined: {
    ...{ class: "P1", component: "projector" },
    fires: {
      "one event": {
        series: three("projector_quarantine_rows", 'reason="unknown event",', "1x99", "1x99"),
        at: "1m",
        says: [{ labels: { reason: "unknown event" }, summary: "events that did not decode (unknown event): 1" }],
      },
    },
    silent: { none: { series: three("projector_quarantine_rows", 'reason="unknown event",', "0x99"), until: "5m" } },
  },
  ClockSkew: {
    ...{ class: "P2", component: "kubernetes" },
    fires: {
      "6 s behind": {
        series: { 'gx_clock_skew_seconds{instance="a"}': "-6x99", 'gx_clock_skew_seconds{instance="b"}': "0x99" },
        ...{ at: "5m", says: [{ summary: "a clock is wrong by 6s" }] },
      },
      "6 s ahead": {
        series: { 'gx_clock_skew_seconds{instance="a"}': "6x99" },
        ...{ at: "5m", says: [{ summary: "a clock is wrong by 6s" }] },
      },
    },
    silent: { "5 s": { series: { gx_clock_skew_seconds: "-5x99" }, until: "10m" } },
  },
  PostgresDown: {
    ...{ class: "P0", component: "postgres" },
    fires: {
      "none of three": {
        series: three("pg_up", "", "0x99", "0x99", "0x99"),
        ...{ at: "30s", says: [{ summary: "no database answers" }] },
      },
      "no exporter": { series: {}, at: "30s", says: [{ summary: "no database answers" }] },
    },
    silent: {
      "one of three": { series: three("pg_up", "", "0x99", "1x99", "0x99"), until: "5m" },
      "none for 15 s": { series: three("pg_up", "", "0 0 1x99"), until: "5m" },
    },
  },
  PostgresNoPrimary: {
    ...{ class: "P0", component: "postgres" },
    fires: {
      "three standbys": {
        series: three("patroni_master", "", "0x99", "0x99", "0x99"),
        ...{ at: "1m", says: [{ summary: "no primary elected" }] },
      },
    },
    silent: {
      "one of three": { series: three("patroni_master", "", "0x99", "1x99", "0x99"), until: "5m" },
      "an election of 30 s": { series: three("patroni_master", "", "1 0x99", "0x3 1x99"), until: "5m" },
      "a database without Patroni": { series: {}, until: "5m" },
    },
  },
  ReplicationBroken: {
    ...{ class: "P1", component: "postgres" },
    fires: {
      "one standby": {
        series: three("patroni_replica", "", "0x99", "1x99"),
        ...{ at: "5m", says: [{ summary: "standby missing or late" }] },
      },
      "one is late": {
        series: {
          ...three("patroni_replica", "", "0x99", "1x99", "1x99"),
          ...three("pg_replication_lag", "", "0x99", "31x99", "0x99"),
        },
        ...{ at: "5m", says: [{ summary: "standby missing or late" }] },
      },
    },
    silent: {
      "two, 30 s late": {
        series: {
          ...three("patroni_replica", "", "0x99", "1x99", "1x99"),
          ...three("pg_replication_lag", "", "0x99", "30x99", "0x99"),
        },
        until: "10m",
      },
    },
  },
  DbConnectionsHigh: {
    ...{ class: "P2", component: "postgres" },
    fires: {
      "250 of 300": {
        series: connections(250),
        ...{ at: "2m", says: [{ summary: "connections to the database nearly used up" }] },
      },
      "statements wait for the pool": {
        series: { ...connections(20), 'gx_db_pool_connections{service="projector",state="waiting"}': "1x99" },
        ...{ at: "2m", says: [{ summary: "connections to the database nearly used up" }] },
      },
    },
    silent: {
      "100 of 300 on each of three servers": { series: connections(100), until: "5m" },
      "the pool is busy": {
        series: {
          ...connections(240),
          'gx_db_pool_connections{service="projector",state="busy"}': "5x99",
          'gx_db_pool_connections{service="projector",state="waiting"}': "3x6 0x99",
        },
        until: "5m",
      },
    },
  },
  RedisDown: {
    ...{ class: "P1", component: "redis" },
    fires: {
      "none of three": {
        series: { ...three("redis_up", 'app="redis",', "0x99", "0x99"), 'redis_up{app="redis-cache"}': "1x99" },
        ...{ at: "1m", says: [{ summary: "queues away; mutations still accepted" }] },
      },
      "no exporter": { series: {}, at: "1m", says: [{ summary: "queues away; mutations still accepted" }] },
    },
    silent: {
      "one of two": { series: three("redis_up", 'app="redis",', "0x99", "1x99"), until: "5m" },
      "only the cache": {
        series: { 'redis_up{app="redis"}': "1x99", 'redis_up{app="redis-cache"}': "0x99" },
        until: "5m",
      },
    },
  },
  RedisMemoryHigh: {
    ...{ class: "P2", component: "redis" },
    fires: {
      "85 of 100": {
        series: redisMemory(85, 100),
        at: "5m",
        says: [{ labels: { app: "redis" }, summary: "memory of redis near its limit: 85%" }],
      },
    },
    silent: {
      "80 of 100": { series: redisMemory(80, 100), until: "10m" },
      "no limit": { series: redisMemory(80, 0), until: "10m" },
    },
  },
  RedisEvicts: {
    ...{ class: "P1", component: "redis" },
    fires: {
      "one key": {
        series: { 'redis_evicted_keys_total{app="redis"}': "7x4 8x99" },
        at: "1m15s",
        says: [{ labels: { app: "redis" }, summary: "the Redis of the queues drops keys" }],
      },
    },
    silent: {
      "none more": { series: { 'redis_evicted_keys_total{app="redis"}': "7x99" }, until: "10m" },
      "the cache's": { series: { 'redis_evicted_keys_total{app="redis-cache"}': "0+9x99" }, until: "10m" },
    },
  },
  PodCrashLoop: {
    ...{ class: "P1", component: "kubernetes" },
    fires: {
      "5 in 7 minutes": {
        series: restarts("0x4 1x4 2x4 3x4 4x4 5x74"),
        at: "6m15s",
        says: [{ labels: onNode, summary: "gateway-0 restarted 5 times in 10 minutes" }],
      },
    },
    silent: { "4 in 7 minutes": { series: restarts("0x9 1x4 2x4 3x4 4x74"), until: "20m" } },
  },
  ImagePullFailing: {
    ...{ class: "P1", component: "kubernetes" },
    fires: {
      "it backs off": {
        series: waiting("ImagePullBackOff"),
        at: "2m",
        says: [{ labels: onNode, summary: "image missing on node-1 for gateway-0" }],
      },
      "it fails": {
        series: waiting("ErrImagePull"),
        at: "2m",
        says: [{ labels: onNode, summary: "image missing on node-1 for gateway-0" }],
      },
    },
    silent: { "it is being created": { series: waiting("ContainerCreating"), until: "5m" } },
  },
  NodeNotReady: {
    ...{ class: "P1", component: "kubernetes" },
    fires: {
      "not ready": {
        series: { 'kube_node_status_condition{node="node-1",condition="Ready",status="true"}': "0x99" },
        at: "1m",
        says: [{ labels: { node: "node-1", condition: "Ready", status: "true" }, summary: "node node-1 lost" }],
      },
    },
    silent: {
      ready: {
        series: {
          'kube_node_status_condition{node="node-1",condition="Ready",status="true"}': "1x99",
          'kube_node_status_condition{node="node-1",condition="Ready",status="false"}': "0x99",
          'kube_node_status_condition{node="node-1",condition="MemoryPressure",status="true"}': "0x99",
        },
        until: "5m",
      },
    },
  },
  JobFailed: {
    ...{ class: "P1", component: "kubernetes" },
    fires: {
      migrate: {
        series: { 'kube_job_status_failed{job_name="migrate"}': "0 1x99" },
        at: "15s",
        says: [{ labels: { job_name: "migrate" }, summary: "job migrate failed" }],
      },
    },
    silent: { "none failed": { series: { 'kube_job_status_failed{job_name="migrate"}': "0x99" }, until: "5m" } },
  },
  CpuHigh: {
    ...{ class: "P2", component: "kubernetes" },
    fires: {
      "90 %": {
        // The rate over 5 minutes passes 0.8 after 4.5 of them.
        series: cpu("13.5"),
        at: "14m30s",
        says: [{ labels: onNode, summary: "cpu of gateway-0 at 90% of its limit" }],
      },
    },
    silent: { "75 %": { series: cpu("11.25"), until: "20m" } },
  },
  MemoryHigh: {
    ...{ class: "P2", component: "kubernetes" },
    fires: {
      "90 %": {
        series: memory(900),
        at: "10m",
        says: [{ labels: onNode, summary: "memory of gateway-0 at 90% of its limit" }],
      },
    },
    silent: { "85 %": { series: memory(850), until: "20m" } },
  },
  DiskSpaceLow: {
    ...{ class: "P2", component: "kubernetes" },
    fires: {
      "14 % free": {
        series: volume(14),
        at: "5m",
        says: [
          {
            labels: { persistentvolumeclaim: "postgres-data-postgres-0" },
            summary: "volume postgres-data-postgres-0: 14% free",
          },
        ],
      },
    },
    silent: { "15 % free": { series: volume(15), until: "10m" } },
  },
  QuotaNearlyUsed: {
    ...{ class: "P3", component: "kubernetes" },
    fires: {
      "46 of 50": {
        series: quota(46, 50),
        at: "10m",
        says: [{ labels: { resource: "pods" }, summary: "quota of pods used to 92%" }],
      },
    },
    silent: {
      "45 of 50": { series: quota(45, 50), until: "20m" },
      "0 of 0": { series: quota(0, 0), until: "20m" },
    },
  },
  TargetMissing: {
    ...{ class: "P2", component: "monitoring" },
    fires: {
      "a target does not answer": {
        series: scraped({ redis: "0x99" }),
        at: "3m",
        says: [{ labels: { job: "redis", instance: "a" }, summary: "not scraped: redis at a" }],
      },
      "a job has no targets": {
        series: scraped({ redis: "" }),
        at: "3m",
        says: [{ labels: { job: "redis" }, summary: "not scraped: redis" }],
      },
    },
    silent: {
      "all answer": { series: scraped({}), until: "10m" },
      "away for less than 3 minutes": { series: scraped({ redis: "0x11 1x99" }), until: "10m" },
      "somebody else's": { series: { ...scraped({}), 'up{job="other"}': "0x99" }, until: "10m" },
    },
  },
  Watchdog: {
    ...{ class: "none", component: "monitoring" },
    fires: { always: { series: {}, at: "0m", atOnce: true, says: [{ summary: "always on; its absence pages" }] } },
    silent: {},
  },
};
