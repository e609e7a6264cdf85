// Choices that both a command and an event name.

export const profiles = ["mainnet", "testnet", "devnet"] as const;
export type Profile = (typeof profiles)[number];
export const genesisOutcomes = ["DISTRIBUTED", "AGE_NOT_ELIGIBLE", "NO_SLOT_LEFT"] as const;
export const userStatuses = ["ACTIVE", "LOCKED"] as const;
/** The pools that the super admin pays out of; the others have commands of their own. */
export const disbursingPools = ["CHARITABLE", "GX", "OPERATIONS"] as const;
export const internalTransfers = ["TREASURY_PAYMENT", "FEE_REDISTRIBUTION"] as const;
export type InternalTransfer = (typeof internalTransfers)[number];
export const relationshipTypes = ["PARENT", "CHILD", "SPOUSE", "SIBLING", "FRIEND"] as const;
export type RelationshipType = (typeof relationshipTypes)[number];
export const proposalStatuses = ["ACTIVE", "EXECUTED", "FAILED"] as const;
/** Why a vote came to nothing: the first that holds. */
export const proposalFailures = ["QUORUM_NOT_REACHED", "NOT_APPROVED", "VALUE_INVALID"] as const;
export type ProposalFailure = (typeof proposalFailures)[number];
export const accountKinds = ["USER", "ORGANIZATION", "TREASURY", "SYSTEM"] as const;
export const loanStatuses = ["PENDING_APPROVAL", "ACTIVE", "REJECTED", "REPAID", "DEFAULTED"] as const;
/** Loans that count for what a borrower may still ask for. */
export const openLoanStatuses = ["PENDING_APPROVAL", "ACTIVE", "DEFAULTED"] as const;
export const privateOrganizationTypes = ["BUSINESS", "NGO"] as const;
export const organizationTypes = [...privateOrganizationTypes, "GOVERNMENT"] as const;
/** Why a payment does not happen, in the order of the checks. */
export const paymentFailures = ["NOT_FOUND", "ACCOUNT_FROZEN", "FEE_EXCEEDS_AMOUNT", "INSUFFICIENT_FUNDS"] as const;
