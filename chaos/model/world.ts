// What a caller may know of the ledger before a transaction: the objects of protocol.md 15, read from the committed state.
// Written from the protocol, not from the rules. It decides nothing and changes nothing.

export interface System {
  readonly profile: string;
  readonly paused: boolean;
}
export interface Person {
  readonly userId: string;
  readonly nationality: string;
  readonly ageYears: number;
  readonly biometricHash: string;
  readonly status: "ACTIVE" | "LOCKED";
  readonly guardians: readonly string[];
  readonly genesisPhase: number | null;
}
export interface Account {
  readonly accountId: string;
  readonly kind: "USER" | "ORGANIZATION" | "TREASURY" | "SYSTEM";
  readonly country: string | null;
  readonly stored: string;
  readonly frozen: boolean;
  readonly taxExempt: boolean;
  readonly taxTimerStart: number | null;
  readonly status: "LOCKED" | "ACTIVE" | null;
}
export interface Country {
  readonly code: string;
  readonly units: number;
}
export interface Relationship {
  readonly relationshipId: string;
  readonly subjectId: string;
  readonly objectId: string;
  readonly status: "PENDING" | "CONFIRMED" | "REJECTED";
}
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly newBiometricHash: string;
  readonly guardians: readonly string[];
  readonly confirmations: readonly string[];
  readonly status: "OPEN" | "COMPLETED" | "CANCELLED";
  readonly expiresAt: number;
}
export interface AuthRule {
  readonly ruleId: string;
  readonly amountAbove: string;
  readonly requiredApprovers: number;
  readonly approverGroup: readonly string[];
}
export interface Organization {
  readonly organizationId: string;
  readonly stakeholders: readonly string[];
  readonly endorsements: readonly string[];
  readonly rules: readonly AuthRule[];
  readonly status: "PENDING_ENDORSEMENT" | "ACTIVE" | "LOCKED";
}
export interface MultiSig {
  readonly multiSigTxId: string;
  readonly organizationId: string;
  readonly initiatorId: string;
  readonly required: number;
  readonly approverGroup: readonly string[];
  readonly approvals: readonly string[];
  readonly status: "PENDING" | "EXECUTED" | "FAILED" | "REJECTED";
}
export interface Loan {
  readonly loanId: string;
  readonly borrowerId: string;
  readonly amount: string;
  readonly outstanding: string;
  readonly status: "PENDING_APPROVAL" | "ACTIVE" | "REJECTED" | "REPAID" | "DEFAULTED";
  readonly dueAt: number | null;
}
export interface Proposal {
  readonly proposalId: string;
  readonly parameterId: string;
  readonly newValue: number;
  readonly voterMinTrust: number;
  readonly endsAt: number;
  readonly status: "ACTIVE" | "EXECUTED" | "FAILED";
}
export interface Delta {
  readonly accountId: string;
  readonly txId: string;
}

export interface World {
  /** Unix seconds of the transaction to be made. */
  readonly now: number;
  readonly system: System | undefined;
  readonly parameters: Readonly<Record<string, number>>;
  /** Active ones. */
  readonly admins: readonly string[];
  readonly people: readonly Person[];
  readonly active: readonly Person[];
  readonly accounts: readonly Account[];
  readonly countries: readonly Country[];
  readonly relationships: readonly Relationship[];
  readonly sessions: readonly Session[];
  readonly organizations: readonly Organization[];
  readonly multiSigs: readonly MultiSig[];
  readonly loans: readonly Loan[];
  readonly proposals: readonly Proposal[];
  readonly deltas: readonly Delta[];
  isActive(userId: string): boolean;
  account(accountId: string): Account | undefined;
  /** Something stands under the key. */
  has(key: string): boolean;
}

/** Prefix of a key → the list that its object belongs to. */
const lists = {
  user: "people",
  acct: "accounts",
  country: "countries",
  rel: "relationships",
  recovery: "sessions",
  org: "organizations",
  msig: "multiSigs",
  loan: "loans",
  prop: "proposals",
} as const;
type List = (typeof lists)[keyof typeof lists];

export function worldOf(state: ReadonlyMap<string, string>, now: number): World {
  const found = Object.fromEntries(Object.values(lists).map((list) => [list, []])) as unknown as Record<
    List,
    unknown[]
  >;
  const deltas: Delta[] = [];
  for (const [key, text] of state) {
    const [prefix = "", id = "", txId = ""] = key.split("~", 3);
    if (prefix === "delta") deltas.push({ accountId: id, txId });
    if (Object.hasOwn(lists, prefix)) found[lists[prefix as keyof typeof lists]].push(JSON.parse(text));
  }
  const known = found as unknown as Pick<World, List>;
  // Minted counters stand under acct~ too, and are no accounts.
  const accounts = known.accounts.filter(({ accountId }) => accountId !== undefined);
  const byId = new Map(accounts.map((account) => [account.accountId, account]));
  const active = known.people.filter(({ status }) => status === "ACTIVE");
  const ids = new Set(active.map(({ userId }) => userId));
  const at = <T>(key: string) => JSON.parse(state.get(key) ?? "null") as T | null;
  return {
    ...known,
    ...{ now, accounts, active, deltas },
    system: at<System>("system") ?? undefined,
    parameters: at<Record<string, number>>("params") ?? {},
    admins: at<{ active: string[] }>("admins")?.active ?? [],
    isActive: (userId) => ids.has(userId),
    account: (accountId) => byId.get(accountId),
    has: (key) => state.has(key),
  };
}
