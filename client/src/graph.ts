// Printed by `gx schema` from the graph and the catalogue. Never edited by hand.
// Every type of the graph, what each command takes, and every code of an error.

export type AccountKind =
  | "USER"
  | "ORGANIZATION"
  | "TREASURY"
  | "SYSTEM";

export interface AdminAppointment {
  readonly __typename?: "AdminAppointment";
  readonly id: UUID;
  readonly status: AppointmentStatus | null;
  readonly appointedBy: UUID | null;
  readonly appointedAt: DateTime | null;
  readonly revokedAt: DateTime | null;
  readonly reason: string | null;
}

export interface AdminAppointmentConnection {
  readonly __typename?: "AdminAppointmentConnection";
  readonly edges: readonly AdminAppointmentEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface AdminAppointmentEdge {
  readonly __typename?: "AdminAppointmentEdge";
  readonly cursor: string;
  readonly node: AdminAppointment | null;
}

export type AppointmentStatus =
  | "ACTIVE"
  | "REVOKED";

/** How many of whom must approve a payment. The rule with the highest threshold below the amount counts. */
export interface AuthRule {
  readonly __typename?: "AuthRule";
  /** The organization's own name of it. */
  readonly ruleId: string;
  /** The rule is for amounts above this one. */
  readonly amountAbove: Qirat;
  readonly requiredApprovers: Int;
  readonly approverGroup: readonly User[];
}

/** What was asked for and what became of it. */
export interface Command {
  readonly __typename?: "Command";
  readonly id: UUID;
  readonly name: string | null;
  readonly operation: string | null;
  readonly domain: string | null;
  readonly signingRole: SigningRole | null;
  readonly status: CommandStatus | null;
  /** Why it was refused or given up. */
  readonly error: CommandError | null;
  /** Submissions so far. */
  readonly attempts: Int | null;
  /** Id of the Fabric transaction. */
  readonly txId: string | null;
  readonly blockNumber: Count | null;
  /** Place of the transaction in its block, from 0. */
  readonly txIndex: Count | null;
  /** Place of the command in its transaction, from 0. */
  readonly batchIndex: Int | null;
  readonly acceptedAt: DateTime | null;
  readonly submittedAt: DateTime | null;
  /** The time of the transaction, also when it was refused. */
  readonly committedAt: DateTime | null;
  /** An event of it could not be decoded. */
  readonly incomplete: boolean | null;
  /** Names of its events. */
  readonly events: readonly string[] | null;
  readonly actorId: UUID | null;
  /** The canonical input as JSON text. */
  readonly input: string | null;
  readonly lastError: string | null;
}

export interface CommandConnection {
  readonly __typename?: "CommandConnection";
  readonly edges: readonly CommandEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface CommandEdge {
  readonly __typename?: "CommandEdge";
  readonly cursor: string;
  readonly node: Command | null;
}

export interface CommandError {
  readonly __typename?: "CommandError";
  readonly code: string;
  readonly message: string;
  readonly category: string;
  /** The HTTP status that says the same. */
  readonly status: Int;
}

/** ACCEPTED, SUBMITTED, then COMMITTED or REFUSED; FAILED: nothing was written on the ledger. */
export type CommandStatus =
  | "ACCEPTED"
  | "SUBMITTED"
  | "COMMITTED"
  | "REFUSED"
  | "FAILED";

/** An accepted command. Its end is seen by asking for the command of this id. */
export interface CommandTicket {
  readonly __typename?: "CommandTicket";
  readonly commandId: UUID;
  readonly name: string;
  readonly status: CommandStatus;
  readonly acceptedAt: DateTime;
  /** The idempotency key was used before, for the same command and input. */
  readonly existing: boolean;
}

/** A whole number below 2^53. */
export type Count = number;

export interface Counters {
  readonly __typename?: "Counters";
  readonly users: Count;
  /** Users that got coins in phases 1 to 6. */
  readonly usersByPhase: readonly Count[];
  readonly organizations: Count;
  readonly countries: Count;
}

export interface Country {
  readonly __typename?: "Country";
  readonly code: CountryCode;
  readonly name: string | null;
  readonly region: string | null;
  /** Share of the genesis slots of the world, with 8 decimals. */
  readonly share: string | null;
  /** The first phase with a free slot; null when all are used. */
  readonly currentPhase: Int | null;
  readonly slots: readonly PhaseSlots[] | null;
  readonly treasuryStatus: TreasuryStatus | null;
  /** Users of this nationality. */
  readonly residents: Count | null;
  readonly treasury: Wallet | null;
}

/** Two upper-case letters. */
export type CountryCode = string;

export interface CountryConnection {
  readonly __typename?: "CountryConnection";
  readonly edges: readonly CountryEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface CountryEdge {
  readonly __typename?: "CountryEdge";
  readonly cursor: string;
  readonly node: Country | null;
}

export interface CountryInput {
  readonly code: CountryCode;
  readonly name: string;
  readonly region?: string | null;
  readonly share: string;
}

/** A time in UTC, ISO 8601. */
export type DateTime = string;

/** A credit that is not folded into the stored part yet. */
export interface Delta {
  readonly __typename?: "Delta";
  readonly deltaKey: string;
  readonly amount: Qirat;
}

export type Direction =
  | "IN"
  | "OUT";

export type DisbursingPool =
  | "CHARITABLE"
  | "GX"
  | "OPERATIONS";

export type FeeKind =
  | "EXEMPT"
  | "GOVERNMENT"
  | "B2B"
  | "MERCHANT"
  | "P2P";

/** What a transfer of this kind, scope and amount (both ends included) costs; no parameter: it costs nothing. */
export interface FeeLine {
  readonly __typename?: "FeeLine";
  readonly kind: FeeKind;
  readonly scope: FeeScope | null;
  readonly amountFrom: Qirat;
  readonly amountTo: Qirat | null;
  readonly parameterId: string | null;
  readonly rateBps: Int;
}

export interface FeeQuote {
  readonly __typename?: "FeeQuote";
  readonly kind: FeeKind;
  readonly scope: FeeScope | null;
  /** Basis points: 10000 = 100 %. */
  readonly rateBps: Int;
  readonly fee: Qirat;
  /** Amount and fee together. */
  readonly total: Qirat;
}

export type FeeScope =
  | "LOCAL"
  | "CROSS_BORDER";

/** The coins that a person got at the beginning. */
export interface Genesis {
  readonly __typename?: "Genesis";
  /** 1 to 6. */
  readonly phase: Int;
  readonly amount: Qirat;
  readonly at: DateTime;
}

export type GenesisOutcome =
  | "DISTRIBUTED"
  | "AGE_NOT_ELIGIBLE"
  | "NO_SLOT_LEFT";

/** The `ID` scalar type represents a unique identifier, often used to refetch an object or as key for a cache. The ID type appears in a JSON response as a String; however, it is not intended to be human-readable. When expected as an input type, any string (such as `"4"`) or integer (such as `4`) input value will be accepted as an ID. */
export type ID = string;

/** The `Int` scalar type represents non-fractional signed whole numeric values. Int can represent values between -(2^31) and 2^31 - 1. */
export type Int = number;

export type InternalTransferType =
  | "TREASURY_PAYMENT"
  | "FEE_REDISTRIBUTION";

/** A loan without interest. */
export interface Loan {
  readonly __typename?: "Loan";
  readonly id: UUID;
  readonly borrower: User | null;
  readonly amount: Qirat | null;
  /** 0 until the loan is approved. */
  readonly outstanding: Qirat | null;
  readonly status: LoanStatus | null;
  readonly collateralHash: string | null;
  readonly purposeHash: string | null;
  readonly appliedAt: DateTime | null;
  readonly approvedAt: DateTime | null;
  readonly dueAt: DateTime | null;
  /** When it was rejected, or repaid as a whole. */
  readonly closedAt: DateTime | null;
  /** Newest first. */
  readonly repayments: readonly Repayment[] | null;
  readonly rejectionReason: string | null;
  /** The admin who approved or rejected it. */
  readonly decidedBy: UUID | null;
}

export interface LoanConnection {
  readonly __typename?: "LoanConnection";
  readonly edges: readonly LoanEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface LoanEdge {
  readonly __typename?: "LoanEdge";
  readonly cursor: string;
  readonly node: Loan | null;
}

/** Whether a user may ask for a loan now. */
export interface LoanEligibility {
  readonly __typename?: "LoanEligibility";
  readonly eligible: boolean;
  /** Codes with which applyForLoan would be refused now. */
  readonly reasons: readonly string[];
  /** The most that may be asked for; 0 when not eligible. */
  readonly maxAmount: Qirat;
}

/** The common pool that loans are paid from. */
export interface LoanPool {
  readonly __typename?: "LoanPool";
  /** Coins that came back and can be lent again. */
  readonly available: Qirat;
  /** Coins that can still be minted for loans. */
  readonly mintable: Qirat;
  /** Sum of what is outstanding. */
  readonly lent: Qirat;
  readonly activeLoans: Count;
}

/** An active loan ends as repaid, also after it was defaulted. */
export type LoanStatus =
  | "PENDING_APPROVAL"
  | "ACTIVE"
  | "REJECTED"
  | "REPAID"
  | "DEFAULTED";

/** A payment of an organization that several must approve. */
export interface MultiSigTx {
  readonly __typename?: "MultiSigTx";
  readonly id: UUID;
  readonly organization: Organization | null;
  readonly initiator: User | null;
  readonly to: Wallet | null;
  readonly amount: Qirat | null;
  readonly remark: string | null;
  /** The rule that it was begun under. */
  readonly ruleId: string | null;
  /** Approvals that execute it. */
  readonly required: Int | null;
  readonly approverGroup: readonly User[] | null;
  readonly approvals: readonly User[] | null;
  readonly status: MultiSigTxStatus | null;
  /** Why it was not paid although it was approved. */
  readonly failureCode: PaymentFailure | null;
  readonly createdAt: DateTime | null;
  /** When it was executed, failed or rejected. */
  readonly decidedAt: DateTime | null;
}

export interface MultiSigTxConnection {
  readonly __typename?: "MultiSigTxConnection";
  readonly edges: readonly MultiSigTxEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface MultiSigTxEdge {
  readonly __typename?: "MultiSigTxEdge";
  readonly cursor: string;
  readonly node: MultiSigTx | null;
}

export type MultiSigTxStatus =
  | "PENDING"
  | "EXECUTED"
  | "FAILED"
  | "REJECTED";

/** Several persons who hold and spend together; its account is org_<id>. */
export interface Organization {
  readonly __typename?: "Organization";
  readonly id: UUID;
  readonly name: string | null;
  readonly type: OrganizationType | null;
  readonly country: Country | null;
  readonly status: OrganizationStatus | null;
  readonly stakeholders: readonly User[] | null;
  /** Those of the stakeholders who have endorsed its members and rules as they are. */
  readonly endorsements: readonly User[] | null;
  /** By their thresholds, lowest first. */
  readonly rules: readonly AuthRule[] | null;
  readonly multiSigTxs: MultiSigTxConnection | null;
  readonly proposedAt: DateTime | null;
  readonly activatedAt: DateTime | null;
  readonly lockReason: string | null;
  /** Null until the organization is active. */
  readonly taxStatus: TaxStatus | null;
  /** From its activation on. */
  readonly wallet: Wallet | null;
}

export interface OrganizationConnection {
  readonly __typename?: "OrganizationConnection";
  readonly edges: readonly OrganizationEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface OrganizationEdge {
  readonly __typename?: "OrganizationEdge";
  readonly cursor: string;
  readonly node: Organization | null;
}

/** A locked organization receives, and initiates and approves nothing. */
export type OrganizationStatus =
  | "PENDING_ENDORSEMENT"
  | "ACTIVE"
  | "LOCKED";

export type OrganizationType =
  | "BUSINESS"
  | "NGO"
  | "GOVERNMENT";

/** Whose account it is; accounts of the system have no owner. */
export type Owner = User | Organization | Country;

export interface PageInfo {
  readonly __typename?: "PageInfo";
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export type ParameterChanger =
  | "governance"
  | "superAdmin";

export interface ParameterOverrideInput {
  readonly id: string;
  readonly value: Int;
}

export type ParameterType =
  | "bps"
  | "seconds"
  | "count"
  | "points";

export type PaymentFailure =
  | "NOT_FOUND"
  | "ACCOUNT_FROZEN"
  | "FEE_EXCEEDS_AMOUNT"
  | "INSUFFICIENT_FUNDS";

/** Genesis slots of a country in one phase. */
export interface PhaseSlots {
  readonly __typename?: "PhaseSlots";
  readonly phase: Int;
  readonly total: Count;
  readonly used: Count;
  readonly left: Count;
}

export interface Pool {
  readonly __typename?: "Pool";
  readonly id: ID;
  /** The most that is ever minted. */
  readonly cap: Qirat | null;
  readonly minted: Qirat | null;
  /** Coins that came back to the pool; 0 for the two genesis pools. */
  readonly balance: Qirat | null;
}

export type PrivateOrganizationType =
  | "BUSINESS"
  | "NGO";

export type Profile =
  | "mainnet"
  | "testnet"
  | "devnet";

/** How far the read models are behind the ledger. */
export interface ProjectionStatus {
  readonly __typename?: "ProjectionStatus";
  /** The last block whose rows are there; null before the first. */
  readonly processedBlock: Count | null;
  /** Number of blocks of the ledger; null before it was seen. */
  readonly chainHeight: Count | null;
  readonly lagBlocks: Count | null;
  readonly lagMs: Count | null;
  readonly at: DateTime | null;
}

/** A parameter's new value, put to the vote. */
export interface Proposal {
  readonly __typename?: "Proposal";
  readonly id: UUID;
  readonly parameter: SystemParameter | null;
  /** The value when it was submitted. */
  readonly currentValue: Int | null;
  readonly newValue: Int | null;
  readonly title: string | null;
  readonly status: ProposalStatus | null;
  /** So many votes are needed. */
  readonly quorumVotes: Int | null;
  /** So many of 10,000 votes must be for it. */
  readonly approvalBps: Int | null;
  /** The trust score that a voter needs. */
  readonly voterMinTrust: Int | null;
  readonly votesFor: Count | null;
  readonly votesAgainst: Count | null;
  readonly submittedAt: DateTime | null;
  readonly endsAt: DateTime | null;
  readonly failureReason: ProposalFailure | null;
  /** The caller's vote, if there is one. */
  readonly myVote: Vote | null;
  readonly proposerId: UUID | null;
  readonly votes: VoteConnection | null;
}

export interface ProposalConnection {
  readonly __typename?: "ProposalConnection";
  readonly edges: readonly ProposalEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface ProposalEdge {
  readonly __typename?: "ProposalEdge";
  readonly cursor: string;
  readonly node: Proposal | null;
}

export type ProposalFailure =
  | "QUORUM_NOT_REACHED"
  | "NOT_APPROVED"
  | "VALUE_INVALID";

export type ProposalStatus =
  | "ACTIVE"
  | "EXECUTED"
  | "FAILED";

/** An amount in Qirat as decimal text: 1 GX = 1,000,000 Qirat. */
export type Qirat = string;

export interface Query {
  readonly __typename?: "Query";
  readonly systemStatus: SystemStatus | null;
  readonly systemParameter: SystemParameter | null;
  readonly systemParameters: readonly SystemParameter[] | null;
  readonly country: Country | null;
  readonly countries: CountryConnection | null;
  readonly counters: Counters | null;
  readonly projectionStatus: ProjectionStatus | null;
  readonly command: Command | null;
  /** The caller's own commands, the last accepted first. */
  readonly myCommands: CommandConnection | null;
  readonly commands: CommandConnection | null;
  readonly adminAppointments: AdminAppointmentConnection | null;
  readonly proposal: Proposal | null;
  readonly proposals: ProposalConnection | null;
  /** The caller: a user of the ledger, or who registered to become one; null for who is neither. */
  readonly me: User | null;
  readonly user: User | null;
  readonly users: UserConnection | null;
  /** Registrations that wait for a review, the last submitted first. */
  readonly pendingApprovals: UserConnection | null;
  readonly relationship: Relationship | null;
  readonly recoverySession: RecoverySession | null;
  readonly loan: Loan | null;
  readonly loans: LoanConnection | null;
  readonly loanPool: LoanPool | null;
  readonly organization: Organization | null;
  readonly organizations: OrganizationConnection | null;
  readonly multiSigTx: MultiSigTx | null;
  /** The fee of a transfer of this kind; EXEMPT has no scope. */
  readonly quoteFee: FeeQuote | null;
  /** The fee of a transfer from the caller's own account. */
  readonly quoteTransfer: FeeQuote | null;
  readonly feeSchedule: readonly FeeLine[] | null;
  readonly taxAssessments: TaxAssessmentConnection | null;
  /** Accounts that can be taxed now, the one whose timer started last first. */
  readonly taxDue: TaxStatusConnection | null;
  readonly redistributions: RedistributionConnection | null;
  readonly wallet: Wallet | null;
  readonly transactions: TransactionConnection | null;
  readonly transaction: Transaction | null;
  readonly supply: Supply | null;
  readonly pools: readonly Pool[] | null;
}

export type ReasonCode =
  | "ADMIN_ACTION"
  | "SUSPICIOUS_ACTIVITY"
  | "COMPLIANCE_REVIEW"
  | "COURT_ORDER"
  | "USER_REQUEST";

/** A recovery of a user's access. To be seen by the user and the guardians of the session. */
export interface RecoverySession {
  readonly __typename?: "RecoverySession";
  readonly id: UUID;
  readonly user: User | null;
  readonly initiator: User | null;
  /** As they were when the session was opened. */
  readonly guardians: readonly User[] | null;
  /** In the order in which they confirmed. */
  readonly confirmations: readonly User[] | null;
  /** Confirmations that are needed. */
  readonly required: Int | null;
  readonly status: RecoveryStatus | null;
  readonly openedAt: DateTime | null;
  readonly expiresAt: DateTime | null;
}

export interface RecoverySessionConnection {
  readonly __typename?: "RecoverySessionConnection";
  readonly edges: readonly RecoverySessionEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface RecoverySessionEdge {
  readonly __typename?: "RecoverySessionEdge";
  readonly cursor: string;
  readonly node: RecoverySession | null;
}

export type RecoveryStatus =
  | "OPEN"
  | "COMPLETED"
  | "CANCELLED"
  | "EXPIRED";

/** What users who hold little got from the redistribution pool. */
export interface Redistribution {
  readonly __typename?: "Redistribution";
  /** Of the command. */
  readonly id: UUID;
  readonly recipientCount: Count | null;
  /** Of each recipient. */
  readonly share: Qirat | null;
  readonly total: Qirat | null;
  /** What could not be divided and stayed in the pool. */
  readonly remainder: Qirat | null;
  readonly at: DateTime | null;
}

export interface RedistributionConnection {
  readonly __typename?: "RedistributionConnection";
  readonly edges: readonly RedistributionEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface RedistributionEdge {
  readonly __typename?: "RedistributionEdge";
  readonly cursor: string;
  readonly node: Redistribution | null;
}

/** The way of a person to the ledger. */
export interface Registration {
  readonly __typename?: "Registration";
  readonly status: RegistrationStatus;
  /** When documents were last handed in. */
  readonly submittedAt: DateTime | null;
  readonly reviewedAt: DateTime | null;
  readonly denialReason: string | null;
  /** Code with which the ledger last refused to create the user; null once it has. */
  readonly onChainRefusal: string | null;
}

export type RegistrationStatus =
  | "REGISTERED"
  | "PENDING_ADMIN_APPROVAL"
  | "APPROVED_PENDING_ONCHAIN"
  | "DENIED"
  /** The ledger has the user. */
  | "ACTIVE";

/** What somebody is to somebody. To be seen by the two. */
export interface Relationship {
  readonly __typename?: "Relationship";
  readonly id: UUID;
  /** Who asked. */
  readonly subject: User | null;
  readonly object: User | null;
  /** What the object is to the subject. */
  readonly type: RelationshipType | null;
  readonly status: RelationshipStatus | null;
  readonly requestedAt: DateTime | null;
  readonly decidedAt: DateTime | null;
}

export interface RelationshipConnection {
  readonly __typename?: "RelationshipConnection";
  readonly edges: readonly RelationshipEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface RelationshipEdge {
  readonly __typename?: "RelationshipEdge";
  readonly cursor: string;
  readonly node: Relationship | null;
}

export type RelationshipStatus =
  | "PENDING"
  | "CONFIRMED"
  | "REJECTED";

export type RelationshipType =
  | "PARENT"
  | "CHILD"
  | "SPOUSE"
  | "SIBLING"
  | "FRIEND";

export interface Repayment {
  readonly __typename?: "Repayment";
  readonly amount: Qirat;
  /** Of the loan, after it. */
  readonly outstanding: Qirat;
  readonly at: DateTime;
}

/** The queue of a command: the role whose certificate signs it. */
export type SigningRole =
  | "gx_super_admin"
  | "gx_admin"
  | "gx_partner_api";

export interface Subscription {
  readonly __typename?: "Subscription";
  /** The command as it is, then after every change; ends with COMMITTED or REFUSED. */
  readonly commandUpdated: Command | null;
  /** Every line of the wallet's statement that comes from now on, in its order. */
  readonly transactionAdded: Transaction | null;
}

/** The coins that exist and that can exist. */
export interface Supply {
  readonly __typename?: "Supply";
  readonly maxSupply: Qirat;
  readonly totalMinted: Qirat;
  readonly availableToMint: Qirat;
  /** Held by users and organizations. */
  readonly circulating: Qirat;
  readonly pools: readonly Pool[];
}

export interface SystemParameter {
  readonly __typename?: "SystemParameter";
  readonly id: ID;
  readonly type: ParameterType | null;
  readonly value: Int | null;
  readonly default: Int | null;
  readonly min: Int | null;
  readonly max: Int | null;
  readonly changeableBy: readonly ParameterChanger[] | null;
  readonly updatedAt: DateTime | null;
  /** What is being voted on, the last submitted first. */
  readonly activeProposals: readonly Proposal[] | null;
}

export interface SystemStatus {
  readonly __typename?: "SystemStatus";
  readonly bootstrapped: boolean;
  readonly profile: Profile | null;
  readonly paused: boolean;
  readonly pauseReason: string | null;
  readonly pausedAt: DateTime | null;
  readonly countries: Count;
  /** Share of the world that the countries make, with 8 decimals. */
  readonly shareTotal: string;
}

/** What the velocity tax took from an account. */
export interface TaxAssessment {
  readonly __typename?: "TaxAssessment";
  /** Of the command. */
  readonly id: UUID;
  readonly wallet: Wallet | null;
  /** Basis points of the whole balance. */
  readonly rateBps: Int | null;
  readonly balanceBefore: Qirat | null;
  readonly tax: Qirat | null;
  readonly treasuryShare: Qirat | null;
  readonly redistributionShare: Qirat | null;
  readonly at: DateTime | null;
}

export interface TaxAssessmentConnection {
  readonly __typename?: "TaxAssessmentConnection";
  readonly edges: readonly TaxAssessmentEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface TaxAssessmentEdge {
  readonly __typename?: "TaxAssessmentEdge";
  readonly cursor: string;
  readonly node: TaxAssessment | null;
}

/** The velocity tax of an account as it stands now. Below 100 GX there is no timer and no tax. */
export interface TaxStatus {
  readonly __typename?: "TaxStatus";
  readonly wallet: Wallet | null;
  /** Since when the account has held 100 GX or more without being taxed. */
  readonly timerStart: DateTime | null;
  /** Whole days since the timer started. */
  readonly daysHeld: Int | null;
  readonly dueAt: DateTime | null;
  readonly exempt: boolean | null;
  /** Basis points of the whole balance. */
  readonly rateBps: Int | null;
  /** The tax of the present balance, were it due now. */
  readonly projectedTax: Qirat | null;
}

export interface TaxStatusConnection {
  readonly __typename?: "TaxStatusConnection";
  readonly edges: readonly TaxStatusEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface TaxStatusEdge {
  readonly __typename?: "TaxStatusEdge";
  readonly cursor: string;
  readonly node: TaxStatus | null;
}

/** A line of an account statement. To be seen by whoever may see its wallet. */
export interface Transaction {
  readonly __typename?: "Transaction";
  readonly id: ID;
  readonly wallet: Wallet | null;
  readonly direction: Direction | null;
  readonly amount: Qirat | null;
  readonly type: TransactionType | null;
  /** The other side, where there is one. */
  readonly counterparty: Wallet | null;
  readonly remark: string | null;
  readonly command: Command | null;
  /** Id of the Fabric transaction. */
  readonly txId: string | null;
  readonly blockNumber: Count | null;
  readonly at: DateTime | null;
}

export interface TransactionConnection {
  readonly __typename?: "TransactionConnection";
  readonly edges: readonly TransactionEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface TransactionEdge {
  readonly __typename?: "TransactionEdge";
  readonly cursor: string;
  readonly node: Transaction | null;
}

export type TransactionType =
  | "SENT"
  | "RECEIVED"
  | "FEE"
  | "FEE_INCOME"
  | "GENESIS"
  | "TREASURY_SHARE"
  | "POOL_DISBURSEMENT"
  | "POOL_PAYMENT"
  | "LOAN_DISBURSEMENT"
  | "LOAN_REPAYMENT"
  | "TAX"
  | "TAX_SHARE"
  | "REDISTRIBUTION"
  | "INTERNAL";

export type TreasuryStatus =
  | "LOCKED"
  | "ACTIVE";

/** What a trust score is made of. */
export interface Trust {
  readonly __typename?: "Trust";
  /** 10 to 100, from relationships alone. */
  readonly relationshipScore: Int;
  /** What loans added or took: the score is the sum of both, within 0 and 100. */
  readonly loanAdjustment: Int;
  readonly parents: Int;
  readonly spouses: Int;
  readonly siblings: Int;
  readonly children: Int;
  readonly friends: Int;
}

/** Lower-case hex: 8-4-4-4-12. */
export type UUID = string;

/** A person: a user of the ledger, or somebody who registered to become one. */
export interface User {
  readonly __typename?: "User";
  readonly id: UUID;
  /** The last one first. */
  readonly votes: VoteConnection | null;
  readonly displayName: string | null;
  /** Null as long as the ledger does not have the person. */
  readonly status: UserStatus | null;
  readonly nationality: Country | null;
  /** Age in years when it was last recorded. */
  readonly ageYears: Int | null;
  readonly createdAt: DateTime | null;
  /** 0 to 100. */
  readonly trustScore: Int | null;
  readonly trust: Trust | null;
  readonly genesisOutcome: GenesisOutcome | null;
  readonly relationships: RelationshipConnection | null;
  /** Who may recover the user's access, in the order in which they were named. */
  readonly guardians: readonly User[] | null;
  /** Whose guardian the user is. */
  readonly guardianOf: UserConnection | null;
  readonly recoverySessions: RecoverySessionConnection | null;
  readonly registration: Registration | null;
  readonly email: string | null;
  /** YYYY-MM-DD */
  readonly birthDate: string | null;
  readonly lockReason: ReasonCode | null;
  readonly loans: LoanConnection | null;
  readonly loanEligibility: LoanEligibility | null;
  /** Those of which the user is a stakeholder. */
  readonly organizations: OrganizationConnection | null;
  /** Payments that wait for the user's approval. */
  readonly approvalsWaiting: MultiSigTxConnection | null;
  readonly taxStatus: TaxStatus | null;
  readonly wallet: Wallet | null;
  readonly genesis: Genesis | null;
}

export interface UserConnection {
  readonly __typename?: "UserConnection";
  readonly edges: readonly UserEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface UserEdge {
  readonly __typename?: "UserEdge";
  readonly cursor: string;
  readonly node: User | null;
}

export type UserStatus =
  | "ACTIVE"
  | "LOCKED";

/** To be seen by the voter and by admins. */
export interface Vote {
  readonly __typename?: "Vote";
  /** <proposal id>~<voter id> */
  readonly id: ID;
  readonly proposal: Proposal | null;
  readonly voter: User | null;
  readonly support: boolean | null;
  readonly at: DateTime | null;
}

export interface VoteConnection {
  readonly __typename?: "VoteConnection";
  readonly edges: readonly VoteEdge[];
  readonly pageInfo: PageInfo;
  /** Exact up to 10,000, null above. */
  readonly totalCount: Count | null;
}

export interface VoteEdge {
  readonly __typename?: "VoteEdge";
  readonly cursor: string;
  readonly node: Vote | null;
}

/** An account. Those of countries and of the system are open to everybody. */
export interface Wallet {
  readonly __typename?: "Wallet";
  /** A user's uuid, org_<uuid>, treasury_<country code> or a SYSTEM_ name. */
  readonly id: ID;
  readonly kind: AccountKind | null;
  /** Stored part and unfolded credits together. */
  readonly balance: Qirat | null;
  readonly stored: Qirat | null;
  /** Sum of the unfolded credits. */
  readonly pending: Qirat | null;
  readonly frozen: boolean | null;
  readonly owner: Owner | null;
  /** Newest first; from and to are both included. */
  readonly transactions: TransactionConnection | null;
  /** The newest unfolded credits. */
  readonly unfolded: readonly Delta[] | null;
  readonly freezeReason: string | null;
}

/** What each command takes. */
export interface CommandInputs {
  /** Create the system accounts, counters and parameters, and appoint the first admins. */
  readonly bootstrapSystem: {
    readonly profile: Profile;
    readonly admins: readonly UUID[];
    readonly parameters?: readonly ParameterOverrideInput[] | null;
  };
  /** Insert country rows with their share of the genesis slots and a locked treasury. */
  readonly initializeCountryData: {
    readonly countries: readonly CountryInput[];
  };
  /** Refuse every command until the system is resumed. */
  readonly pauseSystem: {
    readonly reason: string;
  };
  /** End a pause. */
  readonly resumeSystem: Readonly<Record<string, never>>;
  /** Change a parameter that is not left to votes alone. */
  readonly updateSystemParameter: {
    readonly parameterId: string;
    readonly value: Int;
  };
  /** End an admin's appointment; the last one stays. */
  readonly revokeAdmin: {
    readonly adminId: UUID;
    readonly reason: string;
  };
  /** Pay out of a pool: what it holds first, then newly minted coins. */
  readonly disburseFromPool: {
    readonly pool: DisbursingPool;
    readonly to: ID;
    readonly amount: Qirat;
    readonly remark?: string | null;
  };
  /** Appoint another admin. */
  readonly appointAdmin: {
    readonly adminId: UUID;
  };
  /** Let the treasury of a country spend; there is no way back. */
  readonly activateTreasury: {
    readonly countryCode: CountryCode;
  };
  /** Add unfolded credits of an account to its stored part; the balance stays the same. */
  readonly foldDeltas: {
    readonly accountId: ID;
    readonly txIds: readonly string[];
  };
  /** Put one parameter's new value to the vote. */
  readonly submitProposal: {
    readonly parameterId: string;
    readonly newValue: Int;
    readonly title: string;
  };
  /** Vote for or against a proposal; a vote cannot be changed. */
  readonly castVote: {
    readonly proposalId: UUID;
    readonly support: boolean;
  };
  /** Count the votes when the time is over, in steps, and do what they decide. */
  readonly executeProposal: {
    readonly proposalId: UUID;
  };
  /** Bring an approved person onto the ledger and hand out the genesis coins. */
  readonly createUser: {
    readonly userId: UUID;
    readonly biometricHash: string;
    readonly nationality: CountryCode;
    readonly ageYears: Int;
  };
  /** Keep a user from asking for anything; the account still receives. */
  readonly lockUser: {
    readonly userId: UUID;
    readonly reason: ReasonCode;
  };
  /** Let a locked user ask again. */
  readonly unlockUser: {
    readonly userId: UUID;
  };
  /** Ask another user to confirm what that user is to the asker. */
  readonly requestRelationship: {
    readonly objectId: UUID;
    readonly type: RelationshipType;
  };
  /** Confirm a relationship that one was asked for; both trust scores change. */
  readonly confirmRelationship: {
    readonly relationshipId: UUID;
  };
  /** Reject a relationship that one was asked for, or withdraw the request. */
  readonly rejectRelationship: {
    readonly relationshipId: UUID;
  };
  /** Name the users who may recover one's access; the list is replaced. */
  readonly nominateGuardians: {
    readonly guardians: readonly UUID[];
  };
  /** Begin the recovery of a user's access; it is the first confirmation. */
  readonly initiateRecovery: {
    readonly userId: UUID;
    readonly newBiometricHash: string;
  };
  /** Confirm a recovery; the last one needed replaces the biometric hash. */
  readonly confirmRecovery: {
    readonly sessionId: UUID;
  };
  /** End a recovery of one's own access that is open. */
  readonly cancelRecovery: {
    readonly sessionId: UUID;
  };
  /** Bring 1 to 100 approved persons onto the ledger: a createUser for each, with the age of today. */
  readonly registerOnChain: {
    readonly ids: readonly UUID[];
  };
  /** Ask for a loan of 100 to 1,000,000 GX. */
  readonly applyForLoan: {
    readonly amount: Qirat;
    readonly collateralHash: string;
    readonly purposeHash?: string | null;
  };
  /** Pay out a loan that was asked for. */
  readonly approveLoan: {
    readonly loanId: UUID;
  };
  /** Reject a loan that was asked for. */
  readonly rejectLoan: {
    readonly loanId: UUID;
    readonly reason: string;
  };
  /** Pay back a loan in part or as a whole, without a fee. */
  readonly repayLoan: {
    readonly loanId: UUID;
    readonly amount: Qirat;
  };
  /** Mark a loan as defaulted that was not repaid when it was due. */
  readonly markLoanDefaulted: {
    readonly loanId: UUID;
  };
  /** Propose an organization of which one is a stakeholder. */
  readonly proposeOrganization: {
    readonly name: string;
    readonly type: PrivateOrganizationType;
    readonly country: CountryCode;
    readonly stakeholders: readonly UUID[];
  };
  /** Propose an organization of a government. */
  readonly proposeGovernmentOrganization: {
    readonly name: string;
    readonly country: CountryCode;
    readonly stakeholders: readonly UUID[];
  };
  /** Endorse the members and the rules of a proposed organization. */
  readonly endorseMembership: {
    readonly organizationId: UUID;
  };
  /** Open the account of an organization that everybody has endorsed. */
  readonly activateOrganization: {
    readonly organizationId: UUID;
  };
  /** Add or replace a rule; endorsements begin anew with its definer. */
  readonly defineAuthRule: {
    readonly organizationId: UUID;
    readonly ruleId: string;
    readonly amountAbove: Qirat;
    readonly requiredApprovers: Int;
    readonly approverGroup: readonly UUID[];
  };
  /** Begin a payment of the organization under the rule for its amount. */
  readonly initiateMultiSigTx: {
    readonly organizationId: UUID;
    readonly to: ID;
    readonly amount: Qirat;
    readonly remark?: string | null;
  };
  /** Approve a waiting payment; the last approval needed executes it. */
  readonly approveMultiSigTx: {
    readonly multiSigTxId: UUID;
  };
  /** End a waiting payment. */
  readonly rejectMultiSigTx: {
    readonly multiSigTxId: UUID;
  };
  /** Let an organization initiate and approve nothing. */
  readonly lockOrganization: {
    readonly organizationId: UUID;
    readonly reason: ReasonCode;
  };
  /** End the lock of an organization. */
  readonly unlockOrganization: {
    readonly organizationId: UUID;
  };
  /** Tax an account that has held 100 GX or more for the whole period. */
  readonly applyVelocityTax: {
    readonly accountId: ID;
  };
  /** Exempt an account from the velocity tax, or end its exemption. */
  readonly setTaxExemption: {
    readonly accountId: ID;
    readonly exempt: boolean;
  };
  /** Divide coins of the redistribution pool among users who hold less than 100 GX. */
  readonly redistribute: {
    readonly recipients: readonly UUID[];
    readonly amount?: Qirat | null;
  };
  /** Send coins from one's own account; the fee is paid on top of the amount. */
  readonly transfer: {
    readonly to: ID;
    readonly amount: Qirat;
    readonly remark?: string | null;
  };
  /** Hand out the genesis coins to a person who got none at creation. */
  readonly distributeGenesis: {
    readonly userId: UUID;
    readonly ageYears: Int;
  };
  /** Pay from a treasury, or move fees to the redistribution pool; there is no fee. */
  readonly transferInternal: {
    readonly type: InternalTransferType;
    readonly from: ID;
    readonly to: ID;
    readonly amount: Qirat;
    readonly remark?: string | null;
  };
  /** Let an account receive only. */
  readonly freezeWallet: {
    readonly accountId: ID;
    readonly reason: ReasonCode;
  };
  /** Let a frozen account pay again. */
  readonly unfreezeWallet: {
    readonly accountId: ID;
  };
}

/** GraphQL types of what each command takes. */
export const commands = {
  bootstrapSystem: { profile: "Profile!", admins: "[UUID!]!", parameters: "[ParameterOverrideInput!]" },
  initializeCountryData: { countries: "[CountryInput!]!" },
  pauseSystem: { reason: "String!" },
  resumeSystem: {},
  updateSystemParameter: { parameterId: "String!", value: "Int!" },
  revokeAdmin: { adminId: "UUID!", reason: "String!" },
  disburseFromPool: { pool: "DisbursingPool!", to: "ID!", amount: "Qirat!", remark: "String" },
  appointAdmin: { adminId: "UUID!" },
  activateTreasury: { countryCode: "CountryCode!" },
  foldDeltas: { accountId: "ID!", txIds: "[String!]!" },
  submitProposal: { parameterId: "String!", newValue: "Int!", title: "String!" },
  castVote: { proposalId: "UUID!", support: "Boolean!" },
  executeProposal: { proposalId: "UUID!" },
  createUser: { userId: "UUID!", biometricHash: "String!", nationality: "CountryCode!", ageYears: "Int!" },
  lockUser: { userId: "UUID!", reason: "ReasonCode!" },
  unlockUser: { userId: "UUID!" },
  requestRelationship: { objectId: "UUID!", type: "RelationshipType!" },
  confirmRelationship: { relationshipId: "UUID!" },
  rejectRelationship: { relationshipId: "UUID!" },
  nominateGuardians: { guardians: "[UUID!]!" },
  initiateRecovery: { userId: "UUID!", newBiometricHash: "String!" },
  confirmRecovery: { sessionId: "UUID!" },
  cancelRecovery: { sessionId: "UUID!" },
  registerOnChain: { ids: "[UUID!]!" },
  applyForLoan: { amount: "Qirat!", collateralHash: "String!", purposeHash: "String" },
  approveLoan: { loanId: "UUID!" },
  rejectLoan: { loanId: "UUID!", reason: "String!" },
  repayLoan: { loanId: "UUID!", amount: "Qirat!" },
  markLoanDefaulted: { loanId: "UUID!" },
  proposeOrganization: { name: "String!", type: "PrivateOrganizationType!", country: "CountryCode!", stakeholders: "[UUID!]!" },
  proposeGovernmentOrganization: { name: "String!", country: "CountryCode!", stakeholders: "[UUID!]!" },
  endorseMembership: { organizationId: "UUID!" },
  activateOrganization: { organizationId: "UUID!" },
  defineAuthRule: { organizationId: "UUID!", ruleId: "String!", amountAbove: "Qirat!", requiredApprovers: "Int!", approverGroup: "[UUID!]!" },
  initiateMultiSigTx: { organizationId: "UUID!", to: "ID!", amount: "Qirat!", remark: "String" },
  approveMultiSigTx: { multiSigTxId: "UUID!" },
  rejectMultiSigTx: { multiSigTxId: "UUID!" },
  lockOrganization: { organizationId: "UUID!", reason: "ReasonCode!" },
  unlockOrganization: { organizationId: "UUID!" },
  applyVelocityTax: { accountId: "ID!" },
  setTaxExemption: { accountId: "ID!", exempt: "Boolean!" },
  redistribute: { recipients: "[UUID!]!", amount: "Qirat" },
  transfer: { to: "ID!", amount: "Qirat!", remark: "String" },
  distributeGenesis: { userId: "UUID!", ageYears: "Int!" },
  transferInternal: { type: "InternalTransferType!", from: "ID!", to: "ID!", amount: "Qirat!", remark: "String" },
  freezeWallet: { accountId: "ID!", reason: "ReasonCode!" },
  unfreezeWallet: { accountId: "ID!" },
} as const satisfies Readonly<Record<keyof CommandInputs, Readonly<Record<string, string>>>>;

export type RefusalCode =
  /** This command does not exist. */
  | "UNKNOWN_COMMAND"
  /** The signing identity may not sign this command. */
  | "ROLE_NOT_ALLOWED"
  /** A field of the input is missing, unknown or malformed. */
  | "INVALID_INPUT"
  /** The system is not bootstrapped yet. */
  | "NOT_BOOTSTRAPPED"
  /** The system is paused. */
  | "PAUSED"
  /** Only an appointed admin may ask this. */
  | "ACTOR_NOT_ADMIN"
  /** The acting user is not an active user of the ledger. */
  | "ACTOR_NOT_ACTIVE"
  /** The acting user has no right to this object. */
  | "ACTOR_NOT_ALLOWED"
  /** This cannot be done to oneself. */
  | "SELF_ACTION"
  /** A named object does not exist. */
  | "NOT_FOUND"
  /** The object exists already. */
  | "ALREADY_EXISTS"
  /** The state of the object does not allow this. */
  | "WRONG_STATE"
  /** The acting user has done this already. */
  | "ALREADY_ACTED"
  /** The amount is outside the allowed range. */
  | "AMOUNT_OUT_OF_RANGE"
  /** A limit would be exceeded. */
  | "LIMIT_EXCEEDED"
  /** The system is bootstrapped already. */
  | "ALREADY_BOOTSTRAPPED"
  /** Parameters may be overridden only with profile devnet. */
  | "OVERRIDES_NOT_ALLOWED"
  /** The system is paused already. */
  | "ALREADY_PAUSED"
  /** The system is not paused. */
  | "NOT_PAUSED"
  /** The country shares would exceed one. */
  | "SHARE_SUM_EXCEEDED"
  /** The country is not initialized. */
  | "COUNTRY_NOT_INITIALIZED"
  /** The last active admin cannot be revoked. */
  | "LAST_ADMIN"
  /** Only governance may change this parameter. */
  | "PARAMETER_NOT_CHANGEABLE"
  /** The value is outside the range of the parameter. */
  | "PARAMETER_OUT_OF_RANGE"
  /** The account does not hold enough. */
  | "INSUFFICIENT_FUNDS"
  /** The fee is not smaller than the amount. */
  | "FEE_EXCEEDS_AMOUNT"
  /** The account is frozen. */
  | "ACCOUNT_FROZEN"
  /** The treasury is not active. */
  | "TREASURY_LOCKED"
  /** The pool cannot pay this amount. */
  | "POOL_EXHAUSTED"
  /** The user has received genesis coins already. */
  | "GENESIS_ALREADY_DISTRIBUTED"
  /** The age is outside the range for genesis. */
  | "AGE_NOT_ELIGIBLE"
  /** The country has no genesis slot left. */
  | "NO_SLOT_LEFT"
  /** The biometric hash belongs to a user already. */
  | "BIOMETRIC_IN_USE"
  /** A named user is not active. */
  | "USER_NOT_ACTIVE"
  /** The two users have a relationship or a request already. */
  | "DUPLICATE_RELATIONSHIP"
  /** A recovery session is open for this user. */
  | "RECOVERY_OPEN"
  /** The recovery session has expired. */
  | "RECOVERY_EXPIRED"
  /** The rule names outsiders, too many approvers or a threshold already taken. */
  | "RULE_INVALID"
  /** The organization has no rule. */
  | "NO_RULE_DEFINED"
  /** Not every stakeholder has endorsed. */
  | "NOT_ALL_ENDORSED"
  /** The organization is not active. */
  | "ORGANIZATION_NOT_ACTIVE"
  /** No rule of the organization covers this amount. */
  | "NO_RULE_APPLIES"
  /** The trust score is too low. */
  | "TRUST_TOO_LOW"
  /** The repayment exceeds the outstanding amount. */
  | "REPAYMENT_EXCEEDS_DEBT"
  /** The loan is not past its due date. */
  | "NOT_DUE"
  /** The same change is being voted on already. */
  | "DUPLICATE_PROPOSAL"
  /** The vote is closed. */
  | "VOTING_CLOSED"
  /** The vote is still open. */
  | "VOTING_OPEN"
  /** The account is exempt from the tax. */
  | "TAX_EXEMPT"
  /** The balance is below the taxable minimum. */
  | "BELOW_THRESHOLD"
  /** The holding period has not passed. */
  | "TAX_NOT_DUE"
  /** A recipient is not an active user below the threshold. */
  | "RECIPIENT_NOT_ELIGIBLE"
  /** The share of each recipient would be zero. */
  | "NOTHING_TO_DISTRIBUTE";

export type ErrorCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "INVALID_INPUT"
  | "NOT_FOUND"
  | "CONFLICT"
  | "IDEMPOTENCY_CONFLICT"
  | "BEHIND"
  | "UNAVAILABLE"
  | "READ_ONLY";
