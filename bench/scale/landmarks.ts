// Whom and what the questions of a generated world are about: those with most rows, and some with few.
import type pg from "pg";
import type { EntityName } from "../../catalogue/entities.js";
import type { Landmarks } from "./questions.js";
import { ADMIN, busyPerson } from "./story.js";

/** An id that nothing has. */
const NOTHING = "00000000-0000-7000-8000-0000000000ff";
const FEES = "SYSTEM_OPERATIONS_FUND";

/** The newest of each kind. */
const newest: Readonly<Partial<Record<EntityName, string>>> = {
  Organization: "select organization_id as id from read.stakeholder group by 1 order by count(*) desc limit 1",
  MultiSigTx: "select id from read.multi_sig_tx order by position desc limit 1",
  Loan: "select id from read.loan order by position desc limit 1",
  TaxAssessment: "select id from read.tax_assessment order by position desc limit 1",
  Redistribution: "select id from read.redistribution order by position desc limit 1",
  Proposal: "select proposal_id as id from read.vote group by 1 order by count(*) desc limit 1",
  Vote: "select id from read.vote order by position desc limit 1",
  Relationship: "select id from read.relationship order by position desc limit 1",
  RecoverySession: "select id from read.recovery_session order by position desc limit 1",
  Transaction: "select id from read.entry order by position desc limit 1",
  Command: "select id from app.command order by seq desc limit 1",
};

export async function landmarksOf(client: pg.ClientBase): Promise<Landmarks> {
  const found: [string, string[]][] = [];
  for (const [entity, sql] of Object.entries(newest)) {
    const { rows } = await client.query<{ id: string }>(sql);
    found.push([entity, [rows[0]?.id ?? NOTHING]]);
  }
  return {
    keys: {
      User: [busyPerson.id],
      Wallet: [busyPerson.id, FEES, "treasury_IN"],
      Pool: ["LOAN", "USER_GENESIS"],
      SystemParameter: ["feeP2pLocalMidBps"],
      Country: ["IN", "VA"],
      AdminAppointment: [ADMIN],
      ...Object.fromEntries(found),
    },
    values: {
      nationality: ["IN", "VA"],
      country: ["IN", "VA"],
      region: ["Africa"],
      // Of many values some: frequent, rare, and none at all.
      domain: ["identity", "admin", "tax"],
      type: ["SENT", "FEE_INCOME", "INTERNAL"],
      "Query.organizations.type": ["BUSINESS", "GOVERNMENT"],
      walletId: [busyPerson.id, FEES],
      Qirat: ["5000000"],
      from: ["2025-01-01T00:00:00Z"],
      to: ["2025-02-01T00:00:00Z"],
      "Query.quoteFee.kind": ["EXEMPT"],
      "Query.quoteFee.scope": [],
      "Query.quoteTransfer.to": [FEES],
    },
  };
}
