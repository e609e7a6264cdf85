// CQRS health: a command's way from acceptance to visible rows.
import { p95, type Dashboard } from "../panels.js";

const ROLE = 'NS,role=~"$role"';
const DOMAIN = 'NS,domain=~"$domain"';

export const cqrs: Dashboard = {
  name: "gx-cqrs",
  title: "GX CQRS health",
  description: "Accepted → queue → batch → ledger → rows. A step that stands still shows as a queue before it.",
  choices: ["role", "domain"],
  rows: [
    {
      title: "Does it flow",
      panels: [
        {
          ...{ title: "Open commands by role", unit: "none", limits: [50, 200], width: 12 },
          runbook: "queue",
          queries: [
            { expr: `sum by (role) (max by (role, status) (outbox_command_queue_depth{${ROLE}}))`, legend: "{{role}}" },
          ],
        },
        {
          ...{ title: "Oldest open command", unit: "s", limits: [5, 60], width: 12 },
          runbook: "queue",
          queries: [{ expr: `max by (role) (outbox_command_oldest_seconds{${ROLE}})`, legend: "{{role}}" }],
        },
        {
          ...{ title: "Commands per second", unit: "ops", width: 12 },
          description:
            "Accepted and submitted apart: the queue grows. Submitted and committed apart: the ledger or the projector.",
          queries: [
            { expr: `sum(rate(command_accepted_total{${ROLE}}[5m]))`, legend: "accepted" },
            {
              expr: `sum(rate(outbox_submitter_commands_total{${ROLE},outcome="submitted"}[5m]))`,
              legend: "submitted",
            },
            { expr: `sum by (outcome) (rate(projector_commands_total{${ROLE}}[5m]))`, legend: "{{outcome}}" },
          ],
        },
        {
          ...{ title: "Projector lag", unit: "ms", limits: [1_000, 5_000], width: 12 },
          runbook: "projector status",
          queries: [{ expr: "max(projector_lag_milliseconds{NS})", legend: "lag" }],
        },
      ],
    },
    {
      title: "Submitters",
      panels: [
        {
          ...{ title: "Leaders", unit: "bool", limits: [0.9, 0.5] },
          runbook: "diagnose submitter",
          queries: [
            { expr: `max by (role) (outbox_submitter_leader{${ROLE}})`, legend: "{{role}}" },
            { expr: "max(projector_leader{NS})", legend: "projector" },
          ],
        },
        {
          ...{ title: "Accepted → submitted, p95", unit: "s", limits: [1, 2] },
          runbook: "queue",
          queries: [p95("outbox_submitter_wait_seconds", ROLE, "role")],
        },
        {
          ...{ title: "Stages, p95", unit: "s" },
          runbook: "diagnose fabric",
          queries: [p95("outbox_submitter_stage_seconds", ROLE, "role", "stage")],
        },
        {
          ...{ title: "Commands per transaction", unit: "none" },
          queries: [
            {
              expr: `sum by (role) (rate(outbox_submitter_batch_size_sum{${ROLE}}[5m])) / sum by (role) (rate(outbox_submitter_batch_size_count{${ROLE}}[5m]))`,
              legend: "mean {{role}}",
            },
          ],
        },
        {
          ...{ title: "Transactions in flight", unit: "none" },
          queries: [{ expr: `max by (role) (outbox_submitter_inflight{${ROLE}})`, legend: "{{role}}" }],
        },
        {
          ...{ title: "Conflicts", unit: "percentunit", limits: [0.02, 0.05] },
          runbook: "commands",
          queries: [
            {
              expr: `(sum(rate(outbox_submitter_transactions_total{${ROLE},code=~"11|12"}[10m])) or 0 * sum(rate(outbox_submitter_transactions_total{${ROLE}}[10m]))) / sum(rate(outbox_submitter_transactions_total{${ROLE}}[10m]))`,
              legend: "share",
            },
          ],
        },
        {
          ...{ title: "Failed commands, not replayed", unit: "none", limits: [1, 10] },
          runbook: "commands",
          queries: [{ expr: `max by (role) (outbox_commands_failed{${ROLE}}) or vector(0)`, legend: "{{role}}" }],
        },
        {
          ...{ title: "Retries by class", unit: "ops" },
          queries: [
            {
              expr: `sum by (class) (rate(outbox_submitter_retries_total{${ROLE}}[5m])) or vector(0)`,
              legend: "{{class}}",
            },
          ],
        },
        {
          ...{ title: "Stopped queues", unit: "bool", limits: [0.5, 1] },
          runbook: "wallet check",
          queries: [
            {
              expr: `max by (role, reason) (outbox_submitter_queue_stopped{${ROLE}}) or vector(0)`,
              legend: "{{role}} {{reason}}",
            },
          ],
        },
        {
          ...{ title: "Jobs in Redis", unit: "none" },
          description: "Only a hint: the rows of the command log decide.",
          queries: [{ expr: "max by (queue, state) (queue_jobs{NS})", legend: "{{queue}} {{state}}" }],
        },
      ],
    },
    {
      title: "Projector",
      panels: [
        {
          ...{ title: "Events per second", unit: "ops" },
          queries: [{ expr: `sum by (domain) (rate(projector_events_total{${DOMAIN}}[5m]))`, legend: "{{domain}}" }],
        },
        {
          ...{ title: "Block → visible, p95", unit: "s", limits: [1, 5] },
          runbook: "projector status",
          queries: [p95("projector_visible_seconds", "NS")],
        },
        {
          ...{ title: "Blocks not projected", unit: "blocks" },
          queries: [{ expr: "max(projector_lag_blocks{NS})", legend: "blocks" }],
        },
        {
          ...{ title: "Time of a block, p95", unit: "s" },
          queries: [p95("projector_block_duration_seconds", "NS")],
        },
        {
          ...{ title: "Quarantine", unit: "none", limits: [1, 1] },
          runbook: "projector quarantine",
          queries: [{ expr: "max by (reason) (projector_quarantine_rows{NS}) or vector(0)", legend: "{{reason}}" }],
        },
        {
          ...{ title: "Reads that waited, p95", unit: "s" },
          description: "x-gx-after: how long a read waited for its block.",
          queries: [p95("read_wait_seconds", "NS")],
        },
      ],
    },
  ],
};
