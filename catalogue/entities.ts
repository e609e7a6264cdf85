// The things that have an id in the graph: which domain owns each, and the name of its key field (protocol.md 16.2).

export const entities = {
  User: { domain: "identity", key: "id" },
  Relationship: { domain: "identity", key: "id" },
  RecoverySession: { domain: "identity", key: "id" },
  Wallet: { domain: "tokenomics", key: "id" },
  Transaction: { domain: "tokenomics", key: "id" },
  Pool: { domain: "tokenomics", key: "id" },
  Organization: { domain: "organization", key: "id" },
  MultiSigTx: { domain: "organization", key: "id" },
  Loan: { domain: "loanpool", key: "id" },
  Proposal: { domain: "governance", key: "id" },
  Vote: { domain: "governance", key: "id" },
  SystemParameter: { domain: "admin", key: "id" },
  Country: { domain: "admin", key: "code" },
  AdminAppointment: { domain: "admin", key: "id" },
  Command: { domain: "admin", key: "id" },
  TaxAssessment: { domain: "tax", key: "id" },
  Redistribution: { domain: "tax", key: "id" },
} as const;

export type EntityName = keyof typeof entities;
