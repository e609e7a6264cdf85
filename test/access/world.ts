// One world in which every field of the graph holds something: people, an organization, a loan, a vote, taxes.
// Its rows come from blocks through the projector and from mutations; events are written as they stand in a block.
import { randomUUID } from "node:crypto";
import type { Graph } from "../gateway/graph.js";
import type { Event } from "../projector/history.js";
import type { Who } from "./law.js";

/** Ids by the names that the law uses after a dollar sign. */
export type Ids = Readonly<Record<string, string>>;

/** Where the story takes place. */
interface Stage {
  readonly graph: Graph;
  readonly id: People;
  readonly org: string;
  readonly orgAccount: string;
  readonly stakeholders: readonly string[];
  happened(command: string, ...events: Event[]): Promise<string>;
  /** Asks for a mutation; ids of the commands, where it makes any. */
  ask(sub: string, role: string, mutation: string): Promise<string[]>;
}

export interface World {
  readonly ids: Ids;
  /** Leaves a command as a submitter does that gave it up. */
  fail(id: string): Promise<void>;
  /** One more payment to the user and to the organization. */
  pay(): Promise<void>;
  /** `sub` and roles of the tokens. */
  readonly people: Readonly<Record<Exclude<Who, "nobody">, { sub: string; role: string }>>;
}

type Domain = Event["domain"];
const event = (domain: Domain, name: string, fields: object) => ({ name, domain, ...fields }) as unknown as Event;
const hash = () => `${randomUUID()}${randomUUID()}`.replaceAll("-", "");
const NOW = 1_800_000_000;
const DAY = 86_400;

const persons = ["ada", "emma", "chi", "dayo", "gbenga", "kemi", "lola", "uche", "dele", "rufus", "pia"] as const;

type People = Record<(typeof persons)[number], string>;

const SUPER_ADMIN = "00000000-0000-7000-8000-000000000001";
const ADMIN = "00000000-0000-7000-8000-000000000002";
const PARTNER = "00000000-0000-7000-8000-000000000003";

const settings: readonly (readonly [string, number])[] = [
  ...(["feeP2pLocalMidBps", "feeP2pLocalHighBps", "feeP2pCrossLowBps", "feeP2pCrossHighBps"] as const).map(
    (id, index) => [id, [5, 10, 15, 25][index] ?? 0] as const,
  ),
  ...(["feeMerchantLocalBps", "feeMerchantCrossBps", "feeGovernmentLocalBps"] as const).map(
    (id, index) => [id, [15, 30, 10][index] ?? 0] as const,
  ),
  ...([["feeGovernmentCrossBps", 20] as const, ["feeB2bLocalBps", 20], ["feeB2bCrossBps", 40]] as const),
  ...([
    ["velocityTaxPeriodSeconds", 30_672_000] as const,
    ["velocityTaxMinBps", 250],
    ["velocityTaxMaxBps", 600],
  ] as const),
  ...([
    ["quorumVotes", 3] as const,
    ["approvalBps", 6_000],
    ["voterMinTrust", 20],
    ["votingPeriodSeconds", 60],
  ] as const),
  ...([["loanMinTrust", 10] as const, ["loanTermSeconds", 31_536_000], ["recoveryPeriodSeconds", 604_800]] as const),
];

/** Slots of Nigeria and of the United States, protocol.md 18.2. */
const countries = [
  {
    ...{ code: "NG", name: "Nigeria", region: "Africa", share: "0.03384748", units: 3_384_748 },
    slots: [3_384_748, 6_769_496, 10_154_244, 13_538_992, 52_463_594, 82_926_326],
  },
  {
    ...{ code: "US", name: "United States", region: "North America", share: "0.03194263", units: 3_194_263 },
    slots: [3_194_263, 6_388_526, 9_582_789, 12_777_052, 49_511_076, 78_259_443],
  },
];

const balance = (accountId: string, stored: string) =>
  event("tokenomics", "BalanceChanged", { accountId, balance: stored });
const credit = (accountId: string, key: string, amount: string) =>
  event("tokenomics", "AccountCredited", { accountId, deltaKey: `${"f".repeat(64)}~${key}`, amount });
const timer = (accountId: string, timerStart: number | null) =>
  event("tax", "TaxTimerChanged", { accountId, timerStart });

const born = (userId: string, nationality: string, key: number): Event[] => [
  event("identity", "UserCreated", {
    ...{ userId, nationality, ageYears: 30, status: "ACTIVE", trustScore: 10, genesisOutcome: "DISTRIBUTED" },
  }),
  balance(userId, "500000000"),
  timer(userId, NOW),
  event("tokenomics", "GenesisDistributed", { userId, nationality, ageYears: 30, phase: 1, amount: "500000000" }),
  event("tokenomics", "TreasuryAllocated", {
    ...{ countryCode: nationality, accountId: `treasury_${nationality}`, userId, phase: 1, amount: "50000000" },
  }),
  credit(`treasury_${nationality}`, String(key), "50000000"),
  credit("MINTED_USER_GENESIS", String(key), "500000000"),
  credit("MINTED_GOVT_GENESIS", String(key), "50000000"),
];

const sent = (from: string, to: string, amount: string, multiSigTxId: string | null = null): Event[] => [
  event("tokenomics", "TransferCompleted", {
    ...{
      from,
      to,
      amount,
      fee: "150000",
      kind: "P2P",
      scope: "CROSS_BORDER",
      rateBps: 15,
      remark: "Rent",
      multiSigTxId,
    },
  }),
  event("tax", "FeeCharged", { payer: from, amount: "150000", kind: "P2P", scope: "CROSS_BORDER", rateBps: 15 }),
];

const trust = { score: 25, relationshipScore: 25, loanAdjustment: 0 };
const counts = { parents: 0, spouses: 0, siblings: 1, children: 0, friends: 0 };

async function fail(graph: Graph, commandId: string): Promise<void> {
  await graph.database.pool.query(
    "update app.command set status = 'FAILED', attempt = 5, failures = 5, submitted_at = now(), last_error = 'INTERNAL' where id = $1",
    [commandId],
  );
}

/** The system, its admins and two countries. */
async function founded({ happened }: Stage) {
  await happened(
    "admin.bootstrapSystem",
    event("admin", "SystemBootstrapped", { profile: "devnet", operatorMsp: "Org1MSP", admins: [ADMIN] }),
    event("admin", "AdminAppointed", { adminId: ADMIN, appointedBy: ADMIN }),
    ...settings.map(([parameterId, value]) =>
      event("admin", "SystemParameterUpdated", { parameterId, value, previousValue: null, source: "BOOTSTRAP" }),
    ),
  );
  await happened(
    "admin.initializeCountryData",
    event("admin", "CountryDataInitialized", { countries, totalCountries: 2, totalUnits: 6_579_011 }),
  );
  const revoked = randomUUID();
  await happened("admin.appointAdmin", event("admin", "AdminAppointed", { adminId: revoked, appointedBy: ADMIN }));
  await happened(
    "admin.revokeAdmin",
    event("admin", "AdminRevoked", { adminId: revoked, revokedBy: ADMIN, reason: "Left" }),
  );
  await happened(
    "admin.activateTreasury",
    event("admin", "TreasuryActivated", { countryCode: "NG", accountId: "treasury_NG" }),
  );
  return { revoked };
}

/** Registered off chain: Ada and Rufus are approved, Dele is denied, Pia waits. */
async function registered({ graph, id, happened, ask }: Stage) {
  for (const name of ["ada", "rufus", "dele", "pia"] as const) {
    await ask(
      id[name],
      "USER",
      `registerUser(displayName: "${name}", email: "${name}@example.org", birthDate: "1996-05-17", nationality: "NG", biometricHash: "${hash()}") { id }`,
    );
    await ask(id[name], "USER", `submitKyc(evidenceHash: "${hash()}") { id }`);
  }
  for (const name of ["ada", "rufus"] as const) await ask(ADMIN, "ADMIN", `approveUser(id: "${id[name]}") { id }`);
  await ask(ADMIN, "ADMIN", `denyUser(id: "${id.dele}", reason: "The evidence cannot be read.") { id }`);
  const [adasCreation = "", rufussCreation = ""] = await ask(
    ADMIN,
    "ADMIN",
    `registerOnChain(ids: ["${id.ada}", "${id.rufus}"], idempotencyKey: "on-chain-1") { commandId }`,
  );
  await graph.history.happened(born(id.ada, "NG", 0), { command: "identity.createUser", commandId: adasCreation });
  await graph.history.refused("BIOMETRIC_IN_USE", { command: "identity.createUser", commandId: rufussCreation });
  // Long ago, so that the tax of an account is due by any clock.
  const longAgo = 1_600_000_000;
  const others = ["emma", "chi", "dayo", "gbenga", "kemi", "lola", "uche"] as const;
  for (const [index, name] of others.entries())
    await happened("identity.createUser", ...born(id[name], name === "emma" ? "US" : "NG", index + 1));

  await happened("tax.setTaxExemption", timer(id.lola, longAgo));
  return {};
}

/** Ada and Chi are siblings; Gbenga, Kemi and Lola guard Ada, who was recovered; Uche is locked. */
async function related({ id, happened }: Stage) {
  const relationship = randomUUID();
  const pair = { relationshipId: relationship, subjectId: id.ada, objectId: id.chi, type: "SIBLING" };
  await happened("identity.requestRelationship", event("identity", "RelationshipRequested", pair));
  await happened(
    "identity.confirmRelationship",
    event("identity", "RelationshipConfirmed", pair),
    ...[id.ada, id.chi].map((userId) => event("identity", "TrustScoreChanged", { userId, ...trust, ...counts })),
  );
  const guardians = [id.gbenga, id.kemi, id.lola];
  await happened("identity.nominateGuardians", event("identity", "GuardiansNominated", { userId: id.ada, guardians }));
  const session = randomUUID();
  await happened(
    "identity.initiateRecovery",
    event("identity", "RecoveryInitiated", {
      ...{ sessionId: session, userId: id.ada, initiatorId: id.gbenga, guardians, required: 2, expiresAt: NOW + DAY },
    }),
  );
  await happened(
    "identity.confirmRecovery",
    event("identity", "RecoveryConfirmed", { sessionId: session, guardianId: id.kemi, confirmations: 2, required: 2 }),
    event("identity", "RecoveryCompleted", { sessionId: session, userId: id.ada }),
  );
  // Who guarded Ada then may see that recovery; who guards her since may not.
  const since = [id.emma, id.kemi, id.lola];
  const [ofAda, ofChi] = [
    { userId: id.ada, guardians: since },
    { userId: id.chi, guardians },
  ];
  await happened("identity.nominateGuardians", event("identity", "GuardiansNominated", ofAda));
  await happened("identity.nominateGuardians", event("identity", "GuardiansNominated", ofChi));
  await happened("identity.lockUser", event("identity", "UserLocked", { userId: id.uche, reason: "COURT_ORDER" }));
  return { relationship, session };
}

/** An organization of Chi and Dayo, with a rule, an account and a multi-signature transaction that failed. */
async function organized({ id, org, orgAccount, stakeholders, happened }: Stage) {
  const named = { organizationName: "Bakery", type: "BUSINESS", country: "NG" };
  await happened(
    "organization.proposeOrganization",
    event("organization", "OrganizationProposed", {
      ...{ organizationId: org, ...named, stakeholders, proposerId: id.chi, endorsements: [id.chi] },
    }),
  );
  await happened(
    "organization.defineAuthRule",
    event("organization", "AuthRuleDefined", {
      ...{ organizationId: org, ruleId: "r1", amountAbove: "0", requiredApprovers: 2, approverGroup: stakeholders },
      endorsements: [id.chi],
    }),
  );
  await happened(
    "organization.endorseMembership",
    event("organization", "MembershipEndorsed", { organizationId: org, userId: id.dayo, endorsements: stakeholders }),
  );
  await happened(
    "organization.activateOrganization",
    event("organization", "OrganizationActivated", { organizationId: org, accountId: orgAccount, ...named }),
    balance(orgAccount, "0"),
  );
  const initiated = (multiSigTxId: string, initiatorId: string) =>
    happened(
      "organization.initiateMultiSigTx",
      event("organization", "MultiSigTxInitiated", {
        ...{ multiSigTxId, organizationId: org, initiatorId, to: id.ada, amount: "700000000", remark: "Flour" },
        ...{ ruleId: "r1", required: 2, approverGroup: stakeholders, approvals: [initiatorId] },
      }),
    );
  const [multiSig, pending] = [randomUUID(), randomUUID()];
  await initiated(multiSig, id.chi);
  await initiated(pending, id.dayo);
  await happened(
    "organization.approveMultiSigTx",
    event("organization", "MultiSigTxApproved", { multiSigTxId: multiSig, userId: id.dayo, approvals: stakeholders }),
    event("organization", "MultiSigTxFailed", {
      ...{ multiSigTxId: multiSig, organizationId: org, failureCode: "INSUFFICIENT_FUNDS" },
    }),
  );
  return { multiSig, pending };
}

/** Payments: Ada pays the bakery by a command of her own, Emma pays Ada and the treasury. */
async function paid({ graph, id, org, orgAccount, happened, ask }: Stage) {
  const [command = ""] = await ask(
    id.ada,
    "USER",
    `transfer(to: "${orgAccount}", amount: "100000000", remark: "Rent", idempotencyKey: "rent-0001") { commandId }`,
  );
  await graph.history.happened(
    [
      ...sent(id.ada, orgAccount, "100000000"),
      balance(id.ada, "399850000"),
      balance(orgAccount, "100000000"),
      timer(orgAccount, NOW),
      credit("SYSTEM_OPERATIONS_FUND", "20", "150000"),
    ],
    { commandId: command },
  );
  await happened(
    "tokenomics.transfer",
    ...sent(id.emma, id.ada, "100000000"),
    balance(id.emma, "399850000"),
    balance(id.ada, "499850000"),
    credit("SYSTEM_OPERATIONS_FUND", "21", "150000"),
  );
  await happened(
    "tokenomics.transfer",
    event("tokenomics", "TransferCompleted", {
      ...{ from: id.emma, to: "treasury_NG", amount: "5", fee: "0", kind: "EXEMPT", scope: null, rateBps: 0 },
      ...{ remark: "A gift", multiSigTxId: null },
    }),
    balance(id.emma, "399849995"),
    credit("treasury_NG", "22", "5"),
  );
  await happened(
    "tokenomics.freezeWallet",
    event("tokenomics", "WalletFrozen", { accountId: id.ada, reason: "COURT_ORDER" }),
  );
  const [refused = ""] = await ask(
    id.ada,
    "USER",
    `transfer(to: "${id.emma}", amount: "100000000", idempotencyKey: "rent-0002") { commandId }`,
  );
  await graph.history.refused("ACCOUNT_FROZEN", { commandId: refused });
  await happened(
    "organization.lockOrganization",
    event("organization", "OrganizationLocked", { organizationId: org, reason: "COMPLIANCE_REVIEW" }),
  );
  return { command, refused };
}

/** A loan that was repaid, one that was rejected. */
async function lent({ id, happened }: Stage) {
  const [loan, rejectedLoan] = [randomUUID(), randomUUID()];
  const hashes = { collateralHash: hash(), purposeHash: hash() };
  for (const loanId of [loan, rejectedLoan])
    await happened(
      "loanpool.applyForLoan",
      event("loanpool", "LoanApplied", { loanId, borrowerId: id.ada, amount: "100000000", ...hashes }),
    );
  await happened(
    "loanpool.rejectLoan",
    event("loanpool", "LoanRejected", { loanId: rejectedLoan, borrowerId: id.ada, rejectedBy: ADMIN, reason: "No" }),
  );
  await happened(
    "loanpool.approveLoan",
    event("loanpool", "LoanApproved", {
      ...{ loanId: loan, borrowerId: id.ada, amount: "100000000", fromStored: "0", minted: "100000000" },
      ...{ approvedBy: ADMIN, dueAt: NOW + 365 * DAY },
    }),
    balance(id.ada, "599850000"),
    balance("MINTED_LOAN", "100000000"),
  );
  await happened(
    "loanpool.repayLoan",
    event("loanpool", "LoanRepaymentReceived", {
      ...{ loanId: loan, borrowerId: id.ada, amount: "100000000", outstanding: "0" },
    }),
    balance(id.ada, "499850000"),
    credit("SYSTEM_LOAN_POOL", "23", "100000000"),
    event("loanpool", "LoanRepaid", { loanId: loan, borrowerId: id.ada, trustEffect: 15 }),
    event("identity", "TrustScoreChanged", { userId: id.ada, ...trust, score: 40, loanAdjustment: 15, ...counts }),
  );
  return { loan, rejectedLoan };
}

/** A proposal that failed with Ada's vote, and one that is open. */
async function voted({ id, happened }: Stage) {
  const [proposal, open] = [randomUUID(), randomUUID()];
  for (const [proposalId, newValue] of [
    [proposal, 8],
    [open, 9],
  ] as const)
    await happened(
      "governance.submitProposal",
      event("governance", "ProposalSubmitted", {
        ...{ proposalId, parameterId: "feeP2pLocalHighBps", currentValue: 10, newValue, title: "A smaller fee" },
        ...{ proposerId: ADMIN, quorumVotes: 3, approvalBps: 6_000, voterMinTrust: 20, endsAt: NOW + 60 },
      }),
    );
  await happened(
    "governance.castVote",
    event("governance", "VoteCast", { proposalId: proposal, voterId: id.ada, support: true }),
  );
  await happened(
    "governance.executeProposal",
    event("governance", "ProposalFailed", {
      ...{ proposalId: proposal, votesFor: 1, votesAgainst: 0, reason: "QUORUM_NOT_REACHED" },
    }),
  );
  return { proposal, open, vote: `${proposal}~${id.ada}` };
}

/** Taxes of Ada and of the bakery, and what was paid out of them. */
async function taxed({ id, orgAccount, happened }: Stage) {
  const assess = (accountId: string, balanceBefore: string, tax: string, half: string, left: string, key: string) =>
    happened(
      "tax.applyVelocityTax",
      event("tax", "VelocityTaxApplied", {
        ...{
          accountId,
          country: "NG",
          rateBps: 250,
          balanceBefore,
          tax,
          treasuryShare: half,
          redistributionShare: half,
        },
      }),
      balance(accountId, left),
      timer(accountId, NOW),
      credit("treasury_NG", key, half),
      credit("SYSTEM_REDISTRIBUTION_POOL", key, half),
    );
  const assessment = await assess(id.ada, "499850000", "12496250", "6248125", "487353750", "24");
  const orgAssessment = await assess(orgAccount, "104000000", "2600000", "1300000", "101400000", "25");
  const redistribution = await happened(
    "tax.redistribute",
    event("tax", "RedistributionCompleted", {
      ...{ recipients: [id.kemi], share: "5", total: "5", remainder: "0" },
    }),
    balance("SYSTEM_REDISTRIBUTION_POOL", "7548120"),
    balance(id.kemi, "500000005"),
  );
  return { assessment, orgAssessment, redistribution };
}

/** Commands that were given up: one of Ada's, one of the super admin's. */
async function lost({ graph, id, ask }: Stage) {
  const lost = `transfer(to: "${id.emma}", amount: "5", idempotencyKey: "lost-0001") { commandId }`;
  const [failed = ""] = await ask(id.ada, "USER", lost);
  const pause = `pauseSystem(reason: "Maintenance", idempotencyKey: "lost-0001") { commandId }`;
  const [failedSuperAdmins = ""] = await ask(SUPER_ADMIN, "SUPER_ADMIN", pause);
  await fail(graph, failed);
  return { failed, failedSuperAdmins };
}

/** The system is paused at the end. */
async function ended({ happened }: Stage) {
  await happened("admin.pauseSystem", event("admin", "SystemPaused", { reason: "Maintenance", actor: ADMIN }));
  return {};
}

const line = async ({ graph }: Stage, walletId: string, type: string) => {
  const { rows } = await graph.database.pool.query<{ id: string }>(
    "select id from read.entry where wallet_id = $1 and type = $2 order by position limit 1",
    [walletId, type],
  );
  return rows[0]?.id ?? "no such line";
};

const linesOf = async (stage: Stage) => ({
  adasLine: await line(stage, stage.id.ada, "SENT"),
  emmasLine: await line(stage, stage.id.emma, "SENT"),
  orgLine: await line(stage, stage.orgAccount, "RECEIVED"),
  treasuryLine: await line(stage, "treasury_NG", "RECEIVED"),
  systemLine: await line(stage, "SYSTEM_OPERATIONS_FUND", "FEE_INCOME"),
});

function newStage(graph: Graph): Stage {
  const id = Object.fromEntries(persons.map((name) => [name, randomUUID()])) as People;
  const org = randomUUID();
  return {
    ...{ graph, id, org, orgAccount: `org_${org}`, stakeholders: [id.chi, id.dayo] },
    happened: (command, ...events) => graph.history.happened(events, { command }),
    ask: async (sub, role, mutation) => {
      const { data, errors } = await graph.ask<Record<string, { commandId: string }[] | { commandId: string }>>(
        `mutation { done: ${mutation} }`,
        {},
        await graph.token(role, sub),
      );
      if (!data) throw new Error(`${mutation}: ${JSON.stringify(errors)}`);
      return [data["done"] ?? []].flat().map(({ commandId }) => commandId);
    },
  };
}

export async function newWorld(graph: Graph): Promise<World> {
  const stage = newStage(graph);
  const { id, org, orgAccount } = stage;
  const story = [founded, registered, related, organized, paid, lent, voted, taxed, lost, ended, linesOf];
  let made: Ids = {};
  for (const step of story) made = { ...made, ...(await step(stage)) };
  return {
    people: {
      "the user": { sub: id.ada, role: "USER" },
      "another user": { sub: id.emma, role: "USER" },
      "a stakeholder": { sub: id.chi, role: "USER" },
      "a guardian": { sub: id.gbenga, role: "USER" },
      "a partner": { sub: PARTNER, role: "PARTNER_API" },
      "an admin": { sub: ADMIN, role: "ADMIN" },
      "a super admin": { sub: SUPER_ADMIN, role: "SUPER_ADMIN" },
    },
    fail: (commandId) => fail(graph, commandId),
    pay: async () =>
      void (await stage.happened(
        "tokenomics.transfer",
        ...sent(id.emma, id.ada, "1"),
        ...sent(id.emma, orgAccount, "1"),
      )),
    ids: {
      ...{ ...id, ...made, admin: ADMIN, org, orgAccount },
      ...{ none: randomUUID(), noAccount: `org_${randomUUID()}`, noLine: `${randomUUID()}~0~${id.ada}~SENT` },
    },
  };
}
