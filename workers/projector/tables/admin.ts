// The system, its parameters and countries, admins and counters.
import { table } from "./table.js";

export const admin = {
  system: table(["id"], {
    id: "text",
    profile: "text",
    operatorMsp: "text",
    bootstrappedAt: "timestamptz",
    paused: "boolean",
    pauseReason: "text?",
    pausedAt: "timestamptz?",
    countries: "integer",
    units: "bigint",
  }),
  parameter: table(["id"], { id: "text", value: "bigint", updatedAt: "timestamptz" }),
  parameterChange: table(["position"], {
    position: "text",
    parameterId: "text",
    value: "bigint",
    previousValue: "bigint?",
    source: "text",
    commandId: "uuid",
    at: "timestamptz",
  }),
  country: table(["code"], {
    code: "text",
    name: "text",
    region: "text?",
    units: "bigint",
    slots: "bigint[]",
    treasuryStatus: "text",
    position: "text",
  }),
  slotUse: table(["country", "phase"], { country: "text", phase: "integer", used: "bigint" }),
  adminAppointment: table(["id"], {
    id: "uuid",
    status: "text",
    appointedBy: "uuid",
    appointedAt: "timestamptz",
    revokedAt: "timestamptz?",
    reason: "text?",
    position: "text",
  }),
  counter: table(["name"], { name: "text", value: "bigint" }),
} as const;
