// A small world for suites of the graph: bootstrap, two countries, Ada (NG), Emma (US), and a transfer of Emma's to Ada.
import { admin } from "../../catalogue/events/admin.js";
import { governance } from "../../catalogue/events/governance.js";
import { identity } from "../../catalogue/events/identity.js";
import { loanpool } from "../../catalogue/events/loanpool.js";
import { organization } from "../../catalogue/events/organization.js";
import { tax } from "../../catalogue/events/tax.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { slotsOf } from "../../catalogue/economy.js";
import { parameterIds, parameters } from "../../catalogue/parameters.js";
import { NOW, type Event, type History } from "../projector/history.js";

export const ADMIN = "00000000-0000-7000-8000-000000000002";
export const ADA = "0b1d0000-0000-4000-8000-00000000000a";
export const EMMA = "0b1d0000-0000-4000-8000-00000000000e";
export const NOBODY = "0b1d0000-0000-4000-8000-0000000000ff";
export const AT = new Date(NOW * 1_000).toISOString();
export const CHI = "0b1d0000-0000-4000-8000-00000000000c";
/** An organization of Ada and Chi, and a payment of it that waits for Chi. */
export const BAKERY = "0b1d0000-0000-4000-8000-0000000000b0";
export const FLOUR = "0b1d0000-0000-4000-8000-0000000000b1";
/** A proposal of ADMIN's, with a vote of Ada's. */
export const CHEAPER = "0b1d0000-0000-4000-8000-0000000000c0";
/** A loan of Ada's; the command that taxed Ada. */
export const LOAN = "0b1d0000-0000-4000-8000-0000000000d0";
export const ASSESSED = "0b1d0000-0000-4000-8000-0000000000d1";
/** Chi is a friend of Ada's, and Ada's guardians are Chi and two others. */
export const GUARDIANS = [CHI, "0b1d0000-0000-4000-8000-0000000000c1", "0b1d0000-0000-4000-8000-0000000000c2"];
export const FRIENDSHIP = "0b1d0000-0000-4000-8000-0000000000f1";
export const RECOVERY = "0b1d0000-0000-4000-8000-0000000000f2";
const TX = "f".repeat(64);

const countryRow = (code: string, name: string, region: string, units: number) => ({
  ...{ code, name, region, units, slots: slotsOf(units), share: `0.${String(units).padStart(8, "0")}` },
});

const born = (userId: string, nationality: string, key: number): Event[] => [
  identity.UserCreated({
    ...{ userId, nationality, ageYears: 30, status: "ACTIVE", trustScore: 10, genesisOutcome: "DISTRIBUTED" },
  }),
  tokenomics.BalanceChanged({ accountId: userId, balance: "500000000" }),
  tax.TaxTimerChanged({ accountId: userId, timerStart: NOW }),
  tokenomics.GenesisDistributed({ userId, nationality, ageYears: 30, phase: 1, amount: "500000000" }),
  tokenomics.TreasuryAllocated({
    ...{ countryCode: nationality, accountId: `treasury_${nationality}`, userId, phase: 1, amount: "50000000" },
  }),
  ...(["treasury_" + nationality, "MINTED_USER_GENESIS", "MINTED_GOVT_GENESIS"] as const).map((accountId) =>
    tokenomics.AccountCredited({
      ...{
        accountId,
        deltaKey: `${TX}~${key}`,
        amount: accountId === "MINTED_USER_GENESIS" ? "500000000" : "50000000",
      },
    }),
  ),
];

/** The bootstrap's and the countries' blocks. */
export async function begin(history: History): Promise<void> {
  await history.happened(
    [
      admin.SystemBootstrapped({ profile: "devnet", operatorMsp: "Org1MSP", admins: [ADMIN] }),
      admin.AdminAppointed({ adminId: ADMIN, appointedBy: ADMIN }),
      ...parameterIds.map((parameterId) =>
        admin.SystemParameterUpdated({
          ...{ parameterId, value: parameters[parameterId].default, previousValue: null, source: "BOOTSTRAP" as const },
        }),
      ),
    ],
    { command: "admin.bootstrapSystem" },
  );
  await history.happened(
    [
      admin.CountryDataInitialized({
        countries: [
          countryRow("NG", "Nigeria", "Africa", 3_384_748),
          countryRow("US", "United States", "North America", 3_194_263),
        ],
        ...{ totalCountries: 2, totalUnits: 6_579_011 },
      }),
    ],
    { command: "admin.initializeCountryData" },
  );
}

/** Everything; returns the id of the transfer. */
export async function newWorld(history: History): Promise<string> {
  await begin(history);
  await history.happened(born(ADA, "NG", 0), { command: "identity.createUser" });
  await history.happened(born(EMMA, "US", 1), { command: "identity.createUser" });
  return history.happened([
    tokenomics.TransferCompleted({
      ...{ from: EMMA, to: ADA, amount: "200000000", fee: "500000", kind: "P2P", scope: "CROSS_BORDER" },
      ...{ rateBps: 25, remark: "rent", multiSigTxId: null },
    }),
    tax.FeeCharged({ payer: EMMA, amount: "500000", kind: "P2P", scope: "CROSS_BORDER", rateBps: 25 }),
    tokenomics.BalanceChanged({ accountId: EMMA, balance: "299500000" }),
    tokenomics.BalanceChanged({ accountId: ADA, balance: "700000000" }),
    tokenomics.AccountCredited({ accountId: "SYSTEM_OPERATIONS_FUND", deltaKey: `${TX}~9`, amount: "500000" }),
  ]);
}

/** The bakery, active, and its payment to Emma that Ada has begun and Chi has yet to approve. */
export async function foundBakery(history: History): Promise<void> {
  const founded = { organizationId: BAKERY, organizationName: "Bakery", type: "BUSINESS", country: "NG" } as const;
  const [group, accountId] = [[ADA, CHI], `org_${BAKERY}`];
  const rule = { ruleId: "all", amountAbove: "0", requiredApprovers: 2, approverGroup: group };
  await history.happened(
    [
      organization.OrganizationProposed({ ...founded, stakeholders: group, proposerId: ADA, endorsements: [ADA] }),
      organization.AuthRuleDefined({ organizationId: BAKERY, ...rule, endorsements: [ADA] }),
      organization.MembershipEndorsed({ organizationId: BAKERY, userId: CHI, endorsements: group }),
      organization.OrganizationActivated({ ...founded, accountId }),
      tokenomics.BalanceChanged({ accountId, balance: "0" }),
    ],
    { command: "organization.activateOrganization" },
  );
  await history.happened(
    [
      organization.MultiSigTxInitiated({
        ...{ multiSigTxId: FLOUR, organizationId: BAKERY, initiatorId: ADA, to: EMMA, amount: "40000000" },
        ...{ remark: "flour", ruleId: "all", required: 2, approverGroup: group, approvals: [ADA] },
      }),
    ],
    { command: "organization.initiateMultiSigTx" },
  );
}

/** The proposal, one hour before its end, and Ada's vote for it. */
export async function putToVote(history: History): Promise<void> {
  const submitted = governance.ProposalSubmitted({
    ...{ proposalId: CHEAPER, parameterId: "feeP2pLocalHighBps", currentValue: 10, newValue: 8 },
    ...{ title: "Cheaper large payments at home", proposerId: ADMIN },
    ...{ quorumVotes: 3, approvalBps: 6_000, voterMinTrust: 20, endsAt: NOW + 3_600 },
  });
  await history.happened([submitted], { command: "governance.submitProposal", commandId: CHEAPER });
  const vote = governance.VoteCast({ proposalId: CHEAPER, voterId: ADA, support: true });
  await history.happened([vote], { command: "governance.castVote" });
}

/**
 * A loan of 1,000 GX to Ada, of which 400 GX came back; then the tax on what Ada holds, and 5 GX of it for Emma. Ada's trust is
 * 80 before the loan.
 */
export async function lendAndTax(history: History): Promise<void> {
  const loan = { loanId: LOAN, borrowerId: ADA };
  const family = { parents: 1, spouses: 1, siblings: 1, children: 0, friends: 0 };
  const trusted = { userId: ADA, score: 80, relationshipScore: 80, loanAdjustment: 0, ...family };
  await history.happened([identity.TrustScoreChanged(trusted)], { command: "identity.confirmRelationship" });
  const applied = { ...loan, amount: "1000000000", collateralHash: TX, purposeHash: null };
  await history.happened([loanpool.LoanApplied(applied)], { command: "loanpool.applyForLoan", commandId: LOAN });
  await history.happened(
    [
      loanpool.LoanApproved({
        ...{ ...loan, amount: "1000000000", fromStored: "0", minted: "1000000000" },
        ...{ approvedBy: ADMIN, dueAt: NOW + 31_536_000 },
      }),
      tokenomics.BalanceChanged({ accountId: ADA, balance: "1700000000" }),
      tokenomics.BalanceChanged({ accountId: "MINTED_LOAN", balance: "1000000000" }),
    ],
    { command: "loanpool.approveLoan" },
  );
  await history.happened(
    [
      loanpool.LoanRepaymentReceived({ ...loan, amount: "400000000", outstanding: "600000000" }),
      tokenomics.BalanceChanged({ accountId: ADA, balance: "1300000000" }),
      tokenomics.AccountCredited({ accountId: "SYSTEM_LOAN_POOL", deltaKey: `${TX}~20`, amount: "400000000" }),
    ],
    { command: "loanpool.repayLoan" },
  );
  const share = "19500000";
  await history.happened(
    [
      tax.VelocityTaxApplied({
        ...{ accountId: ADA, country: "NG", rateBps: 300, balanceBefore: "1300000000", tax: "39000000" },
        ...{ treasuryShare: share, redistributionShare: share },
      }),
      tokenomics.BalanceChanged({ accountId: ADA, balance: "1261000000" }),
      tax.TaxTimerChanged({ accountId: ADA, timerStart: NOW }),
      tokenomics.AccountCredited({ accountId: "treasury_NG", deltaKey: `${TX}~21`, amount: share }),
      tokenomics.AccountCredited({ accountId: "SYSTEM_REDISTRIBUTION_POOL", deltaKey: `${TX}~21`, amount: share }),
      tax.RedistributionCompleted({ recipients: [EMMA], share: "5000000", total: "5000000", remainder: "0" }),
      tokenomics.BalanceChanged({ accountId: EMMA, balance: "304500000" }),
      tokenomics.BalanceChanged({ accountId: "SYSTEM_REDISTRIBUTION_POOL", balance: "0" }),
    ],
    { command: "tax.applyVelocityTax", commandId: ASSESSED },
  );
}

/** Chi asks Ada to be a friend, and begins a recovery of Ada's access that stays open for a year. */
export async function befriend(history: History): Promise<void> {
  for (const [index, guardian] of GUARDIANS.entries()) await history.happened(born(guardian, "NG", 40 + index));
  await history.happened([identity.GuardiansNominated({ userId: ADA, guardians: GUARDIANS })]);
  const friendship = { relationshipId: FRIENDSHIP, subjectId: CHI, objectId: ADA, type: "FRIEND" } as const;
  await history.happened([identity.RelationshipRequested(friendship)]);
  await history.happened([
    identity.RecoveryInitiated({
      ...{ sessionId: RECOVERY, userId: ADA, initiatorId: CHI, guardians: GUARDIANS, required: 2 },
      expiresAt: NOW + 31_536_000,
    }),
  ]);
}
