// The access matrix: every field and every mutation, asked by everybody, against the letters of protocol.md 16.
// The letters are written here once more, by hand: a field that is not listed fails.
import { isObjectType, type GraphQLObjectType, type GraphQLSchema, isLeafType, getNamedType } from "graphql";
import { commands, furnishedDomains, type FurnishedDomain } from "../../catalogue/index.js";
import type { Caller } from "../../platform/auth.js";
import { executableSchema } from "../../subgraphs/domains.js";
import { newGraph, nobody, type Graph } from "../gateway/graph.js";
import {
  ADA,
  ADMIN,
  ASSESSED,
  BAKERY,
  befriend,
  CHEAPER,
  EMMA,
  FLOUR,
  foundBakery,
  FRIENDSHIP,
  lendAndTax,
  LOAN,
  newWorld,
  putToVote,
  RECOVERY,
} from "../gateway/world.js";

type Letter = "P" | "U" | "S" | "A";
type Letters = Readonly<Record<string, Letter>>;
const all = (letter: Letter, names: string): Letters =>
  Object.fromEntries(names.split(" ").map((name) => [name, letter]));

/** Fields of entities (16.2 and the extensions of 16.3), by subgraph and type. */
const law: Readonly<Record<FurnishedDomain, Readonly<Record<string, Letters>>>> = {
  identity: {
    User: {
      ...all("U", "id displayName status"),
      ...all("S", "nationality ageYears createdAt trustScore trust genesisOutcome relationships guardians guardianOf"),
      ...all("S", "recoverySessions registration email birthDate"),
      lockReason: "A",
    },
    Relationship: all("S", "id subject object type status requestedAt decidedAt"),
    RecoverySession: all("S", "id user initiator guardians confirmations required status openedAt expiresAt"),
    Country: all("P", "code residents"),
  },
  tokenomics: {
    Wallet: {
      ...all("U", "id kind"),
      ...all("S", "balance stored pending frozen owner transactions"),
      ...all("A", "unfolded freezeReason"),
    },
    Transaction: all("S", "id wallet direction amount type counterparty remark command txId blockNumber at"),
    Pool: all("P", "id cap minted balance"),
    User: { id: "U", ...all("S", "wallet genesis") },
    Organization: { id: "U", wallet: "S" },
    Country: all("P", "code treasury"),
  },
  admin: {
    SystemParameter: all("P", "id type value default min max changeableBy updatedAt"),
    Country: all("P", "code name region share currentPhase slots treasuryStatus"),
    AdminAppointment: all("A", "id status appointedBy appointedAt revokedAt reason"),
    Command: {
      ...all("S", "id name operation domain signingRole status error attempts txId blockNumber txIndex batchIndex"),
      ...all("S", "acceptedAt submittedAt committedAt incomplete events"),
      ...all("A", "actorId input lastError"),
    },
  },
  organization: {
    Organization: {
      ...all("U", "id name type country status"),
      ...all("S", "stakeholders endorsements rules multiSigTxs proposedAt activatedAt"),
      lockReason: "A",
    },
    MultiSigTx: {
      ...all("S", "id organization initiator to amount remark ruleId required approverGroup approvals"),
      ...all("S", "status failureCode createdAt decidedAt"),
    },
    User: { id: "U", ...all("S", "organizations approvalsWaiting") },
  },
  loanpool: {
    Loan: {
      ...all("S", "id borrower amount outstanding status collateralHash purposeHash appliedAt approvedAt dueAt"),
      ...all("S", "closedAt repayments rejectionReason"),
      decidedBy: "A",
    },
    User: { id: "U", ...all("S", "loans loanEligibility") },
  },
  governance: {
    Proposal: {
      ...all("P", "id parameter currentValue newValue title status quorumVotes approvalBps voterMinTrust"),
      ...all("P", "votesFor votesAgainst submittedAt endsAt failureReason"),
      myVote: "U",
      ...all("A", "proposerId votes"),
    },
    Vote: all("S", "id proposal voter support at"),
    User: { id: "U", votes: "S" },
    SystemParameter: all("P", "id activeProposals"),
  },
  tax: {
    TaxAssessment: all("S", "id wallet rateBps balanceBefore tax treasuryShare redistributionShare at"),
    Redistribution: all("P", "id recipientCount share total remainder at"),
    User: { id: "U", taxStatus: "S" },
    Organization: { id: "U", taxStatus: "S" },
  },
};

/** Root fields, with arguments that concern Ada. */
const queries: Readonly<Record<FurnishedDomain, Readonly<Record<string, readonly [Letter, string]>>>> = {
  identity: {
    me: ["U", ""],
    user: ["U", `(id: "${ADA}")`],
    users: ["A", ""],
    pendingApprovals: ["A", ""],
    relationship: ["S", `(id: "${FRIENDSHIP}")`],
    recoverySession: ["S", `(id: "${RECOVERY}")`],
  },
  tokenomics: {
    wallet: ["S", `(id: "${ADA}")`],
    transactions: ["S", `(walletId: "${ADA}")`],
    transaction: ["S", "(id: $entry)"],
    supply: ["P", ""],
    pools: ["P", ""],
  },
  admin: {
    systemStatus: ["P", ""],
    systemParameter: ["P", `(id: "quorumVotes")`],
    systemParameters: ["P", ""],
    country: ["P", `(code: "NG")`],
    countries: ["P", ""],
    counters: ["P", ""],
    projectionStatus: ["U", ""],
    command: ["S", "(id: $command)"],
    myCommands: ["U", ""],
    commands: ["A", ""],
    adminAppointments: ["A", ""],
  },
  organization: {
    organization: ["U", `(id: "${BAKERY}")`],
    organizations: ["U", ""],
    multiSigTx: ["S", `(id: "${FLOUR}")`],
  },
  loanpool: { loan: ["S", `(id: "${LOAN}")`], loans: ["A", ""], loanPool: ["P", ""] },
  governance: { proposal: ["P", `(id: "${CHEAPER}")`], proposals: ["P", ""] },
  tax: {
    quoteFee: ["P", `(kind: P2P, scope: LOCAL, amount: "5")`],
    quoteTransfer: ["U", `(to: "SYSTEM_GX_POOL", amount: "5")`],
    feeSchedule: ["P", ""],
    taxAssessments: ["S", `(walletId: "${ADA}")`],
    taxDue: ["A", ""],
    redistributions: ["P", ""],
  },
};

const callers: Readonly<Record<string, Caller>> = {
  nobody,
  Ada: { sub: ADA, roles: ["USER"] },
  Emma: { sub: EMMA, roles: ["USER"] },
  "a partner": { sub: "00000000-0000-7000-8000-000000000003", roles: ["PARTNER_API"] },
  "an admin": { sub: ADMIN, roles: ["ADMIN"] },
  "a super admin": { sub: "00000000-0000-7000-8000-000000000001", roles: ["SUPER_ADMIN"] },
};
const isAdmin = (name: string) => name === "an admin" || name === "a super admin";

/** What the law answers to a caller; undefined: the field. */
function refusal(letter: Letter, name: string): string | undefined {
  const may =
    letter === "P" || isAdmin(name) || (letter === "U" && name !== "nobody") || (letter === "S" && name === "Ada");
  return may ? undefined : name === "nobody" ? "UNAUTHENTICATED" : "FORBIDDEN";
}

let graph: Graph;
let command: string;
let entry: string;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  await foundBakery(graph.history);
  await putToVote(graph.history);
  await lendAndTax(graph.history);
  await befriend(graph.history);
  // Ada asks for something: a command of her own, which is then on the ledger.
  const asked = await graph.ask<{ transfer: { commandId: string } }>(
    `mutation { transfer(to: "${EMMA}", amount: "5", idempotencyKey: "ada-asked-1") { commandId } }`,
    {},
    await graph.token("USER", ADA),
  );
  command = asked.data?.transfer.commandId ?? "";
  await graph.history.refused("INSUFFICIENT_FUNDS", { commandId: command });
  const { rows } = await graph.database.pool.query<{ id: string }>(
    "select id from read.entry where wallet_id = $1 limit 1",
    [ADA],
  );
  entry = rows[0]?.id ?? "";
});
afterAll(() => graph.close());

const keyOf = (type: string): Record<string, string> =>
  ({
    ...{
      User: { id: ADA },
      Country: { code: "NG" },
      Wallet: { id: ADA },
      Transaction: { id: entry },
      Pool: { id: "LOAN" },
    },
    ...{ Relationship: { id: FRIENDSHIP }, RecoverySession: { id: RECOVERY } },
    ...{ Organization: { id: BAKERY }, MultiSigTx: { id: FLOUR } },
    ...{ Proposal: { id: CHEAPER }, Vote: { id: `${CHEAPER}~${ADA}` } },
    ...{ Loan: { id: LOAN }, TaxAssessment: { id: ASSESSED }, Redistribution: { id: ASSESSED } },
    ...{ SystemParameter: { id: "quorumVotes" }, AdminAppointment: { id: ADMIN }, Command: { id: command } },
  })[type] as Record<string, string>;

const schemas = Object.fromEntries(furnishedDomains.map((domain) => [domain, executableSchema(domain)])) as Record<
  FurnishedDomain,
  GraphQLSchema
>;

const selection = (type: GraphQLObjectType, field: string) =>
  isLeafType(getNamedType(type.getFields()[field]?.type as never)) ? field : `${field} { __typename }`;

async function codesOf(
  domain: FurnishedDomain,
  caller: Caller,
  query: string,
  variables: object,
): Promise<string | undefined> {
  const { status, errors } = await graph.askSubgraph(domain, caller, query, variables);
  expect(status).toBe(200);
  return errors[0]?.extensions.code;
}

async function asked(domain: FurnishedDomain, type: string, representation: object, field: string, caller: Caller) {
  const object = schemas[domain].getType(type) as GraphQLObjectType;
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${selection(object, field)} } } }`;
  return codesOf(domain, caller, query, { r: [{ __typename: type, ...representation }] });
}

describe.each(furnishedDomains)("%s", (domain) => {
  const schema = schemas[domain];
  const keyed = (type: unknown): type is GraphQLObjectType =>
    isObjectType(type) &&
    (type.astNode?.directives ?? []).some(({ name, arguments: given }) => name.value === "key" && given?.length === 1);

  it("has exactly the entities and fields of the law", () => {
    const types = Object.values(schema.getTypeMap()).filter(keyed);
    const fields = Object.fromEntries(types.map((type) => [type.name, Object.keys(type.getFields()).sort()]));
    expect(fields).toEqual(
      Object.fromEntries(Object.entries(law[domain]).map(([type, of]) => [type, Object.keys(of).sort()])),
    );
    const roots = Object.keys(schema.getQueryType()?.getFields() ?? {}).filter((name) => !name.startsWith("_"));
    expect(roots.sort()).toEqual(Object.keys(queries[domain]).sort());
  });

  it.each(Object.keys(callers))("shows %s the fields of entities that the law allows, and no other", async (name) => {
    const found: Record<string, string | undefined> = {};
    const expected: Record<string, string | undefined> = {};
    for (const [type, letters] of Object.entries(law[domain])) {
      for (const [field, letter] of Object.entries(letters)) {
        found[`${type}.${field}`] = await asked(domain, type, keyOf(type), field, callers[name] as Caller);
        expected[`${type}.${field}`] = refusal(letter, name);
      }
    }
    expect(found).toEqual(expected);
  });

  it.each(Object.keys(callers))("answers %s the root fields that the law allows, and no other", async (name) => {
    const found: Record<string, string | undefined> = {};
    const expected: Record<string, string | undefined> = {};
    for (const [field, [letter, given]] of Object.entries(queries[domain])) {
      const types = given.includes("$entry") ? "($entry: ID!)" : given.includes("$command") ? "($command: UUID!)" : "";
      const inner = selection(schema.getQueryType() as GraphQLObjectType, field).slice(field.length);
      const code = await codesOf(domain, callers[name] as Caller, `query ${types} { ${field}${given}${inner} }`, {
        entry,
        command,
      });
      // Who is no user has no account to pay from: that is an answer, not a refusal.
      found[field] = code === "NOT_FOUND" ? undefined : code;
      expected[field] = refusal(letter, name);
    }
    expect(found).toEqual(expected);
  });
});

it.each(Object.keys(callers))(
  "shows %s all of a treasury's account and statement but the reason of a freeze",
  async (name) => {
    const caller = callers[name] as Caller;
    for (const field of Object.keys(law.tokenomics["Wallet"] ?? {})) {
      const expected = field === "freezeReason" ? refusal("A", name) : undefined;
      expect([field, await asked("tokenomics", "Wallet", { id: "treasury_NG" }, field, caller)]).toEqual([
        field,
        expected,
      ]);
    }
    const { rows } = await graph.database.pool.query<{ id: string }>(
      "select id from read.entry where wallet_id = 'treasury_NG' limit 1",
    );
    for (const field of Object.keys(law.tokenomics["Transaction"] ?? {})) {
      const open = await asked("tokenomics", "Transaction", { id: rows[0]?.id ?? "" }, field, caller);
      expect([field, open]).toEqual([field, undefined]);
    }
    expect(
      await codesOf("tokenomics", caller, `{ transactions(walletId: "treasury_NG") { edges { cursor } } }`, {}),
    ).toBeUndefined();
  },
);

it.each(Object.keys(callers))("counts the rows of a list for admins alone, asked by %s", async (name) => {
  const code = await codesOf("admin", callers[name] as Caller, "{ countries { totalCount } }", {});
  expect(code).toBe(refusal("A", name));
});

it("answers no subscription in a subgraph, whoever asks: values are read by queries, with their access", async () => {
  const asked = {
    admin: `subscription { commandUpdated(id: "${command}") { id } }`,
    tokenomics: `subscription { transactionAdded(walletId: "${ADA}") { id } }`,
  };
  for (const [domain, query] of Object.entries(asked)) {
    const subscriptions = schemas[domain as FurnishedDomain].getSubscriptionType()?.getFields() ?? {};
    expect(Object.keys(subscriptions)).toEqual([/\{ (\w+)/.exec(query)?.[1]]);
    for (const caller of Object.values(callers)) {
      expect(await codesOf(domain as FurnishedDomain, caller, query, {})).toBe("NOT_FOUND");
    }
  }
});

describe("mutations", () => {
  // Protocol.md 1.3 and 12.
  const mayAsk: Readonly<Record<string, readonly string[]>> = {
    "admin.bootstrapSystem": ["a super admin"],
    "admin.initializeCountryData": ["a super admin"],
    "admin.pauseSystem": ["a super admin"],
    "admin.resumeSystem": ["a super admin"],
    "admin.updateSystemParameter": ["a super admin"],
    "admin.revokeAdmin": ["a super admin"],
    "admin.disburseFromPool": ["a super admin"],
    "admin.appointAdmin": ["an admin", "a super admin"],
    "admin.activateTreasury": ["an admin", "a super admin"],
    "admin.foldDeltas": ["an admin", "a super admin"],
    "identity.createUser": ["a partner", "an admin", "a super admin"],
    "identity.lockUser": ["an admin", "a super admin"],
    "identity.unlockUser": ["an admin", "a super admin"],
    ...Object.fromEntries(
      "requestRelationship confirmRelationship rejectRelationship nominateGuardians initiateRecovery confirmRecovery cancelRecovery"
        .split(" ")
        .map((name) => [`identity.${name}`, ["Ada", "Emma", "a partner", "an admin", "a super admin"]]),
    ),
    "tokenomics.transfer": ["Ada", "Emma", "a partner", "an admin", "a super admin"],
    "tokenomics.distributeGenesis": ["an admin", "a super admin"],
    ...Object.fromEntries(
      ["applyForLoan", "repayLoan"].map((name) => [
        `loanpool.${name}`,
        ["Ada", "Emma", "a partner", "an admin", "a super admin"],
      ]),
    ),
    ...Object.fromEntries(
      "loanpool.approveLoan loanpool.rejectLoan loanpool.markLoanDefaulted tax.applyVelocityTax tax.setTaxExemption tax.redistribute"
        .split(" ")
        .map((name) => [name, ["an admin", "a super admin"]]),
    ),
    "governance.submitProposal": ["an admin", "a super admin"],
    "governance.castVote": ["Ada", "Emma", "a partner", "an admin", "a super admin"],
    "governance.executeProposal": ["an admin", "a super admin"],
    "tokenomics.transferInternal": ["an admin", "a super admin"],
    "tokenomics.freezeWallet": ["an admin", "a super admin"],
    "tokenomics.unfreezeWallet": ["an admin", "a super admin"],
    ...Object.fromEntries(
      "proposeOrganization endorseMembership activateOrganization defineAuthRule initiateMultiSigTx approveMultiSigTx rejectMultiSigTx"
        .split(" ")
        .map((name) => [`organization.${name}`, ["Ada", "Emma", "a partner", "an admin", "a super admin"]]),
    ),
    "organization.proposeGovernmentOrganization": ["an admin", "a super admin"],
    "organization.lockOrganization": ["an admin", "a super admin"],
    "organization.unlockOrganization": ["an admin", "a super admin"],
  };
  const founding = `name: "Bakery", country: "NG", stakeholders: ["${ADA}", "${EMMA}"]`;
  const inputs: Readonly<Record<string, string>> = {
    "admin.bootstrapSystem": `profile: devnet, admins: ["${ADMIN}"]`,
    "admin.initializeCountryData": `countries: [{ code: "DE", name: "Germany", share: "0.01000000" }]`,
    "admin.pauseSystem": `reason: "test"`,
    "admin.updateSystemParameter": `parameterId: "loanMinTrust", value: 80`,
    "admin.revokeAdmin": `adminId: "${ADA}", reason: "left"`,
    "admin.disburseFromPool": `pool: CHARITABLE, to: "${ADA}", amount: "5"`,
    "admin.appointAdmin": `adminId: "${ADA}"`,
    "admin.activateTreasury": `countryCode: "NG"`,
    "admin.foldDeltas": `accountId: "treasury_NG", txIds: ["${"0".repeat(64)}"]`,
    "identity.createUser": `userId: "${ADA}", biometricHash: "${"0".repeat(64)}", nationality: "NG", ageYears: 30`,
    "identity.lockUser": `userId: "${ADA}", reason: COURT_ORDER`,
    "identity.unlockUser": `userId: "${ADA}"`,
    "identity.requestRelationship": `objectId: "${ADA}", type: FRIEND`,
    "identity.confirmRelationship": `relationshipId: "${FRIENDSHIP}"`,
    "identity.rejectRelationship": `relationshipId: "${FRIENDSHIP}"`,
    "identity.nominateGuardians": `guardians: ["${ADA}", "${EMMA}", "${ADMIN}"]`,
    "identity.initiateRecovery": `userId: "${ADA}", newBiometricHash: "${"0".repeat(64)}"`,
    "identity.confirmRecovery": `sessionId: "${RECOVERY}"`,
    "identity.cancelRecovery": `sessionId: "${RECOVERY}"`,
    "tokenomics.transfer": `to: "SYSTEM_GX_POOL", amount: "5"`,
    "tokenomics.distributeGenesis": `userId: "${ADA}", ageYears: 30`,
    "loanpool.applyForLoan": `amount: "100000000", collateralHash: "${"0".repeat(64)}"`,
    "loanpool.approveLoan": `loanId: "${LOAN}"`,
    "loanpool.rejectLoan": `loanId: "${LOAN}", reason: "No"`,
    "loanpool.repayLoan": `loanId: "${LOAN}", amount: "5"`,
    "loanpool.markLoanDefaulted": `loanId: "${LOAN}"`,
    "tax.applyVelocityTax": `accountId: "${ADA}"`,
    "tax.setTaxExemption": `accountId: "${ADA}", exempt: true`,
    "tax.redistribute": `recipients: ["${ADA}"]`,
    "governance.submitProposal": `parameterId: "feeB2bLocalBps", newValue: 8, title: "Cheaper"`,
    "governance.castVote": `proposalId: "${CHEAPER}", support: true`,
    "governance.executeProposal": `proposalId: "${CHEAPER}"`,
    "tokenomics.transferInternal": `type: TREASURY_PAYMENT, from: "treasury_NG", to: "${ADA}", amount: "5"`,
    "tokenomics.freezeWallet": `accountId: "${ADA}", reason: COURT_ORDER`,
    "tokenomics.unfreezeWallet": `accountId: "${ADA}"`,
    "organization.proposeOrganization": `${founding}, type: NGO`,
    "organization.proposeGovernmentOrganization": founding,
    "organization.endorseMembership": `organizationId: "${BAKERY}"`,
    "organization.activateOrganization": `organizationId: "${BAKERY}"`,
    "organization.defineAuthRule": `organizationId: "${BAKERY}", ruleId: "r", amountAbove: "0", requiredApprovers: 1, approverGroup: ["${ADA}"]`,
    "organization.initiateMultiSigTx": `organizationId: "${BAKERY}", to: "${EMMA}", amount: "5"`,
    "organization.approveMultiSigTx": `multiSigTxId: "${FLOUR}"`,
    "organization.rejectMultiSigTx": `multiSigTxId: "${FLOUR}"`,
    "organization.lockOrganization": `organizationId: "${BAKERY}", reason: COURT_ORDER`,
    "organization.unlockOrganization": `organizationId: "${BAKERY}"`,
  };

  it.each(commands.map(({ name }) => name))("lets ask for %s whom the law lets", async (name) => {
    const { mutation, domain } = commands.find((each) => each.name === name) ?? { mutation: "", domain: "admin" };
    for (const [who, caller] of Object.entries(callers)) {
      const given = [inputs[name], `idempotencyKey: "${mutation}-${who.replace(/ /g, "-")}"`]
        .filter(Boolean)
        .join(", ");
      const code = await codesOf(
        domain as FurnishedDomain,
        caller,
        `mutation { ${mutation}(${given}) { commandId } }`,
        {},
      );
      const refused = who === "nobody" ? "UNAUTHENTICATED" : "FORBIDDEN";
      expect([who, code]).toEqual([who, mayAsk[name]?.includes(who) ? undefined : refused]);
    }
  });
});

describe("the caller statement", () => {
  const body = JSON.stringify({ query: "{ _service { sdl } me { id } }" });
  const entities = JSON.stringify({
    query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { nationality { code } } } }`,
    variables: { r: [{ __typename: "User", id: ADA }] },
  });
  const address = () => graph.subgraphs.find(({ domain }) => domain === "identity")?.url ?? "";
  const send = async (content: string, statement?: string) => {
    const headers = { "content-type": "application/json", ...(statement ? { "x-gx-caller": statement } : {}) };
    const response = await fetch(address(), { method: "POST", headers, body: content });
    return { status: response.status, text: await response.text() };
  };
  const admin: Caller = { sub: ADMIN, roles: ["ADMIN"] };

  it("lets a body through that it was made for", async () => {
    expect((await send(body, await graph.statements.sign(admin, "identity", body))).status).toBe(200);
  });

  it.each([
    ["none at all", () => undefined],
    ["one that is no statement", () => "abc"],
    ["a user's own token", () => graph.token("SUPER_ADMIN")],
    ["one for another body", () => graph.statements.sign(admin, "identity", body + " ")],
    ["one for another subgraph", () => graph.statements.sign(admin, "tokenomics", body)],
    [
      "one whose signature was touched",
      async () => {
        const [head, claims, seal = ""] = (await graph.statements.sign(admin, "identity", body)).split(".");
        return [head, claims, `${seal.startsWith("A") ? "B" : "A"}${seal.slice(1)}`].join(".");
      },
    ],
    [
      "one whose claims were touched",
      async () => {
        const [head, , seal] = (await graph.statements.sign(nobody, "identity", body)).split(".");
        const claims = { roles: ["ADMIN"], sub: ADMIN, aud: "identity", exp: 9_999_999_999 };
        return [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), seal].join(".");
      },
    ],
  ])("answers 401 and no row to %s", async (_, make) => {
    for (const content of [body, entities]) {
      const answer = await send(content, await make());
      expect(answer.status).toBe(401);
      expect(answer.text).not.toMatch(/"data"|_entities|sdl/);
    }
  });

  it("is demanded for every address and method, before a body is parsed", async () => {
    const base = new URL(address()).origin;
    expect((await fetch(`${base}/graphql?query={__typename}`)).status).toBe(401);
    expect((await fetch(`${base}/other`)).status).toBe(401);
    expect((await send("{ this is no JSON")).status).toBe(401);
    expect((await fetch(address(), { method: "POST", headers: { "content-type": "text/plain" }, body })).status).toBe(
      401,
    );
  });

  it("ends after 30 seconds", async () => {
    const now = Date.now;
    Date.now = () => now() - 31_000;
    const statement = await graph.statements.sign(admin, "identity", body).finally(() => (Date.now = now));
    expect((await send(body, statement)).status).toBe(401);
  });
});
