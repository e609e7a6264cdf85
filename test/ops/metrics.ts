// Every metric that is ours or that rules and panels may name, typed by hand from the specification: what tests judge by.
// Imports nothing of the processes, rules or dashboards that it judges.

/** What exposes a metric: a kind of process, of which `gx up` and the overlays run one or several. */
export type Exposing = "gateway" | "subgraphs" | "subgraph-admin" | "submitter" | "projector" | "ledger" | "network";

/** Upper bounds in seconds: of a request (A), of the pipeline (B), of a block (C); commands of a batch. */
export const bounds = {
  A: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  B: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
  C: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  batch: [1, 2, 5, 10, 20, 50, 100],
} as const;

export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** Besides `environment` and `service`, which every series of ours has. */
  readonly labels: readonly string[];
  readonly bounds?: keyof typeof bounds;
  readonly unit: string;
  readonly in: readonly Exposing[];
  readonly means: string;
}

type Row = readonly [names: string, type: string, labels: string, unit: string, exposing: string, means: string];

const all = "gateway subgraphs submitter projector ledger";
const workers = "submitter projector";
/** The submitter too: its housekeeper asks for folds, as callers do for what they want. */
const accepting = "subgraphs submitter";

/** Section 4.1 of the specification. */
const specified: readonly Row[] = [
  [
    "http_requests_total",
    "C",
    "method route status",
    "",
    "gateway subgraphs",
    "requests answered; route is a template",
  ],
  ["http_request_duration_seconds", "H A", "route", "s", "gateway subgraphs", "time to answer one"],
  ["graphql_operations_total", "C", "operation type outcome", "", "gateway subgraphs", "outcome: ok, error, denied"],
  ["graphql_operation_duration_seconds", "H A", "operation", "s", "gateway subgraphs", "time of one"],
  ["gateway_subgraph_up", "G", "domain", "0/1", "gateway", "the subgraph answered its last probe"],
  ["gateway_subgraph_duration_seconds", "H A", "domain outcome", "s", "gateway", "time of a request to a subgraph"],
  ["gateway_rejected_total", "C", "reason", "", "gateway", "auth, rate, cost, size, depth, safelist, read_only"],
  ["gateway_subscriptions", "G", "kind", "", "gateway", "open subscriptions"],
  ["gx_read_only", "G", "", "0/1", "gateway", "the emergency switch is on"],
  ["cache_requests_total", "C", "result", "", "subgraphs", "rows asked of the cache: hit, miss, stale, bypass"],
  ["cache_invalidations_total", "C", "domain", "", "projector", "rows whose cached value a block made old"],
  ["read_wait_seconds", "H B", "", "s", "subgraphs", "time that a read waited for its block"],
  ["read_behind_total", "C", "", "", "subgraphs", "reads whose block did not come in time"],
  ["command_accepted_total", "C", "domain role command", "", accepting, "commands accepted"],
  ["command_accept_duration_seconds", "H A", "domain", "s", accepting, "time to accept a request"],
  ["command_idempotent_total", "C", "result", "", accepting, "keys used before: existing, conflict"],
  ["command_enqueue_failed_total", "C", "role", "", accepting, "accepted commands whose job Redis did not take"],
  ["outbox_command_queue_depth", "G", "role status", "commands", "subgraph-admin", "open commands, from the database"],
  ["outbox_command_oldest_seconds", "G", "role status", "s", "subgraph-admin", "age of the oldest of them"],
  ["outbox_commands_failed", "G", "role", "commands", "subgraph-admin", "FAILED and not replayed"],
  ["outbox_submitter_up", "G", "role", "0/1", "submitter", "the role is served by this process"],
  ["outbox_submitter_leader", "G", "role", "0/1", "submitter", "this process leads the role"],
  ["outbox_submitter_commands_total", "C", "role domain outcome", "", "submitter", "outcome: submitted, failed"],
  ["outbox_submitter_wait_seconds", "H B", "role", "s", "submitter", "from acceptance to submission"],
  ["outbox_submitter_stage_seconds", "H B", "role stage", "s", "submitter", "stage: endorse, order, commit"],
  ["outbox_submitter_batch_size", "H batch", "role", "commands", "submitter", "commands of a transaction"],
  [
    "outbox_submitter_transactions_total",
    "C",
    "role code",
    "",
    "submitter",
    "in blocks, by validation code (a number)",
  ],
  ["outbox_submitter_retries_total", "C", "role class", "", "submitter", "failures by class of the protocol"],
  ["outbox_submitter_inflight", "G", "role", "transactions", "submitter", "submitted and not settled"],
  ["outbox_submitter_breaker_state", "G", "role", "0/1/2", "submitter", "closed, half open, open"],
  ["outbox_submitter_queue_stopped", "G", "role reason", "0/1", "submitter", "the role signs nothing, and why"],
  ["outbox_submitter_routing_errors_total", "C", "role code", "", "submitter", "UNKNOWN_COMMAND, ROLE_NOT_ALLOWED"],
  ["outbox_submitter_init_seconds", "G", "role", "s", "submitter", "from start to the proof of the identity"],
  ["queue_jobs", "G", "queue state", "jobs", "submitter", "jobs of a queue by state"],
  ["fabric_sdk_connection_status", "G", "role peer", "0/1", workers, "the last call to the peer was answered"],
  ["fabric_peer_height", "G", "peer", "blocks", workers, "blocks that the peer holds"],
  ["fabric_peer_rtt_seconds", "G", "peer", "s", workers, "time of the peer's last answer"],
  [
    "fabric_identity_not_after_seconds",
    "G",
    "role kind",
    "unix s",
    workers,
    "end of a certificate; kind: sign, tls_root",
  ],
  [
    "fabric_identity_reloads_total",
    "C",
    "role result",
    "",
    workers,
    "new files in the wallet: loaded, faulty, refused",
  ],
  ["projector_lag_milliseconds", "G", "", "ms", "projector", "age of the oldest block not projected, by its own time"],
  ["projector_lag_blocks", "G", "", "blocks", "projector", "blocks that are not projected"],
  ["projector_height", "G", "", "blocks", "projector", "number of the last projected block"],
  ["projector_chain_height", "G", "", "blocks", "projector", "number of blocks of the chain"],
  ["projector_leader", "G", "", "0/1", "projector", "this process projects"],
  ["projector_events_total", "C", "domain event", "", "projector", "events projected"],
  ["projector_commands_total", "C", "role domain outcome code", "", "projector", "outcome: committed, refused"],
  ["projector_block_duration_seconds", "H C", "", "s", "projector", "time to write a block"],
  ["projector_visible_seconds", "H B", "", "s", "projector", "from a block's time to its rows"],
  ["projector_quarantined_total", "C", "reason", "", "projector", "what did not decode"],
  ["projector_quarantine_rows", "G", "reason", "", "projector", "rows in quarantine"],
  ["projector_hash_mismatch", "G", "", "0/1", "projector", "the chain is not the one that was read before"],
  ["gx_ready", "G", "", "0/1", all, "the same as /readyz"],
  ["gx_db_pool_connections", "G", "state", "", "subgraphs submitter projector", "state: idle, busy, waiting"],
  ["gx_db_query_duration_seconds", "H C", "query", "s", "subgraphs submitter projector", "time of a statement"],
  ["gx_clock_skew_seconds", "G", "", "s", workers, "our clock against the database and the last block"],
  ["gx_build_info", "G", "version digest catalogue", "1", all, "what is running"],
  ["process_resident_memory_bytes", "G", "", "bytes", all, "memory of the process"],
  ["process_cpu_seconds_total", "C", "", "s", all, "processor time of the process"],
  ["process_start_time_seconds", "G", "", "unix s", all, "when the process began"],
  ["process_open_fds", "G", "", "", all, "open file descriptors"],
  ["nodejs_eventloop_lag_p99_seconds", "G", "", "s", all, "delay of the event loop"],
  ["ledger_blockchain_height", "G", "", "blocks", "ledger", "number of blocks"],
];

/** What we expose beyond it, documented in docs/operations/monitoring.md. */
const beyond: readonly Row[] = [
  ["outbox_submitter_held_back", "G", "role", "commands", "submitter", "open commands that wait for a newer chaincode"],
  ["outbox_submitter_bisects_total", "C", "role", "", "submitter", "batches split in halves because they failed"],
  ["outbox_submitter_swept_total", "C", "role reason", "", "submitter", "jobs added again"],
  ["outbox_unfolded_deltas", "G", "", "", "submitter", "unfolded credits, seen by the leader of the admin queue"],
  ["outbox_folds_total", "C", "", "", "submitter", "folds that were asked for"],
  ["fabric_node_up", "G", "node", "0/1", "network", "a node of the network on this machine takes calls"],
  ["process_cpu_user_seconds_total", "C", "", "s", all, "its part in our code"],
  ["process_cpu_system_seconds_total", "C", "", "s", all, "its part in the kernel"],
  ["process_max_fds", "G", "", "", all, "file descriptors that it may open"],
  ["process_virtual_memory_bytes", "G", "", "bytes", all, "addresses in use"],
  ["process_heap_bytes", "G", "", "bytes", all, "size of the heap"],
];

const types = { C: "counter", G: "gauge", H: "histogram" } as const;
const words = (text: string) => text.split(" ").filter(Boolean);

function metricOf([name, type, labels, unit, exposing, means]: Row): Metric {
  const [letter, of] = words(type) as [keyof typeof types, keyof typeof bounds | undefined];
  return {
    ...{ name, type: types[letter], labels: words(labels), unit, means },
    ...(of === undefined ? {} : { bounds: of }),
    in: words(exposing) as Exposing[],
  };
}

export const metrics: readonly Metric[] = specified.map(metricOf);
/** Ours beyond the specification. */
export const extras: readonly Metric[] = beyond.map(metricOf);

/** Rules and panels of the second half: named by the specification, exposed by nothing yet. */
export const notYet: readonly string[] = ["gx_ops_*", "gx_backup_*", "gx_restore_*", "edge_*", "nginx_*"];

/** Of programs that are not ours; `*` at the end stands for any rest. */
export const foreign = {
  postgresExporter: [
    ...["pg_stat_activity_count", "pg_stat_database_tup_returned", "pg_up", "pg_settings_max_connections"],
    ...["pg_database_size_bytes", "pg_replication_lag", "pg_stat_archiver_*"],
  ],
  patroni: ["patroni_master", "patroni_replica", "patroni_postgres_timeline"],
  redisExporter: [
    ...["redis_connected_clients", "redis_memory_used_bytes", "redis_memory_max_bytes", "redis_up"],
    ...["redis_connected_slaves", "redis_evicted_keys_total"],
  ],
  platform: [
    ...["kube_pod_info", "kube_pod_status_phase", "kube_node_status_condition", "kube_pod_container_status_*"],
    ...["kube_pod_container_resource_limits", "kube_deployment_*", "kube_statefulset_*", "kube_job_*"],
    ...["kube_resourcequota", "container_cpu_usage_seconds_total", "container_memory_working_set_bytes"],
    "kubelet_volume_stats_*",
  ],
  fabricNodes: ["ledger_blockchain_height", "consensus_etcdraft_leader_changes", "endorser_proposal_duration"],
  prometheus: ["up", "ALERTS"],
} as const satisfies Record<string, readonly string[]>;

/** Series of a histogram end in these. */
const SERIES_OF_HISTOGRAM = /_(bucket|sum|count)$/;

const isNamed = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern));

/** Whose metric a name in an expression is; undefined for one that nobody exposes. */
export function ownerOf(name: string): "ours" | keyof typeof foreign | undefined {
  const base = name.replace(SERIES_OF_HISTOGRAM, "");
  const ours = [...metrics, ...extras].some((metric) => metric.name === (metric.type === "histogram" ? base : name));
  if (ours) return "ours";
  const owners = Object.entries(foreign) as [keyof typeof foreign, readonly string[]][];
  return owners.find(([, patterns]) => isNamed(name, patterns) || isNamed(base, patterns))?.[0];
}
