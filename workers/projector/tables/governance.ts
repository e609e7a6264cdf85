// Proposals and votes.
import { table } from "./table.js";

export const governance = {
  proposal: table(["id"], {
    id: "uuid",
    parameterId: "text",
    currentValue: "bigint",
    newValue: "bigint",
    title: "text",
    proposerId: "uuid",
    quorumVotes: "integer",
    approvalBps: "integer",
    voterMinTrust: "integer",
    votesFor: "bigint",
    votesAgainst: "bigint",
    status: "text",
    failureReason: "text?",
    submittedAt: "timestamptz",
    endsAt: "timestamptz",
    position: "text",
  }),
  vote: table(["id"], {
    id: "text",
    proposalId: "uuid",
    voterId: "uuid",
    support: "boolean",
    at: "timestamptz",
    position: "text",
  }),
} as const;
