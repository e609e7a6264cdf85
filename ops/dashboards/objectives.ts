// Objectives and capacity: what is left of the budgets, how fast they burn, and when the next size is needed.
import { budgetLeft, faultsIn, objectives as promised } from "../objectives.js";
import type { Dashboard, Panel } from "../panels.js";

const budget: Panel[] = promised.map((objective) => ({
  ...{ title: `${objective.id} ${objective.name}`, kind: "stat", unit: "percentunit", limits: [0.5, 0.1], width: 4 },
  description: `Budget left of 30 days. ${objective.promise}.`,
  runbook: objective.runbook,
  queries: [{ expr: budgetLeft(objective), legend: "left" }],
}));

const burn = (window: "1h" | "6h" | "3d", red: number): Panel => ({
  ...{ title: `Burn rate over ${window}`, unit: "none", limits: [1, red] },
  description: `At 1 the budget lasts exactly 30 days; at ${red} an alert fires, if the shorter window burns too.`,
  queries: promised.map((objective) => ({
    expr: `(${faultsIn(objective, window)}) / ${objective.budget}`,
    legend: `${objective.id} ${objective.name}`,
  })),
});

export const objectives: Dashboard = {
  name: "gx-objectives",
  title: "GX objectives and capacity",
  description: "Budgets of 30 days, how fast they burn, volume with its forecast, and what comes near a limit.",
  choices: [],
  rows: [
    { title: "Budget left of 30 days", panels: budget },
    { title: "Burn rates", panels: [burn("1h", 14.4), burn("6h", 6), burn("3d", 1)] },
    {
      title: "Volume",
      panels: [
        {
          ...{ title: "Commands per day", unit: "short", limits: [50_000, 200_000], width: 12 },
          description: "Limits are those at which more is needed than an environment starts with.",
          runbook: "capacity",
          queries: [
            { expr: "gx:commands:1d{NS}", legend: "last 24 hours" },
            { expr: "predict_linear(gx:commands:1d{NS}[30d], 30 * 86400)", legend: "in 30 days" },
          ],
        },
        {
          ...{ title: "Commands by domain", unit: "ops", width: 12 },
          queries: [{ expr: "sum by (domain) (rate(command_accepted_total{NS}[1h]))", legend: "{{domain}}" }],
        },
      ],
    },
    {
      title: "Room",
      panels: [
        {
          ...{ title: "Replicas available of those wanted", unit: "percentunit", limits: [0.99, 0.5] },
          runbook: "diagnose pod",
          queries: [
            {
              expr: "kube_deployment_status_replicas_available{NS} / kube_deployment_spec_replicas{NS}",
              legend: "{{deployment}}",
            },
          ],
        },
        {
          ...{ title: "Quota used", unit: "percentunit", limits: [0.8, 0.9] },
          runbook: "capacity",
          queries: [
            {
              expr: 'kube_resourcequota{NS,type="used"} / ignoring (type) (kube_resourcequota{NS,type="hard"} > 0)',
              legend: "{{resource}}",
            },
          ],
        },
        {
          ...{ title: "CPU by process", unit: "percentunit" },
          description: "1 is a whole core.",
          runbook: "capacity",
          queries: [{ expr: "max by (service) (rate(process_cpu_seconds_total{NS}[5m]))", legend: "{{service}}" }],
        },
      ],
    },
  ],
};
