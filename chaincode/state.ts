// The objects of the ledger and the keys that they stand under (protocol.md 15). Amounts are Qirat as decimal text.
import { mintedCounters } from "../catalogue/language.js";
import type { ParameterId, ParameterValues } from "../catalogue/parameters.js";
import type {
  accountKinds,
  loanStatuses,
  organizationTypes,
  paymentFailures,
  Profile,
  ProposalFailure,
  proposalStatuses,
  RelationshipType,
  userStatuses,
} from "../catalogue/choices.js";
import type { RefusalCode } from "../catalogue/refusals.js";

export interface System {
  readonly profile: Profile;
  readonly operatorMsp: string;
  readonly paused: boolean;
  readonly pauseReason: string | null;
  readonly pausedAt: number | null;
  readonly bootstrappedAt: number;
}

export interface Admins {
  /** Sorted. */
  readonly active: readonly string[];
}

export interface Appointment {
  readonly adminId: string;
  readonly status: "ACTIVE" | "REVOKED";
  readonly appointedBy: string;
  readonly appointedAt: number;
  readonly revokedAt: number | null;
}

export interface Countries {
  readonly count: number;
  /** Sum of all shares in 1e-8. */
  readonly units: number;
}

export interface Country {
  readonly code: string;
  readonly name: string;
  readonly region: string | null;
  /** Share of the world in 1e-8. */
  readonly units: number;
}

export interface Slots {
  /** Genesis slots used in phases 1 to 6. */
  readonly used: readonly number[];
}

export interface Account {
  readonly accountId: string;
  readonly kind: (typeof accountKinds)[number];
  /** Nationality of a user, country of an organization or treasury; null for system accounts. */
  readonly country: string | null;
  /** The whole balance of users and organizations; without the unfolded deltas for treasuries and system accounts. */
  readonly stored: string;
  readonly frozen: boolean;
  readonly freezeReason: string | null;
  readonly taxExempt: boolean;
  /** Unix seconds; set exactly while a user or an organization holds 100 GX or more. */
  readonly taxTimerStart: number | null;
  /** Treasuries only. */
  readonly status: "LOCKED" | "ACTIVE" | null;
}

export type MintedCounter = (typeof mintedCounters)[number];
export const isCounter = (accountId: string): accountId is MintedCounter =>
  mintedCounters.some((counter) => counter === accountId);
export interface Counter {
  readonly stored: string;
}

export interface User {
  readonly userId: string;
  readonly nationality: string;
  readonly ageYears: number;
  readonly biometricHash: string;
  readonly status: (typeof userStatuses)[number];
  readonly guardians: readonly string[];
  readonly genesisPhase: number | null;
  readonly createdAt: number;
}

export interface Trust {
  readonly parents: number;
  readonly spouses: number;
  readonly siblings: number;
  readonly children: number;
  readonly friends: number;
  readonly loanAdjustment: number;
}

export interface Relationship {
  readonly relationshipId: string;
  readonly subjectId: string;
  readonly objectId: string;
  /** What the object is to the subject. */
  readonly type: RelationshipType;
  readonly status: "PENDING" | "CONFIRMED" | "REJECTED";
  readonly requestedAt: number;
  readonly decidedAt: number | null;
}

export interface RecoverySession {
  readonly sessionId: string;
  readonly userId: string;
  readonly newBiometricHash: string;
  /** As they were when the session was opened. */
  readonly guardians: readonly string[];
  /** Guardians, in the order in which they confirmed. */
  readonly confirmations: readonly string[];
  readonly required: number;
  /** That it has expired is not written: an OPEN session is open until expiresAt. */
  readonly status: "OPEN" | "COMPLETED" | "CANCELLED";
  readonly openedAt: number;
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
  readonly name: string;
  readonly type: (typeof organizationTypes)[number];
  readonly country: string;
  readonly stakeholders: readonly string[];
  readonly endorsements: readonly string[];
  readonly rules: readonly AuthRule[];
  readonly status: "PENDING_ENDORSEMENT" | "ACTIVE" | "LOCKED";
  readonly proposerId: string;
  readonly createdAt: number;
}

export interface Loan {
  readonly loanId: string;
  readonly borrowerId: string;
  readonly amount: string;
  /** 0 until the loan is approved. */
  readonly outstanding: string;
  readonly collateralHash: string;
  readonly purposeHash: string | null;
  readonly status: (typeof loanStatuses)[number];
  readonly appliedAt: number;
  readonly approvedAt: number | null;
  readonly dueAt: number | null;
}

/** What a user's open loans come to; those that wait for approval count with the amount asked. */
export interface Borrower {
  readonly openLoans: number;
  readonly owed: string;
}

export interface MultiSigTx {
  readonly multiSigTxId: string;
  readonly organizationId: string;
  readonly initiatorId: string;
  readonly to: string;
  readonly amount: string;
  readonly remark: string | null;
  readonly ruleId: string;
  /** Approvals that execute it. */
  readonly required: number;
  readonly approverGroup: readonly string[];
  readonly approvals: readonly string[];
  readonly status: "PENDING" | "EXECUTED" | "FAILED" | "REJECTED";
  readonly failureCode: (typeof paymentFailures)[number] | null;
}

export interface Proposal {
  readonly proposalId: string;
  readonly parameterId: ParameterId;
  readonly newValue: number;
  readonly title: string;
  readonly proposerId: string;
  /** The thresholds that held when it was submitted. */
  readonly quorumVotes: number;
  readonly approvalBps: number;
  readonly voterMinTrust: number;
  readonly endsAt: number;
  readonly status: (typeof proposalStatuses)[number];
  /** Counted so far. */
  readonly votesFor: number;
  readonly votesAgainst: number;
  readonly failureReason: ProposalFailure | null;
}

export interface Vote {
  readonly support: boolean;
  readonly at: number;
}

/** Votes of one transaction that are not counted yet. */
export interface Tally {
  readonly for: number;
  readonly against: number;
}

export type Result =
  | { readonly status: "committed" }
  | { readonly status: "refused"; readonly code: RefusalCode; readonly message: string };

export interface Receipt {
  readonly command: string;
  readonly outcome: Result;
  readonly txId: string;
}

// ---------------------------------------------------------------- keys

declare const holds: unique symbol;
/** A key, typed by what stands under it. */
export type Key<T> = string & { readonly [holds]: T };

const key = <T>(...parts: readonly string[]): Key<T> => parts.join("~") as Key<T>;

export const keys = {
  system: key<System>("system"),
  parameters: key<ParameterValues>("params"),
  admins: key<Admins>("admins"),
  appointment: (adminId: string) => key<Appointment>("admin", adminId),
  countries: key<Countries>("countries"),
  country: (code: string) => key<Country>("country", code),
  slots: (code: string) => key<Slots>("slots", code),
  account: (accountId: string) => key<Account>("acct", accountId),
  counter: (name: MintedCounter) => key<Counter>("acct", name),
  /** What one transaction credited to an accumulating account: an amount. */
  delta: (accountId: string, txId: string) => key<string>("delta", accountId, txId),
  user: (userId: string) => key<User>("user", userId),
  /** The user that the biometric hash belongs to for ever. */
  biometric: (biometricHash: string) => key<string>("bio", biometricHash),
  trust: (userId: string) => key<Trust>("trust", userId),
  relationship: (relationshipId: string) => key<Relationship>("rel", relationshipId),
  /** Id of the relationship between two users, in either direction, that is PENDING or CONFIRMED. */
  pair: (one: string, other: string) => key<string>("pair", ...[one, other].sort()),
  recovery: (sessionId: string) => key<RecoverySession>("recovery", sessionId),
  /** Id of the last session of a user, open or not. */
  openRecovery: (userId: string) => key<string>("recoveryOpen", userId),
  organization: (organizationId: string) => key<Organization>("org", organizationId),
  loan: (loanId: string) => key<Loan>("loan", loanId),
  borrower: (userId: string) => key<Borrower>("borrower", userId),
  multiSigTx: (multiSigTxId: string) => key<MultiSigTx>("msig", multiSigTxId),
  proposal: (proposalId: string) => key<Proposal>("prop", proposalId),
  /** Id of the proposal that is being voted on. */
  openProposal: (parameterId: ParameterId, newValue: number) => key<string>("propOpen", parameterId, String(newValue)),
  vote: (proposalId: string, voterId: string) => key<Vote>("vote", proposalId, voterId),
  tally: (proposalId: string, txId: string) => key<Tally>("tally", proposalId, txId),
  receipt: (commandId: string) => key<Receipt>("cmd", commandId),
} as const;

/** Keys from `from` (included) to `to` (excluded), all of which hold a T. */
export interface KeyRange<T> {
  readonly from: Key<T>;
  readonly to: Key<T>;
}

/** The unfolded deltas of an account, those of transaction `sinceTxId` and later ones in key order. */
export const deltasOf = (accountId: string, sinceTxId = ""): KeyRange<string> => ({
  from: keys.delta(accountId, sinceTxId),
  to: `delta~${accountId}\x7F` as Key<string>,
});

/** The votes of a proposal that are not counted yet. */
export const talliesOf = (proposalId: string): KeyRange<Tally> => ({
  from: keys.tally(proposalId, ""),
  to: `tally~${proposalId}\x7F` as Key<Tally>,
});
