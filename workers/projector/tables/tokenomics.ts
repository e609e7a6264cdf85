// Accounts, unfolded credits, pools, genesis and the lines of statements.
import { grouped, table } from "./table.js";

export const tokenomics = {
  wallet: table(["id"], {
    id: "text",
    kind: "text",
    ownerId: "text?",
    stored: "bigint",
    pending: "bigint",
    frozen: "boolean",
    freezeReason: "text?",
  }),
  delta: grouped(["accountId", "txId"], ["accountId", "txId", "deltaKey"], {
    accountId: "text",
    txId: "text",
    deltaKey: "text",
    amount: "bigint",
    folded: "boolean",
    at: "timestamptz",
  }),
  pool: table(["id"], { id: "text", ordinal: "integer", cap: "bigint", stored: "bigint", pending: "bigint" }),
  genesis: table(["userId"], {
    userId: "uuid",
    country: "text",
    phase: "integer",
    amount: "bigint",
    at: "timestamptz",
  }),
  entry: table(["id"], {
    id: "text",
    walletId: "text",
    type: "text",
    amount: "bigint",
    counterpartyId: "text?",
    remark: "text?",
    commandId: "uuid",
    txId: "text",
    block: "bigint",
    at: "timestamptz",
    position: "text",
  }),
  // Whom the account of an organization concerns besides admins.
  accountPersons: table(["id"], { id: "text", persons: "uuid[]" }),
} as const;
