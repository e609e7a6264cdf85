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
  /** No two transactions share a block, where each would read what the one before wrote. */
  readonly alone?: true;
  /** Active persons before anything else is asked for. */
  readonly people: number;
  /** How often each role signs, of the sum. */
  readonly roles: Readonly<Record<SigningRole, number>>;
  /** Domain or command → how many times as often as else. */
  readonly more: Readonly<Record<string, number>>;
  /** Command → how many times as often, by how seldom it was committed so far. */
  readonly scarce?: Readonly<Record<string, number>>;
  /** Command → fields that are the same in all that ask for nothing odd. */
  readonly fixed?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const usual = { gx_super_admin: 18, gx_admin: 40, gx_partner_api: 42 };
const theme = (name: string, more: Theme["more"], given: Partial<Theme> = {}): Theme => ({
  ...{ name, transactions: 36, least: 18, people: 6, roles: usual, more },
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
  { "identity.createUser": 200, "tokenomics.distributeGenesis": 40 },
  {
    ...{ transactions: 9, least: 7, batch: 32, roles: { ...usual, gx_partner_api: 150 } },
    fixed: { "identity.createUser": { nationality: "ZZ" } },
  },
);
/** Pays until a pool is empty. */
const drain = theme(
  "drain",
  { "admin.disburseFromPool": 400 },
  {
    ...{ transactions: 12, least: 11, batch: 50, people: 1, alone: true },
    roles: { gx_super_admin: 96, gx_admin: 2, gx_partner_api: 2 },
    fixed: { "admin.disburseFromPool": { pool: "GX", amount: "100000000000000" } },
  },
);

const round = [mixed, people, organizations, loans, votes, taxes, office, organizations, loans, people] as const;
/** In the order in which sequences take them, over and over. */
export const themes: readonly Theme[] = [mixed, crowd, ...round, drain, ...round, crowd];
/** On a chain that goes on: a pool that was emptied once would be empty for all that come after. */
export const lasting: readonly Theme[] = [...round, crowd];

/** The theme that a command comes most often in. */
export const themeOf = (command: string): Theme =>
  round.find(({ more }) => Object.hasOwn(more, command.split(".")[0] ?? "")) ?? mixed;

/** How often a command is asked for among those of its role, where not once. What is seldom possible stands high. */
export const usually: Readonly<Record<string, number>> = {
  "admin.bootstrapSystem": 0.2,
  "admin.initializeCountryData": 1.5,
  "admin.pauseSystem": 5,
  "admin.resumeSystem": 0.3,
  "admin.updateSystemParameter": 1.5,
  "admin.revokeAdmin": 2,
  "admin.disburseFromPool": 4,
  "admin.foldDeltas": 5,
  "identity.createUser": 2,
  "identity.unlockUser": 5,
  "identity.requestRelationship": 2.5,
  "identity.confirmRelationship": 2,
  "identity.rejectRelationship": 2,
  "identity.nominateGuardians": 1.5,
  "identity.initiateRecovery": 2,
  "identity.confirmRecovery": 7,
  "identity.cancelRecovery": 7,
  "tokenomics.transfer": 4,
  "tokenomics.distributeGenesis": 2.5,
  "tokenomics.transferInternal": 1.5,
  "tokenomics.freezeWallet": 1.5,
  "tokenomics.unfreezeWallet": 3,
  "organization.endorseMembership": 4,
  "organization.activateOrganization": 7,
  "organization.defineAuthRule": 1.5,
  "organization.initiateMultiSigTx": 3.5,
  "organization.approveMultiSigTx": 7,
  "organization.rejectMultiSigTx": 3,
  "organization.lockOrganization": 4,
  "organization.unlockOrganization": 8,
  "loanpool.applyForLoan": 7,
  "loanpool.approveLoan": 12,
  "loanpool.rejectLoan": 3,
  "loanpool.repayLoan": 8,
  "loanpool.markLoanDefaulted": 10,
  "governance.submitProposal": 2,
  "governance.castVote": 8,
  "governance.executeProposal": 3,
  "tax.applyVelocityTax": 3,
  "tax.redistribute": 6,
};
