// Who may see what: protocol.md 16 typed once more, by hand. It is what the graph is judged by.
// Never imports anything: neither the catalogue nor a schema has a say in it.

/** P everybody, U any valid token, S the persons concerned and admins, A admins. */
export type Letter = "P" | "U" | "S" | "A";

export const callers = [
  "nobody",
  "the user",
  "another user",
  "a stakeholder",
  "a guardian",
  "a partner",
  "an admin",
  "a super admin",
] as const;
export type Who = (typeof callers)[number];

/** Admins see everything: of whom else a thing is a concern is told where it is. */
export const admins: readonly Who[] = ["an admin", "a super admin"];

export type Subgraph = "identity" | "admin" | "tokenomics" | "organization" | "loanpool" | "governance" | "tax";

/**
 * Fields of one type that one subgraph owns, by letter. A field that leads to another type says to which by @of, a list
 * by @list; the fields of a plain value are written out. `A` of a list is its totalCount, which is not written.
 */
export interface TypeLaw {
  readonly subgraph: Subgraph;
  readonly type: string;
  readonly fields: Partial<Record<Letter, string>>;
  /** Of treasuries and accounts of the system everything is P but these. */
  readonly closedEvenIfOpen?: readonly string[];
}

/** Section 16.2, and what 16.3 adds to the types of others. */
export const types: readonly TypeLaw[] = [
  // ---------------------------------------------------------------- identity
  {
    subgraph: "identity",
    type: "User",
    fields: {
      U: "id displayName status",
      S: `nationality @of(type: "Country") ageYears createdAt trustScore
        trust { relationshipScore loanAdjustment parents spouses siblings children friends }
        genesisOutcome relationships(status: CONFIRMED, first: 2) @list(of: "Relationship")
        guardians @of(type: "User") guardianOf(first: 2) @list(of: "User")
        recoverySessions(first: 2) @list(of: "RecoverySession")
        registration { status submittedAt reviewedAt denialReason onChainRefusal } email birthDate`,
      A: "lockReason",
    },
  },
  {
    subgraph: "identity",
    type: "Relationship",
    fields: { S: `id subject @of(type: "User") object @of(type: "User") type status requestedAt decidedAt` },
  },
  {
    subgraph: "identity",
    type: "RecoverySession",
    fields: {
      S: `id user @of(type: "User") initiator @of(type: "User") guardians @of(type: "User")
        confirmations @of(type: "User") required status openedAt expiresAt`,
    },
  },
  { subgraph: "identity", type: "Country", fields: { P: "residents" } },
  // ---------------------------------------------------------------- tokenomics
  {
    subgraph: "tokenomics",
    type: "Wallet",
    fields: {
      U: "id kind",
      S: `balance stored pending frozen owner @of(type: "Owner")
        transactions(type: RECEIVED, from: "2000-01-01T00:00:00Z", to: "2999-01-01T00:00:00Z", first: 2)
          @list(of: "Transaction")`,
      A: "freezeReason unfolded(first: 2) { deltaKey amount }",
    },
    closedEvenIfOpen: ["freezeReason"],
  },
  {
    subgraph: "tokenomics",
    type: "Transaction",
    fields: {
      S: `id wallet @of(type: "Wallet") direction amount type counterparty @of(type: "Wallet") remark
        command @of(type: "Command") txId blockNumber at`,
    },
  },
  { subgraph: "tokenomics", type: "Pool", fields: { P: "id cap minted balance" } },
  {
    subgraph: "tokenomics",
    type: "Supply",
    fields: { P: `maxSupply totalMinted availableToMint circulating pools @of(type: "Pool")` },
  },
  {
    subgraph: "tokenomics",
    type: "User",
    fields: { S: `wallet @of(type: "Wallet") genesis { phase amount at }` },
  },
  { subgraph: "tokenomics", type: "Organization", fields: { S: `wallet @of(type: "Wallet")` } },
  { subgraph: "tokenomics", type: "Country", fields: { P: `treasury @of(type: "Wallet")` } },
  // ---------------------------------------------------------------- organization
  {
    subgraph: "organization",
    type: "Organization",
    fields: {
      U: `id name type country @of(type: "Country") status`,
      S: `stakeholders @of(type: "User") endorsements @of(type: "User")
        rules { ruleId amountAbove requiredApprovers approverGroup @of(type: "User") }
        multiSigTxs(status: FAILED, first: 2) @list(of: "MultiSigTx") proposedAt activatedAt`,
      A: "lockReason",
    },
  },
  {
    subgraph: "organization",
    type: "MultiSigTx",
    fields: {
      S: `id organization @of(type: "Organization") initiator @of(type: "User") to @of(type: "Wallet") amount remark
        ruleId required approverGroup @of(type: "User") approvals @of(type: "User") status failureCode createdAt decidedAt`,
    },
  },
  {
    subgraph: "organization",
    type: "User",
    fields: {
      S: `organizations(first: 2) @list(of: "Organization") approvalsWaiting(first: 2) @list(of: "MultiSigTx")`,
    },
  },
  // ---------------------------------------------------------------- loanpool
  {
    subgraph: "loanpool",
    type: "Loan",
    fields: {
      S: `id borrower @of(type: "User") amount outstanding status collateralHash purposeHash appliedAt approvedAt dueAt
        closedAt repayments { amount outstanding at } rejectionReason`,
      A: "decidedBy",
    },
  },
  { subgraph: "loanpool", type: "LoanPool", fields: { P: "available mintable lent activeLoans" } },
  {
    subgraph: "loanpool",
    type: "User",
    fields: {
      S: `loans(status: REPAID, first: 2) @list(of: "Loan") loanEligibility { eligible reasons maxAmount }`,
    },
  },
  // ---------------------------------------------------------------- governance
  {
    subgraph: "governance",
    type: "Proposal",
    fields: {
      P: `id parameter @of(type: "SystemParameter") currentValue newValue title status quorumVotes approvalBps
        voterMinTrust votesFor votesAgainst submittedAt endsAt failureReason`,
      U: `myVote @of(type: "Vote")`,
      A: `proposerId votes(first: 2) @list(of: "Vote")`,
    },
  },
  {
    subgraph: "governance",
    type: "Vote",
    fields: { S: `id proposal @of(type: "Proposal") voter @of(type: "User") support at` },
  },
  { subgraph: "governance", type: "User", fields: { S: `votes(first: 2) @list(of: "Vote")` } },
  { subgraph: "governance", type: "SystemParameter", fields: { P: `activeProposals @of(type: "Proposal")` } },
  // ---------------------------------------------------------------- admin
  {
    subgraph: "admin",
    type: "SystemStatus",
    fields: { P: "bootstrapped profile paused pauseReason pausedAt countries shareTotal" },
  },
  {
    subgraph: "admin",
    type: "SystemParameter",
    fields: { P: "id type value default min max changeableBy updatedAt" },
  },
  {
    subgraph: "admin",
    type: "Country",
    fields: { P: "code name region share currentPhase slots { phase total used left } treasuryStatus" },
  },
  {
    subgraph: "admin",
    type: "AdminAppointment",
    fields: { A: "id status appointedBy appointedAt revokedAt reason" },
  },
  {
    subgraph: "admin",
    type: "Command",
    fields: {
      S: `id name operation domain signingRole status error { code message category status } attempts txId blockNumber
        txIndex batchIndex acceptedAt submittedAt committedAt incomplete events`,
      A: "actorId input lastError",
    },
  },
  { subgraph: "admin", type: "Counters", fields: { P: "users usersByPhase organizations countries" } },
  {
    subgraph: "admin",
    type: "ProjectionStatus",
    fields: { U: "processedBlock chainHeight lagBlocks lagMs at" },
  },
  // ---------------------------------------------------------------- tax
  {
    subgraph: "tax",
    type: "TaxAssessment",
    fields: { S: `id wallet @of(type: "Wallet") rateBps balanceBefore tax treasuryShare redistributionShare at` },
  },
  { subgraph: "tax", type: "Redistribution", fields: { P: "id recipientCount share total remainder at" } },
  {
    subgraph: "tax",
    type: "TaxStatus",
    fields: { S: `wallet @of(type: "Wallet") timerStart daysHeld dueAt exempt rateBps projectedTax` },
  },
  {
    subgraph: "tax",
    type: "User",
    fields: { S: `taxStatus @of(type: "TaxStatus")` },
  },
  {
    subgraph: "tax",
    type: "Organization",
    fields: { S: `taxStatus @of(type: "TaxStatus")` },
  },
];

/** Which types a union joins. */
export const unions: Readonly<Record<string, readonly string[]>> = { Owner: ["Country", "Organization", "User"] };

/** Plain values that a query returns: whoever may ask the query sees them. */
export const values: Readonly<Record<string, string>> = {
  FeeQuote: "kind scope rateBps fee total",
  FeeLine: "kind scope amountFrom amountTo parameterId rateBps",
  CommandTicket: "commandId name status acceptedAt existing",
};

/** What a thing that is named in a query may be: of Ada (the user), of the organization, of the country. */
export interface Query {
  readonly subgraph: Subgraph;
  readonly field: string;
  readonly letter: Letter;
  /** Where S: of whom it is a concern besides the admins. */
  readonly concerns?: readonly Who[];
  /** Arguments; `$name` stands for an id of the world. */
  readonly given?: string;
  /** A connection, whose totalCount is A. */
  readonly list?: true;
  /** The same with an id of nothing. */
  readonly unknown?: string;
}

const query = (
  subgraph: Subgraph,
  field: string,
  letter: Letter,
  more: Omit<Query, "subgraph" | "field" | "letter"> = {},
) => ({
  ...{ subgraph, field, letter },
  ...more,
});

/** Section 16.3: every query, asked for what is Ada's where it is anybody's. */
export const queries: readonly Query[] = [
  query("identity", "me", "U"),
  query("identity", "user", "U", { given: "id: $ada", unknown: "id: $none" }),
  query("identity", "users", "A", { given: `status: ACTIVE, nationality: "NG", first: 2`, list: true }),
  query("identity", "pendingApprovals", "A", { given: "first: 2", list: true }),
  query("identity", "relationship", "S", {
    ...{ given: "id: $relationship", unknown: "id: $none", concerns: ["the user", "a stakeholder"] },
  }),
  query("identity", "recoverySession", "S", {
    ...{ given: "id: $session", unknown: "id: $none", concerns: ["the user", "a guardian"] },
  }),
  query("tokenomics", "wallet", "S", { given: "id: $ada", unknown: "id: $none", concerns: ["the user"] }),
  query("tokenomics", "wallet", "S", {
    given: "id: $orgAccount",
    unknown: "id: $noAccount",
    concerns: ["a stakeholder"],
  }),
  query("tokenomics", "wallet", "P", { given: `id: "treasury_NG"` }),
  query("tokenomics", "wallet", "P", { given: `id: "SYSTEM_OPERATIONS_FUND"` }),
  query("tokenomics", "transactions", "S", {
    ...{ given: "walletId: $ada, type: RECEIVED, first: 2", unknown: "walletId: $none", list: true },
    concerns: ["the user"],
  }),
  query("tokenomics", "transactions", "S", {
    ...{ given: "walletId: $orgAccount, first: 2", unknown: "walletId: $noAccount", list: true },
    concerns: ["a stakeholder"],
  }),
  query("tokenomics", "transactions", "P", { given: `walletId: "treasury_NG", first: 2`, list: true }),
  query("tokenomics", "transactions", "P", { given: `walletId: "SYSTEM_OPERATIONS_FUND", first: 2`, list: true }),
  query("tokenomics", "transaction", "S", {
    ...{ given: "id: $adasLine", unknown: "id: $noLine", concerns: ["the user"] },
  }),
  query("tokenomics", "transaction", "S", { given: "id: $orgLine", concerns: ["a stakeholder"] }),
  query("tokenomics", "transaction", "P", { given: "id: $treasuryLine" }),
  query("tokenomics", "transaction", "P", { given: "id: $systemLine" }),
  query("tokenomics", "supply", "P"),
  query("tokenomics", "pools", "P"),
  query("organization", "organization", "U", { given: "id: $org", unknown: "id: $none" }),
  query("organization", "organizations", "U", {
    ...{ given: `type: BUSINESS, status: LOCKED, country: "NG", first: 2`, list: true },
  }),
  query("organization", "multiSigTx", "S", {
    ...{ given: "id: $multiSig", unknown: "id: $none", concerns: ["a stakeholder"] },
  }),
  query("loanpool", "loan", "S", { given: "id: $loan", unknown: "id: $none", concerns: ["the user"] }),
  query("loanpool", "loans", "A", { given: "status: REPAID, first: 2", list: true }),
  query("loanpool", "loanPool", "P"),
  query("governance", "proposal", "P", { given: "id: $proposal", unknown: "id: $none" }),
  query("governance", "proposals", "P", { given: "status: FAILED, first: 2", list: true }),
  query("admin", "systemStatus", "P"),
  query("admin", "systemParameter", "P", { given: `id: "quorumVotes"`, unknown: `id: "quorum"` }),
  query("admin", "systemParameters", "P"),
  query("admin", "country", "P", { given: `code: "NG"`, unknown: `code: "XX"` }),
  query("admin", "countries", "P", { given: `region: "Africa", first: 2`, list: true }),
  query("admin", "counters", "P"),
  query("admin", "projectionStatus", "U"),
  query("admin", "command", "S", { given: "id: $command", unknown: "id: $none", concerns: ["the user"] }),
  query("admin", "myCommands", "U", { given: "status: COMMITTED, first: 2", list: true }),
  query("admin", "commands", "A", {
    ...{ given: `status: COMMITTED, signingRole: gx_partner_api, domain: "tokenomics", first: 2`, list: true },
  }),
  query("admin", "adminAppointments", "A", { given: "status: ACTIVE, first: 2", list: true }),
  query("tax", "quoteFee", "P", { given: `kind: P2P, scope: LOCAL, amount: "5000000"` }),
  query("tax", "quoteTransfer", "U", { given: `to: "treasury_NG", amount: "5000000"` }),
  query("tax", "feeSchedule", "P"),
  query("tax", "taxAssessments", "S", {
    ...{ given: "walletId: $ada, first: 2", unknown: "walletId: $none", concerns: ["the user"], list: true },
  }),
  query("tax", "taxAssessments", "S", {
    ...{ given: "walletId: $orgAccount, first: 2", unknown: "walletId: $noAccount", concerns: ["a stakeholder"] },
    list: true,
  }),
  query("tax", "taxDue", "A", { given: "first: 2", list: true }),
  query("tax", "redistributions", "P", { given: "first: 2", list: true }),
];

/** Section 16.1: what is streamed is seen by whoever may query it. */
export const subscriptions: readonly { field: string; given: string; concerns: readonly Who[] }[] = [
  { field: "commandUpdated", given: "id: $command", concerns: ["the user"] },
  { field: "transactionAdded", given: "walletId: $ada", concerns: ["the user"] },
  { field: "transactionAdded", given: "walletId: $orgAccount", concerns: ["a stakeholder"] },
];
