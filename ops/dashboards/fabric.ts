// Fabric: what our processes see of the ledger, and what its nodes say themselves.
import { p95, type Dashboard } from "../panels.js";

const ROLE = 'NS,role=~"$role"';

export const fabric: Dashboard = {
  name: "gx-fabric",
  title: "GX Fabric",
  description: "Connections, heights, stages and validation codes by role; identities with the days that are left.",
  choices: ["role"],
  rows: [
    {
      title: "Connection",
      panels: [
        {
          ...{ title: "Peer answers by role", unit: "bool", limits: [0.9, 0.5], width: 12 },
          runbook: "diagnose fabric",
          queries: [
            { expr: `max by (role, peer) (fabric_sdk_connection_status{${ROLE}})`, legend: "{{role}} {{peer}}" },
          ],
        },
        {
          ...{ title: "Days left of identities", unit: "d", limits: [30, 7], width: 12 },
          runbook: "wallet rotate",
          queries: [
            {
              expr: "(min by (role, kind) (fabric_identity_not_after_seconds{NS}) - time()) / 86400",
              legend: "{{role}} {{kind}}",
            },
          ],
        },
        {
          ...{ title: "Breaker", unit: "none", limits: [1, 2] },
          description: "0 closed, 1 half open, 2 open: calls are suspended.",
          runbook: "diagnose fabric",
          queries: [{ expr: `max by (role) (outbox_submitter_breaker_state{${ROLE}})`, legend: "{{role}}" }],
        },
        {
          ...{ title: "Round trip", unit: "s" },
          queries: [{ expr: "max by (peer) (fabric_peer_rtt_seconds{NS})", legend: "{{peer}}" }],
        },
        {
          ...{ title: "Clock skew", unit: "s", limits: [1, 5] },
          runbook: "check cluster",
          queries: [{ expr: "max by (service) (abs(gx_clock_skew_seconds{NS}))", legend: "{{service}}" }],
        },
      ],
    },
    {
      title: "Ledger",
      panels: [
        {
          ...{ title: "Height by peer", unit: "blocks" },
          queries: [{ expr: "max by (peer) (fabric_peer_height{NS})", legend: "{{peer}}" }],
        },
        {
          ...{ title: "Behind the highest peer", unit: "blocks", limits: [5, 50] },
          queries: [
            {
              expr: "scalar(max(fabric_peer_height{NS})) - max by (peer) (fabric_peer_height{NS})",
              legend: "{{peer}}",
            },
          ],
        },
        {
          ...{ title: "Endorse, p95", unit: "s", limits: [0.5, 2] },
          runbook: "diagnose fabric",
          queries: [p95("outbox_submitter_stage_seconds", `${ROLE},stage="endorse"`, "role")],
        },
        {
          ...{ title: "Order and commit, p95", unit: "s" },
          runbook: "diagnose fabric",
          queries: [p95("outbox_submitter_stage_seconds", `${ROLE},stage=~"order|commit"`, "role", "stage")],
        },
        {
          ...{ title: "Transactions by validation code", unit: "ops" },
          description: "0 valid, 11 a key was changed meanwhile, 12 a range was.",
          runbook: "commands",
          queries: [
            { expr: `sum by (code) (rate(outbox_submitter_transactions_total{${ROLE}}[5m]))`, legend: "{{code}}" },
          ],
        },
        {
          ...{ title: "New pairs by what became of them", unit: "none" },
          queries: [
            {
              expr: "sum by (role, result) (increase(fabric_identity_reloads_total{NS}[1d])) or vector(0)",
              legend: "{{role}} {{result}}",
            },
          ],
        },
      ],
    },
    {
      title: "Nodes of the network",
      panels: [
        {
          ...{ title: "Height by node", unit: "blocks", width: 12 },
          queries: [{ expr: "max by (instance) (ledger_blockchain_height)", legend: "{{instance}}" }],
        },
        {
          ...{ title: "Changes of the orderers' leader", unit: "none", limits: [1, 5], width: 12 },
          queries: [
            { expr: "max(increase(consensus_etcdraft_leader_changes[1h])) or vector(0)", legend: "in an hour" },
          ],
        },
      ],
    },
  ],
};
