// The read models: which domain owns which table of schema `read`, its key and its columns. Values only.
// Columns are camelCase here and snake_case in the database; a test compares both.

/** PostgreSQL type of a column; "?" = may be null. */
export type Column =
  `${"text" | "uuid" | "integer" | "bigint" | "boolean" | "timestamptz"}${"" | "?"}` | "bigint[]" | "uuid[]";

export interface Table {
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, Column>>;
  /** Columns by which rows can be changed together; the first of the key. */
  readonly group?: readonly string[];
}

const table = <const K extends readonly (keyof C & string)[], const C extends Readonly<Record<string, Column>>>(
  key: K,
  columns: C,
) => ({ key, columns });
const grouped = <
  const G extends readonly (keyof C & string)[],
  const K extends readonly (keyof C & string)[],
  const C extends Readonly<Record<string, Column>>,
>(
  group: G,
  key: K,
  columns: C,
) => ({ group, ...table(key, columns) });

export const tables = {
  identity: {
    user: table(["id"], {
      id: "uuid",
      nationality: "text",
      ageYears: "integer",
      status: "text",
      lockReason: "text?",
      trustScore: "integer",
      relationshipScore: "integer",
      loanAdjustment: "integer",
      parents: "integer",
      spouses: "integer",
      siblings: "integer",
      children: "integer",
      friends: "integer",
      genesisOutcome: "text",
      guardians: "uuid[]",
      createdAt: "timestamptz",
      position: "text",
    }),
    guardian: grouped(["userId"], ["userId", "guardianId"], {
      userId: "uuid",
      guardianId: "uuid",
      active: "boolean",
      position: "text",
    }),
    relationship: table(["id"], {
      id: "uuid",
      subjectId: "uuid",
      objectId: "uuid",
      type: "text",
      status: "text",
      requestedAt: "timestamptz",
      decidedAt: "timestamptz?",
      position: "text",
    }),
    relationshipParty: grouped(["relationshipId"], ["relationshipId", "userId"], {
      relationshipId: "uuid",
      userId: "uuid",
      status: "text",
      position: "text",
    }),
    recoverySession: table(["id"], {
      id: "uuid",
      userId: "uuid",
      initiatorId: "uuid",
      guardians: "uuid[]",
      required: "integer",
      status: "text",
      openedAt: "timestamptz",
      expiresAt: "timestamptz",
      position: "text",
    }),
    recoveryConfirmation: table(["sessionId", "guardianId"], {
      sessionId: "uuid",
      guardianId: "uuid",
      position: "text",
    }),
    residence: table(["country"], { country: "text", residents: "bigint" }),
  },
  tokenomics: {
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
  },
  admin: {
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
  },
  organization: {},
  loanpool: {
    loan: table(["id"], {
      id: "uuid",
      borrowerId: "uuid",
      amount: "bigint",
      outstanding: "bigint",
      status: "text",
      collateralHash: "text",
      purposeHash: "text?",
      appliedAt: "timestamptz",
      approvedAt: "timestamptz?",
      dueAt: "timestamptz?",
      closedAt: "timestamptz?",
      decidedBy: "uuid?",
      rejectionReason: "text?",
      position: "text",
    }),
    repayment: table(["position"], {
      position: "text",
      loanId: "uuid",
      amount: "bigint",
      outstanding: "bigint",
      at: "timestamptz",
    }),
    borrower: table(["id"], { id: "uuid", status: "text", trustScore: "integer", frozen: "boolean" }),
    loanPool: table(["id"], {
      id: "text",
      stored: "bigint",
      pending: "bigint",
      minted: "bigint",
      lent: "bigint",
      activeLoans: "bigint",
      minTrust: "bigint",
      paused: "boolean",
    }),
  },
  governance: {},
  tax: {
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
    rate: table(["parameterId"], { parameterId: "text", value: "bigint" }),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Table>>>>;

export type Tables = typeof tables;
/** The domains that own tables. */
export type TableOwner = keyof Tables;

/** "genesisOutcome" → "genesis_outcome": a table's or column's name in the database. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
