// Fees, accounts as far as fees and the tax depend on them, assessments, redistributions and rates.
import { table } from "./table.js";

export const tax = {
  fee: table(["position"], {
    position: "text",
    payer: "text",
    amount: "bigint",
    kind: "text",
    scope: "text?",
    rateBps: "integer",
    commandId: "uuid",
    at: "timestamptz",
  }),
  taxAccount: table(["id"], {
    id: "text",
    country: "text",
    balance: "bigint",
    timerStart: "timestamptz?",
    timerKey: "text?",
    exempt: "boolean",
    organizationType: "text?",
  }),
  taxAssessment: table(["id"], {
    id: "uuid",
    accountId: "text",
    country: "text",
    rateBps: "integer",
    balanceBefore: "bigint",
    tax: "bigint",
    treasuryShare: "bigint",
    redistributionShare: "bigint",
    at: "timestamptz",
    position: "text",
  }),
  redistribution: table(["id"], {
    id: "uuid",
    recipientCount: "integer",
    share: "bigint",
    total: "bigint",
    remainder: "bigint",
    at: "timestamptz",
    position: "text",
  }),
  taxpayerPersons: table(["id"], { id: "text", persons: "uuid[]" }),
  rate: table(["parameterId"], { parameterId: "text", value: "bigint" }),
} as const;
