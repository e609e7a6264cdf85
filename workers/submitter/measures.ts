// The submitter's metrics under their names of record, and nothing else.
import { identityMeasures } from "../../platform/kept-identity.js";
import type { Connection } from "../../platform/connection.js";
import { buckets, type Metrics } from "../../platform/metrics.js";
import { measurePeers } from "../../platform/peer-metrics.js";

const SIZES = [1, 2, 5, 10, 20, 50, 100];

export type Measures = ReturnType<typeof createMeasures>;

export function createMeasures(metrics: Metrics, connection: Pick<Connection, "peers">) {
  const { counter, gauge, histogram } = metrics;
  return {
    proved: measurePeers(metrics, connection),
    up: gauge("outbox_submitter_up", "1 while the role is served by this process.", ["role"]),
    leader: gauge("outbox_submitter_leader", "1 while this process leads the role.", ["role"]),
    commands: counter("outbox_submitter_commands_total", "Commands submitted or given up.", [
      ...["role", "domain", "outcome"],
    ] as const),
    wait: histogram("outbox_submitter_wait_seconds", "From acceptance to submission.", buckets.pipeline, ["role"]),
    stage: histogram("outbox_submitter_stage_seconds", "Time of a stage.", buckets.pipeline, ["role", "stage"]),
    batch: histogram("outbox_submitter_batch_size", "Commands in a transaction.", SIZES, ["role"]),
    transactions: counter("outbox_submitter_transactions_total", "Transactions in blocks.", ["role", "code"]),
    retries: counter("outbox_submitter_retries_total", "Failures by class.", ["role", "class"]),
    inflight: gauge("outbox_submitter_inflight", "Transactions submitted and not settled.", ["role"]),
    breaker: gauge("outbox_submitter_breaker_state", "Circuit breaker: 0 closed, 1 half open, 2 open.", ["role"]),
    held: gauge("outbox_submitter_held_back", "Open commands that wait for a newer chaincode.", ["role"]),
    bisects: counter("outbox_submitter_bisects_total", "Batches split in halves because they failed.", ["role"]),
    swept: counter("outbox_submitter_swept_total", "Jobs added again.", ["role", "reason"]),
    stopped: gauge("outbox_submitter_queue_stopped", "1 while the queue is stopped.", ["role", "reason"]),
    routing: counter("outbox_submitter_routing_errors_total", "Refusals that mean a wrong queue.", ["role", "code"]),
    init: gauge("outbox_submitter_init_seconds", "From start to the identity's proof.", ["role"]),
    jobs: gauge("queue_jobs", "Jobs of the queue by state.", ["queue", "state"]),
    identity: identityMeasures(metrics),
  };
}
