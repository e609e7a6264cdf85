// Who may ask for what: protocol.md 1.3, 12 and 16.3 typed once more, by hand, with an input that passes.
// Never imports anything but the callers: what a mutation is called and takes is told here a second time.
import type { Subgraph, Who } from "./law.js";

export interface Mutation {
  readonly subgraph: Subgraph;
  readonly field: string;
  /** Everybody else is FORBIDDEN, without a token UNAUTHENTICATED. */
  readonly may: readonly Who[];
  /** Arguments but the idempotency key; `$name` stands for an id of the world, `$own` for the caller's. */
  readonly given: string;
  /** What comes back: a ticket, or several, or a user. Only the first two take an idempotency key. */
  readonly returns: "ticket" | "tickets" | "user";
}

const superAdmin: readonly Who[] = ["a super admin"];
const admin: readonly Who[] = ["an admin", "a super admin"];
const partner: readonly Who[] = ["a partner", "an admin", "a super admin"];
/** Any valid token: what the actor must be besides is the ledger's to say. */
const anybody: readonly Who[] = [
  "the user",
  "another user",
  "a stakeholder",
  "a guardian",
  "a partner",
  "an admin",
  "a super admin",
];

const rows =
  (subgraph: Subgraph, returns: Mutation["returns"] = "ticket") =>
  (given: readonly (readonly [field: string, may: readonly Who[], given: string])[]): Mutation[] =>
    given.map(([field, may, input]) => ({ subgraph, field, may, given: input, returns }));

const HASH = "0123456789abcdef".repeat(4);

/** The 46 commands of section 12. */
export const commands: readonly Mutation[] = [
  ...rows("admin")([
    ["bootstrapSystem", superAdmin, `profile: devnet, admins: [$admin], parameters: [{ id: "quorumVotes", value: 3 }]`],
    ["pauseSystem", superAdmin, `reason: "Maintenance"`],
    ["resumeSystem", superAdmin, ""],
    ["updateSystemParameter", superAdmin, `parameterId: "loanMinTrust", value: 60`],
    ["revokeAdmin", superAdmin, `adminId: $admin, reason: "Left"`],
    ["disburseFromPool", superAdmin, `pool: CHARITABLE, to: $ada, amount: "5", remark: "Aid"`],
    ["appointAdmin", admin, "adminId: $ada"],
    ["activateTreasury", admin, `countryCode: "NG"`],
    ["foldDeltas", admin, `accountId: "treasury_NG", txIds: ["${HASH}"]`],
  ]),
  ...rows(
    "admin",
    "tickets",
  )([["initializeCountryData", superAdmin, `countries: [{ code: "DE", name: "Germany", share: "0.00850661" }]`]]),
  ...rows("identity")([
    ["createUser", partner, `userId: $own, biometricHash: "${HASH}", nationality: "NG", ageYears: 30`],
    ["lockUser", admin, "userId: $ada, reason: ADMIN_ACTION"],
    ["unlockUser", admin, "userId: $ada"],
    ["requestRelationship", anybody, "objectId: $ada, type: FRIEND"],
    ["confirmRelationship", anybody, "relationshipId: $relationship"],
    ["rejectRelationship", anybody, "relationshipId: $relationship"],
    ["nominateGuardians", anybody, "guardians: [$emma, $chi, $gbenga]"],
    ["initiateRecovery", anybody, `userId: $ada, newBiometricHash: "${HASH}"`],
    ["confirmRecovery", anybody, "sessionId: $session"],
    ["cancelRecovery", anybody, "sessionId: $session"],
  ]),
  ...rows("tokenomics")([
    ["transfer", anybody, `to: $orgAccount, amount: "5", remark: "Bread"`],
    ["distributeGenesis", admin, "userId: $ada, ageYears: 30"],
    ["transferInternal", admin, `type: TREASURY_PAYMENT, from: "treasury_NG", to: $ada, amount: "5"`],
    ["freezeWallet", admin, "accountId: $ada, reason: COURT_ORDER"],
    ["unfreezeWallet", admin, "accountId: $orgAccount"],
  ]),
  ...rows("organization")([
    ["proposeOrganization", anybody, `name: "Bakery", type: BUSINESS, country: "NG", stakeholders: [$ada, $chi]`],
    ["proposeGovernmentOrganization", admin, `name: "Ministry", country: "NG", stakeholders: [$ada, $chi]`],
    ["endorseMembership", anybody, "organizationId: $org"],
    ["activateOrganization", anybody, "organizationId: $org"],
    [
      "defineAuthRule",
      anybody,
      `organizationId: $org, ruleId: "r1", amountAbove: "0", requiredApprovers: 1, approverGroup: [$chi]`,
    ],
    ["initiateMultiSigTx", anybody, `organizationId: $org, to: $ada, amount: "5"`],
    ["approveMultiSigTx", anybody, "multiSigTxId: $multiSig"],
    ["rejectMultiSigTx", anybody, "multiSigTxId: $multiSig"],
    ["lockOrganization", admin, "organizationId: $org, reason: USER_REQUEST"],
    ["unlockOrganization", admin, "organizationId: $org"],
  ]),
  ...rows("loanpool")([
    ["applyForLoan", anybody, `amount: "100000000", collateralHash: "${HASH}"`],
    ["approveLoan", admin, "loanId: $loan"],
    ["rejectLoan", admin, `loanId: $loan, reason: "No"`],
    ["repayLoan", anybody, `loanId: $loan, amount: "5"`],
    ["markLoanDefaulted", admin, "loanId: $loan"],
  ]),
  ...rows("governance")([
    ["submitProposal", admin, `parameterId: "quorumVotes", newValue: 20, title: "A smaller quorum"`],
    ["castVote", anybody, "proposalId: $proposal, support: true"],
    ["executeProposal", admin, "proposalId: $proposal"],
  ]),
  ...rows("tax")([
    ["applyVelocityTax", admin, "accountId: $ada"],
    ["setTaxExemption", admin, "accountId: $orgAccount, exempt: true"],
    ["redistribute", admin, "recipients: [$ada, $chi]"],
  ]),
];

/** What is registered, off chain: section 16.3. The steps are asked for in this order. */
export const registration: readonly Mutation[] = [
  ...rows(
    "identity",
    "user",
  )([
    [
      "registerUser",
      anybody,
      `displayName: "Somebody", email: "somebody@example.org", birthDate: "1990-05-17", nationality: "NG", biometricHash: $ownHash`,
    ],
    ["submitKyc", anybody, `evidenceHash: "${HASH}"`],
    ["approveUser", admin, "id: $waiting"],
    ["denyUser", admin, `id: $waiting, reason: "The evidence cannot be read."`],
  ]),
  ...rows("identity", "tickets")([["registerOnChain", admin, "ids: [$approved]"]]),
];

/** A command that failed is asked for again; one that the super admin's identity signs by the super admin alone. */
export const replay: readonly Mutation[] = [
  ...rows("admin")([["replayCommand", admin, "id: $failed"]]),
  ...rows("admin")([["replayCommand", superAdmin, "id: $failedSuperAdmins"]]),
];
