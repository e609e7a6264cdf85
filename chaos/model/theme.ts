// What a sequence is about: which commands come more often, so that the long ways of each domain are walked to their ends.
import type { SigningRole } from "../../catalogue/roles.js";

export interface Theme {
  readonly name: string;
  /** At most; half as many on average. */
  readonly transactions: number;
  /** Most commands of a transaction, where it differs from the usual mixture. */
  readonly batch?: number;
  /** How often each role signs, of the sum. */
  readonly roles: Readonly<Record<SigningRole, number>>;
  /** Domain or command → how many times as often as else. */
  readonly more: Readonly<Record<string, number>>;
  /** Country that everybody is of. */
  readonly country?: string;
}

const usual = { gx_super_admin: 18, gx_admin: 40, gx_partner_api: 42 };
const theme = (name: string, more: Theme["more"], given: Partial<Theme> = {}): Theme => ({
  ...{ name, transactions: 66, roles: usual, more },
  ...given,
});

const mixed = theme("mixed", {});
const people = theme("people", { identity: 4 }, { roles: { ...usual, gx_partner_api: 90 } });
const organizations = theme("organizations", { organization: 5 }, { roles: { ...usual, gx_partner_api: 110 } });
const loans = theme("loans", { loanpool: 6 });
const votes = theme("votes", { governance: 6 });
const taxes = theme("taxes", { tax: 5, "admin.foldDeltas": 3, "admin.disburseFromPool": 3 });
const office = theme("office", { admin: 3, "tokenomics.transferInternal": 3, "admin.activateTreasury": 3 });
/** Fills the genesis slots of a small country. */
const crowd = theme(
  "crowd",
  { "identity.createUser": 60, "tokenomics.distributeGenesis": 4 },
  { transactions: 16, batch: 50, country: "ZZ" },
);
/** Pays until a pool is empty. */
const drain = theme(
  "drain",
  { "admin.disburseFromPool": 400 },
  { transactions: 44, batch: 50, roles: { gx_super_admin: 90, gx_admin: 5, gx_partner_api: 5 } },
);

/** In the order in which sequences take them, over and over. */
export const themes: readonly Theme[] = [
  ...[mixed, people, organizations, loans, votes, taxes, office, crowd, organizations, loans],
  ...[people, votes, taxes, office, mixed, organizations, loans, drain, people, votes],
  ...[taxes, office, organizations, loans],
];

/** How often a command is asked for among those of its role, where not once. */
export const usually: Readonly<Record<string, number>> = {
  "admin.bootstrapSystem": 0.3,
  "admin.initializeCountryData": 2,
  "admin.pauseSystem": 1.5,
  "admin.resumeSystem": 0.5,
  "admin.updateSystemParameter": 2,
  "admin.revokeAdmin": 1.5,
  "admin.disburseFromPool": 5,
  "admin.foldDeltas": 3,
  "identity.createUser": 2.5,
  "identity.requestRelationship": 2.5,
  "identity.confirmRelationship": 2.5,
  "identity.nominateGuardians": 1.5,
  "identity.initiateRecovery": 1.5,
  "identity.confirmRecovery": 2,
  "tokenomics.transfer": 5,
  "tokenomics.transferInternal": 2,
  "organization.endorseMembership": 4,
  "organization.activateOrganization": 3,
  "organization.defineAuthRule": 2.5,
  "organization.initiateMultiSigTx": 3,
  "organization.approveMultiSigTx": 2.5,
  "loanpool.applyForLoan": 2.5,
  "loanpool.approveLoan": 3,
  "loanpool.repayLoan": 3,
  "loanpool.markLoanDefaulted": 2,
  "governance.submitProposal": 1.5,
  "governance.castVote": 3,
  "governance.executeProposal": 2,
  "tax.applyVelocityTax": 3,
  "tax.redistribute": 2,
};
