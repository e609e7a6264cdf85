// What a sequence is about: which commands come more often, so that the long ways of each domain are walked to their ends.
import type { SigningRole } from "../../catalogue/roles.js";

export interface Theme {
  readonly name: string;
  /** At most. */
  readonly transactions: number;
  /** Fewest transactions; 0 where none is given. */
  readonly least?: number;
  /** Commands of a transaction, where it differs from the usual mixture. */
  readonly batch?: number;
  /** How often each role signs, of the sum. */
  readonly roles: Readonly<Record<SigningRole, number>>;
  /** Domain or command → how many times as often as else. */
  readonly more: Readonly<Record<string, number>>;
  /** Command → fields that are the same in all that ask for nothing odd. */
  readonly fixed?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
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
  { transactions: 10, least: 4, batch: 20, fixed: { "identity.createUser": { nationality: "ZZ" } } },
);
/** Pays until a pool is empty. */
const drain = theme(
  "drain",
  { "admin.disburseFromPool": 400 },
  {
    ...{ transactions: 14, least: 13, batch: 40, roles: { gx_super_admin: 96, gx_admin: 2, gx_partner_api: 2 } },
    fixed: { "admin.disburseFromPool": { pool: "GX", amount: "100000000000000" } },
  },
);

/** In the order in which sequences take them, over and over. */
export const themes: readonly Theme[] = [
  ...[mixed, people, organizations, loans, votes, taxes, office, crowd, organizations, loans],
  ...[people, votes, taxes, office, mixed, organizations, loans, drain, people, votes],
  ...[taxes, office, organizations, loans],
];

/** How often a command is asked for among those of its role, where not once. What is seldom possible stands high. */
export const usually: Readonly<Record<string, number>> = {
  "admin.bootstrapSystem": 0.2,
  "admin.initializeCountryData": 1.5,
  "admin.pauseSystem": 1.5,
  "admin.resumeSystem": 0.3,
  "admin.updateSystemParameter": 1.5,
  "admin.revokeAdmin": 2,
  "admin.disburseFromPool": 4,
  "admin.foldDeltas": 2.5,
  "identity.createUser": 2,
  "identity.unlockUser": 2.5,
  "identity.requestRelationship": 2.5,
  "identity.confirmRelationship": 2,
  "identity.rejectRelationship": 2,
  "identity.nominateGuardians": 1.5,
  "identity.initiateRecovery": 2,
  "identity.confirmRecovery": 3,
  "identity.cancelRecovery": 2.5,
  "tokenomics.transfer": 4,
  "tokenomics.distributeGenesis": 2.5,
  "tokenomics.transferInternal": 1.5,
  "tokenomics.freezeWallet": 1.5,
  "tokenomics.unfreezeWallet": 3,
  "organization.endorseMembership": 4,
  "organization.activateOrganization": 3,
  "organization.defineAuthRule": 1.5,
  "organization.initiateMultiSigTx": 3.5,
  "organization.approveMultiSigTx": 4,
  "organization.rejectMultiSigTx": 2.5,
  "organization.lockOrganization": 2.5,
  "organization.unlockOrganization": 3.5,
  "loanpool.applyForLoan": 3,
  "loanpool.approveLoan": 4,
  "loanpool.rejectLoan": 2.5,
  "loanpool.repayLoan": 5,
  "loanpool.markLoanDefaulted": 4,
  "governance.submitProposal": 2,
  "governance.castVote": 3.5,
  "governance.executeProposal": 3,
  "tax.applyVelocityTax": 2,
  "tax.redistribute": 3,
};
