// One good input of every command: shown in the documents, sent to a real gateway by a test.
// Nothing here is part of what peers run: chaincode never imports it.

/** People of `npm start -- --demo`. */
const ADA = "00000000-0000-7000-8000-000000000101";
const BOLA = "00000000-0000-7000-8000-000000000102";
const CHI = "00000000-0000-7000-8000-000000000103";
const DAYO = "00000000-0000-7000-8000-000000000104";
const EMMA = "00000000-0000-7000-8000-000000000105";
const FINN = "00000000-0000-7000-8000-000000000106";
const ADMIN = "00000000-0000-7000-8000-000000000002";
const OTHER_ADMIN = "00000000-0000-7000-8000-000000000004";
/** Somebody whom nobody knows yet. */
const NEWCOMER = "6f0c0000-0000-4000-8000-000000000001";

/** What a command created has the id of that command: a uuid of version 7. */
const RELATIONSHIP = "01a1ff9a-1113-79ee-8588-000000000001";
const RECOVERY = "01a1ff9a-1113-79ee-8588-000000000002";
const BAKERY = "01a1ff9a-1113-79ee-8588-000000000003";
const PAYMENT = "01a1ff9a-1113-79ee-8588-000000000004";
const LOAN = "01a1ff9a-1113-79ee-8588-000000000005";
const PROPOSAL = "01a1ff9a-1113-79ee-8588-000000000006";

const HASH = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
const OTHER_HASH = "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9";
const TX = "baa5a0964d3320fbc0c6a922140453c8513ea24ab8fd0577034804a967248096";

export const examples = {
  identity: {
    createUser: { userId: NEWCOMER, biometricHash: HASH, nationality: "NG", ageYears: 30 },
    lockUser: { userId: EMMA, reason: "SUSPICIOUS_ACTIVITY" },
    unlockUser: { userId: EMMA },
    requestRelationship: { objectId: BOLA, type: "PARENT" },
    confirmRelationship: { relationshipId: RELATIONSHIP },
    rejectRelationship: { relationshipId: RELATIONSHIP },
    nominateGuardians: { guardians: [BOLA, CHI, DAYO] },
    initiateRecovery: { userId: ADA, newBiometricHash: OTHER_HASH },
    confirmRecovery: { sessionId: RECOVERY },
    cancelRecovery: { sessionId: RECOVERY },
  },
  admin: {
    bootstrapSystem: { profile: "devnet", admins: [ADMIN], parameters: [{ id: "quorumVotes", value: 3 }] },
    initializeCountryData: {
      countries: [
        { code: "NG", name: "Nigeria", region: "Africa", share: "0.03384748" },
        { code: "US", name: "United States", region: "North America", share: "0.03194263" },
      ],
    },
    pauseSystem: { reason: "maintenance" },
    resumeSystem: {},
    updateSystemParameter: { parameterId: "loanMinTrust", value: 80 },
    revokeAdmin: { adminId: OTHER_ADMIN, reason: "left the team" },
    disburseFromPool: { pool: "CHARITABLE", to: `org_${BAKERY}`, amount: "250000000", remark: "flour for the flood" },
    appointAdmin: { adminId: OTHER_ADMIN },
    activateTreasury: { countryCode: "NG" },
    foldDeltas: { accountId: "treasury_NG", txIds: [TX] },
  },
  tokenomics: {
    transfer: { to: BOLA, amount: "50000000", remark: "rent" },
    distributeGenesis: { userId: FINN, ageYears: 13 },
    transferInternal: {
      ...{ type: "TREASURY_PAYMENT", from: "treasury_NG", to: `org_${BAKERY}`, amount: "100000000" },
      remark: "school bread",
    },
    freezeWallet: { accountId: EMMA, reason: "COURT_ORDER" },
    unfreezeWallet: { accountId: EMMA },
  },
  organization: {
    proposeOrganization: { name: "Bakery", type: "BUSINESS", country: "NG", stakeholders: [ADA, CHI] },
    proposeGovernmentOrganization: { name: "City of Lagos", country: "NG", stakeholders: [BOLA, DAYO] },
    endorseMembership: { organizationId: BAKERY },
    activateOrganization: { organizationId: BAKERY },
    defineAuthRule: {
      ...{ organizationId: BAKERY, ruleId: "daily", amountAbove: "0" },
      ...{ requiredApprovers: 2, approverGroup: [ADA, CHI] },
    },
    initiateMultiSigTx: { organizationId: BAKERY, to: EMMA, amount: "40000000", remark: "invoice 7" },
    approveMultiSigTx: { multiSigTxId: PAYMENT },
    rejectMultiSigTx: { multiSigTxId: PAYMENT },
    lockOrganization: { organizationId: BAKERY, reason: "COMPLIANCE_REVIEW" },
    unlockOrganization: { organizationId: BAKERY },
  },
  loanpool: {
    applyForLoan: { amount: "1000000000", collateralHash: HASH, purposeHash: OTHER_HASH },
    approveLoan: { loanId: LOAN },
    rejectLoan: { loanId: LOAN, reason: "the collateral is not worth it" },
    repayLoan: { loanId: LOAN, amount: "400000000" },
    markLoanDefaulted: { loanId: LOAN },
  },
  governance: {
    submitProposal: { parameterId: "feeP2pLocalHighBps", newValue: 8, title: "Cheaper large payments at home" },
    castVote: { proposalId: PROPOSAL, support: true },
    executeProposal: { proposalId: PROPOSAL },
  },
  tax: {
    applyVelocityTax: { accountId: ADA },
    setTaxExemption: { accountId: `org_${BAKERY}`, exempt: true },
    redistribute: { recipients: [FINN, BOLA], amount: "28993375" },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, object>>>>;

/** The example of a command; undefined while it has none. */
export function exampleOf({ domain, mutation }: { readonly domain: string; readonly mutation: string }) {
  const ofDomain = (examples as Readonly<Record<string, Readonly<Record<string, object>>>>)[domain];
  return ofDomain?.[mutation];
}
