// The vectors of multi-signature transactions (protocol.md 18.6) and the rules of organizations (8, 12), on the bundle that
// peers run, in `fabric-chaincode-node server`.
import { randomUUID } from "node:crypto";
import type { WireOutcome } from "../../catalogue/wire.js";
import type { Account, MultiSigTx, Organization } from "../../chaincode/state.js";
import {
  ADMIN,
  foundSystem,
  loadOf,
  named,
  startLedger,
  transfer,
  verdict,
  weightOf,
  type Ask,
  type Ran,
  type TestLedger,
} from "./ledger.js";
import {
  activate,
  approve,
  define,
  endorse,
  found,
  initiate,
  lock,
  newUsers,
  propose,
  proposeGovernment,
  reject,
  unlock,
} from "./organizations.js";
import { inChildProcess } from "./wires.js";

const GX = 1_000_000n;
const RULES = [
  [0n, 1, [0]],
  [1_000n * GX, 2, [0, 1, 2]],
  [10_000n * GX, 3, [0, 1, 2]],
] as const;

let ledger: TestLedger;
let [a, b, c, other]: [string, string, string, string] = ["", "", "", ""];

beforeAll(async () => {
  ledger = await startLedger(inChildProcess);
});
beforeEach(async () => {
  ledger.peer.state.clear();
  await foundSystem(ledger);
  [a, b, c, other] = (await newUsers(ledger, 4)) as [string, string, string, string];
});
afterAll(() => ledger.close());

const verdicts = ({ outcomes }: Ran) => outcomes.map(verdict);
const namesOf = (outcome: WireOutcome | undefined) => outcome?.events.map(({ name }) => name);
const organizationOf = (id: string) => ledger.at<Organization>(`org~${id}`);
const transactionOf = (id: string) => ledger.at<MultiSigTx>(`msig~${id}`);
const heldBy = (accountId: string) => ledger.at<Account>(`acct~${accountId}`)?.stored;

/** An account is given coins as no command gives them at once; the rules themselves see ordinary state. */
function holding(accountId: string, stored: bigint): void {
  const account = ledger.at<Account>(`acct~${accountId}`);
  ledger.given({
    [`acct~${accountId}`]: { ...account, stored: String(stored), taxTimerStart: stored < 100n * GX ? null : 1 },
  });
}

describe("multi-signature transactions (18.6)", () => {
  const foundWith = (rules: readonly (readonly [bigint, number, readonly number[]])[] = RULES) =>
    found(ledger, [a, b, c], { rules });

  it.each([
    [1_000n * GX, "r1"],
    [1_000n * GX + 1n, "r2"],
    [10_000n * GX, "r2"],
    [10_000n * GX + 1n, "r3"],
  ])("M1: takes for %s Q the rule %s", async (amount, ruleId) => {
    const [organizationId, id] = [await foundWith(), randomUUID()];
    const { outcomes } = await ledger.run(initiate(b, organizationId, other, amount, id));
    expect(named(outcomes[0], "MultiSigTxInitiated")).toMatchObject([{ multiSigTxId: id, ruleId }]);
    expect(transactionOf(id)).toMatchObject({ ruleId, status: "PENDING", amount: String(amount) });
  });

  it("M2: executes at once what one of the group may do alone", async () => {
    const [organizationId, id] = [await foundWith(), randomUUID()];
    const accountId = `org_${organizationId}`;
    await ledger.run(transfer(a, accountId, 150n * GX));
    const { outcomes, txId } = await ledger.run(initiate(a, organizationId, other, 100n * GX, id));
    expect(outcomes[0]?.events).toMatchObject([
      { name: "MultiSigTxInitiated", initiatorId: a, required: 1, approverGroup: [a], approvals: [a] },
      { name: "MultiSigTxExecuted", multiSigTxId: id, organizationId },
      { name: "TransferCompleted", from: accountId, to: other, kind: "MERCHANT", scope: "LOCAL", multiSigTxId: id },
      { name: "FeeCharged", payer: accountId, amount: "150000" },
      { name: "BalanceChanged", accountId, balance: "49850000" },
      { name: "TaxTimerChanged", accountId, timerStart: null },
      { name: "BalanceChanged", accountId: other, balance: "600000000" },
      { name: "AccountCredited", accountId: "SYSTEM_OPERATIONS_FUND", deltaKey: `${txId}~0`, amount: "150000" },
    ]);
    expect(transactionOf(id)).toEqual({
      ...{ multiSigTxId: id, organizationId, initiatorId: a, to: other, amount: "100000000", remark: null },
      ...{ ruleId: "r1", required: 1, approverGroup: [a], approvals: [a], status: "EXECUTED", failureCode: null },
    });
  });

  it("M3: leaves waiting what somebody outside of the group initiates, until one of the group approves", async () => {
    const [organizationId, id] = [await foundWith(), randomUUID()];
    holding(`org_${organizationId}`, 200n * GX);
    const first = await ledger.run(initiate(b, organizationId, other, GX, id));
    expect(namesOf(first.outcomes[0])).toEqual(["MultiSigTxInitiated"]);
    expect(transactionOf(id)).toMatchObject({ status: "PENDING", approvals: [] });
    const ran = await ledger.run(approve(b, id), approve(a, id));
    expect(verdicts(ran)).toEqual(["ACTOR_NOT_ALLOWED", "committed"]);
    expect(namesOf(ran.outcomes[1])?.slice(0, 3)).toEqual([
      ...["MultiSigTxApproved", "MultiSigTxExecuted", "TransferCompleted"],
    ]);
    expect(transactionOf(id)).toMatchObject({ status: "EXECUTED", approvals: [a] });
  });

  it("M4: counts each approval once, executes with the one that is enough, and takes none after it", async () => {
    const [organizationId, id] = [await foundWith(), randomUUID()];
    holding(`org_${organizationId}`, 3_000n * GX);
    await ledger.run(initiate(a, organizationId, other, 1_000n * GX + 1n, id));
    expect(transactionOf(id)).toMatchObject({ status: "PENDING", approvals: [a] });
    const ran = await ledger.run(approve(a, id), approve(b, id), approve(c, id));
    expect(verdicts(ran)).toEqual(["ALREADY_ACTED", "committed", "WRONG_STATE"]);
    expect(named(ran.outcomes[1], "MultiSigTxApproved")).toMatchObject([{ userId: b, approvals: [a, b] }]);
    expect(transactionOf(id)).toMatchObject({ status: "EXECUTED", approvals: [a, b] });
    expect(heldBy(other)).toBe(String(1_500n * GX + 1n));
  });

  it("M5: commits the approval and fails the transaction when the account holds too little", async () => {
    const [organizationId, id] = [await foundWith(), randomUUID()];
    holding(`org_${organizationId}`, 1_000n * GX + 1n);
    const ran = await ledger.run(initiate(a, organizationId, other, 1_000n * GX + 1n, id), approve(b, id));
    expect(verdicts(ran)).toEqual(["committed", "committed"]);
    expect(ran.outcomes[1]?.events).toMatchObject([
      { name: "MultiSigTxApproved", approvals: [a, b] },
      { name: "MultiSigTxFailed", multiSigTxId: id, organizationId, failureCode: "INSUFFICIENT_FUNDS" },
    ]);
    expect(transactionOf(id)).toMatchObject({ status: "FAILED", failureCode: "INSUFFICIENT_FUNDS" });
    expect([heldBy(`org_${organizationId}`), heldBy(other)]).toEqual(["1000000001", "500000000"]);
    expect(verdicts(await ledger.run(approve(c, id), reject(c, id)))).toEqual(["WRONG_STATE", "WRONG_STATE"]);
  });

  it("M6: refuses an amount that no rule covers", async () => {
    const organizationId = await foundWith([RULES[1]]);
    const ran = await ledger.run(
      initiate(a, organizationId, other, 1_000n * GX),
      initiate(a, organizationId, other, 1_000n * GX + 1n),
    );
    expect(verdicts(ran)).toEqual(["NO_RULE_APPLIES", "committed"]);
  });

  it("M7: ends with one rejection", async () => {
    const [organizationId, id] = [await foundWith(), randomUUID()];
    await ledger.run(initiate(a, organizationId, other, 2_000n * GX, id));
    const ran = await ledger.run(reject(other, id), reject(c, id), approve(b, id), reject(a, id));
    expect(verdicts(ran)).toEqual(["ACTOR_NOT_ALLOWED", "committed", "WRONG_STATE", "WRONG_STATE"]);
    expect(ran.outcomes[1]?.events).toMatchObject([{ name: "MultiSigTxRejected", multiSigTxId: id, userId: c }]);
    expect(transactionOf(id)).toMatchObject({ status: "REJECTED", approvals: [a] });
  });

  it("M8: begins endorsements anew when a rule is changed", async () => {
    const id = randomUUID();
    await ledger.run(propose(a, [a, b, c], {}, id), define(a, id, "r1", 0n, 1, [a]));
    const ran = await ledger.run(endorse(b, id), define(c, id, "r1", 5n, 2, [a, b]), activate(a, id));
    expect(verdicts(ran)).toEqual(["committed", "committed", "NOT_ALL_ENDORSED"]);
    expect(named(ran.outcomes[1], "AuthRuleDefined")).toMatchObject([{ endorsements: [c] }]);
    expect(organizationOf(id)).toMatchObject({
      ...{ endorsements: [c], status: "PENDING_ENDORSEMENT" },
      rules: [{ ruleId: "r1", amountAbove: "5", requiredApprovers: 2, approverGroup: [a, b] }],
    });
  });

  it("lets the initiator reject, and one who approved", async () => {
    const [organizationId, first, second] = [await foundWith(), randomUUID(), randomUUID()];
    await ledger.run(
      initiate(b, organizationId, other, GX, first),
      initiate(a, organizationId, other, 2_000n * GX, second),
    );
    expect(verdicts(await ledger.run(reject(b, first), reject(a, second)))).toEqual(["committed", "committed"]);
  });

  it("fails what is frozen and what the fee would eat up, and pays into common accounts without a fee", async () => {
    const [organizationId, frozen, small, exempt] = [await foundWith(), randomUUID(), randomUUID(), randomUUID()];
    const accountId = `org_${organizationId}`;
    holding(accountId, 10n * GX);
    const first = await ledger.run(
      initiate(a, organizationId, other, 1n, small),
      initiate(a, organizationId, "treasury_NG", GX, exempt),
    );
    expect(named(first.outcomes[0], "MultiSigTxFailed")).toMatchObject([{ failureCode: "FEE_EXCEEDS_AMOUNT" }]);
    expect(named(first.outcomes[1], "TransferCompleted")).toMatchObject([{ kind: "EXEMPT", scope: null, fee: "0" }]);
    expect(heldBy(accountId)).toBe(String(9n * GX));
    ledger.given({ [`acct~${accountId}`]: { ...ledger.at<Account>(`acct~${accountId}`), frozen: true } });
    const second = await ledger.run(initiate(a, organizationId, other, GX, frozen));
    expect(named(second.outcomes[0], "MultiSigTxFailed")).toMatchObject([{ failureCode: "ACCOUNT_FROZEN" }]);
  });

  it("refuses to initiate, to approve and to reject in the order of the protocol", async () => {
    const [organizationId, pending, id] = [await foundWith([RULES[1]]), randomUUID(), randomUUID()];
    const itself = `org_${organizationId}`;
    await ledger.run(propose(a, [a, b], {}, pending), initiate(b, organizationId, other, 2_000n * GX, id));
    const ran = await ledger.run(
      initiate(other, randomUUID(), itself, 1n),
      initiate(other, organizationId, itself, 1n),
      initiate(other, pending, `org_${pending}`, 1n),
      initiate(a, pending, `org_${pending}`, 1n),
      initiate(a, organizationId, itself, 1n),
      initiate(a, organizationId, `org_${pending}`, 1n),
      initiate(a, organizationId, other, 1n),
      approve(other, randomUUID()),
      reject(other, randomUUID()),
    );
    expect(verdicts(ran)).toEqual([
      ...["NOT_FOUND", "ACTOR_NOT_ALLOWED", "ACTOR_NOT_ALLOWED", "ORGANIZATION_NOT_ACTIVE"],
      ...["SELF_ACTION", "NOT_FOUND", "NO_RULE_APPLIES", "NOT_FOUND", "NOT_FOUND"],
    ]);
    await ledger.run(lock(organizationId));
    const locked = await ledger.run(
      initiate(a, organizationId, itself, 1n),
      approve(other, id),
      transfer(other, itself, GX),
      reject(b, id),
      approve(other, id),
    );
    expect(verdicts(locked)).toEqual([
      ...["ORGANIZATION_NOT_ACTIVE", "ORGANIZATION_NOT_ACTIVE", "committed", "committed", "WRONG_STATE"],
    ]);
  });

  it("knows a transaction and an organization that are asked for", async () => {
    const [organizationId, multiSigTxId] = [await foundWith(), randomUUID()];
    await ledger.run(initiate(b, organizationId, other, GX, multiSigTxId));
    expect(await ledger.query("multiSigTx", { multiSigTxId })).toEqual(transactionOf(multiSigTxId));
    expect(await ledger.query("organization", { organizationId })).toEqual(organizationOf(organizationId));
    expect(await ledger.query("organization", { organizationId: multiSigTxId })).toBeNull();
  });
});

describe("organizations (8)", () => {
  it("come into being with a proposal, a rule, all endorsements and an activation", async () => {
    const id = randomUUID();
    const ran = await ledger.run(
      propose(a, [a, b], { name: "Bakery" }, id),
      define(a, id, "all", 0n, 2, [a, b]),
      activate(a, id),
      endorse(b, id),
      activate(b, id),
    );
    expect(verdicts(ran)).toEqual(["committed", "committed", "NOT_ALL_ENDORSED", "committed", "committed"]);
    const accountId = `org_${id}`;
    const common = { organizationId: id, organizationName: "Bakery", type: "BUSINESS", country: "NG" };
    const [proposed, defined, , endorsed, activated] = ran.outcomes.map(({ events }) => events);
    expect(proposed).toMatchObject([{ ...common, stakeholders: [a, b], proposerId: a, endorsements: [a] }]);
    expect(defined).toMatchObject([{ ruleId: "all", amountAbove: "0", requiredApprovers: 2, approverGroup: [a, b] }]);
    expect(endorsed).toMatchObject([{ name: "MembershipEndorsed", userId: b, endorsements: [a, b] }]);
    expect(activated).toMatchObject([
      { name: "OrganizationActivated", ...common, accountId },
      { name: "BalanceChanged", accountId, balance: "0" },
    ]);
    expect(organizationOf(id)).toEqual({
      ...{ organizationId: id, name: "Bakery", type: "BUSINESS", country: "NG", proposerId: a, createdAt: ledger.now },
      ...{ stakeholders: [a, b], endorsements: [a, b], status: "ACTIVE" },
      rules: [{ ruleId: "all", amountAbove: "0", requiredApprovers: 2, approverGroup: [a, b] }],
    });
    expect(ledger.at(`acct~${accountId}`)).toEqual({
      ...{ accountId, kind: "ORGANIZATION", country: "NG", stored: "0", frozen: false, freezeReason: null },
      ...{ taxExempt: false, taxTimerStart: null, status: null },
    });
    const late = await ledger.run(endorse(b, id), define(a, id, "x", 1n, 1, [a]), activate(a, id));
    expect(verdicts(late)).toEqual(["WRONG_STATE", "WRONG_STATE", "WRONG_STATE"]);
  });

  it("of a government are proposed by an admin, who endorses nothing", async () => {
    const id = randomUUID();
    const ran = await ledger.run(proposeGovernment(ADMIN, [a, b], {}, id));
    expect(ran.outcomes[0]?.events).toMatchObject([{ type: "GOVERNMENT", proposerId: ADMIN, endorsements: [] }]);
    expect(verdicts(await ledger.run(proposeGovernment(a, [a, b])))).toEqual(["ACTOR_NOT_ADMIN"]);
    const next = await ledger.run(define(b, id, "r", 0n, 1, [a]), endorse(b, id), endorse(a, id), activate(a, id));
    expect(verdicts(next)).toEqual(["committed", "ALREADY_ACTED", "committed", "committed"]);
  });

  it("refuse a proposal in the order of the protocol", async () => {
    const [nobody, locked] = [randomUUID(), c];
    ledger.given({ [`user~${locked}`]: { ...ledger.at<object>(`user~${locked}`), status: "LOCKED" } });
    const ran = await ledger.run(
      propose(a, [b, nobody], { country: "QQ" }),
      propose(a, [a, nobody], { country: "QQ" }),
      propose(a, [a, locked, nobody]),
      propose(a, [a, locked]),
      propose(locked, [a, locked]),
      propose(a, [a]),
      propose(a, [a, b], { type: "GOVERNMENT" }),
    );
    expect(verdicts(ran)).toEqual([
      ...["ACTOR_NOT_ALLOWED", "COUNTRY_NOT_INITIALIZED", "NOT_FOUND", "USER_NOT_ACTIVE", "ACTOR_NOT_ACTIVE"],
      ...["INVALID_INPUT", "INVALID_INPUT"],
    ]);
    const government = await ledger.run(
      proposeGovernment(ADMIN, [a, nobody], { country: "QQ" }),
      proposeGovernment(ADMIN, [a, locked, nobody]),
      proposeGovernment(ADMIN, [a, locked]),
    );
    expect(verdicts(government)).toEqual(["COUNTRY_NOT_INITIALIZED", "NOT_FOUND", "USER_NOT_ACTIVE"]);
  });

  it("refuse endorsements, rules and activation in the order of the protocol", async () => {
    const [id, none] = [randomUUID(), randomUUID()];
    const group = [a, b];
    await ledger.run(propose(a, group, {}, id));
    const ran = await ledger.run(
      ...[endorse(other, none), endorse(other, id), endorse(a, id)],
      ...[activate(other, none), activate(other, id), activate(a, id)],
      ...[define(other, none, "r", 0n, 1, [a]), define(other, id, "r", 0n, 1, [a])],
    );
    expect(verdicts(ran)).toEqual([
      ...["NOT_FOUND", "ACTOR_NOT_ALLOWED", "ALREADY_ACTED"],
      ...["NOT_FOUND", "ACTOR_NOT_ALLOWED", "NO_RULE_DEFINED"],
      ...["NOT_FOUND", "ACTOR_NOT_ALLOWED"],
    ]);
  });

  it("take no rule of outsiders, of too many approvers or of a threshold that another has, and at most 10", async () => {
    const id = randomUUID();
    const group = [a, b];
    await ledger.run(propose(a, group, {}, id), define(a, id, "r0", 0n, 1, group));
    const bad = await ledger.run(
      define(a, id, "r1", 1n, 1, [a, c]),
      define(a, id, "r1", 1n, 3, group),
      define(a, id, "r1", 0n, 1, group),
      define(a, id, "r1", 1n, 0, group),
    );
    expect(verdicts(bad)).toEqual(["RULE_INVALID", "RULE_INVALID", "RULE_INVALID", "INVALID_INPUT"]);
    const more = Array.from({ length: 9 }, (_, n): Ask => define(b, id, `r${n + 1}`, BigInt(n + 1), 2, group));
    const full = await ledger.run(...more, define(a, id, "r10", 10n, 1, group), define(a, id, "r0", 7n, 1, group));
    expect(verdicts(full)).toEqual([...more.map(() => "committed"), "LIMIT_EXCEEDED", "RULE_INVALID"]);
    // A rule may keep its own threshold, and keeps its place.
    expect(verdicts(await ledger.run(define(a, id, "r0", 0n, 2, [b, a])))).toEqual(["committed"]);
    expect(organizationOf(id)?.rules[0]).toMatchObject({ ruleId: "r0", requiredApprovers: 2, approverGroup: [b, a] });
    expect(organizationOf(id)).toMatchObject({ endorsements: [a] });
  });

  it("are locked and unlocked by admins, and receive while they are locked", async () => {
    const [pending, active] = [randomUUID(), await found(ledger, [a, b], { rules: [[0n, 1, [0]]] })];
    await ledger.run(propose(a, [a, b], {}, pending));
    const ran = await ledger.run(
      ...[lock(pending), unlock(active), lock(randomUUID()), unlock(randomUUID()), lock(active, a)],
      ...[lock(active), lock(active), unlock(active)],
    );
    expect(verdicts(ran)).toEqual([
      ...["WRONG_STATE", "WRONG_STATE", "NOT_FOUND", "NOT_FOUND", "ACTOR_NOT_ADMIN"],
      ...["committed", "WRONG_STATE", "committed"],
    ]);
    expect(ran.outcomes[5]?.events).toMatchObject([{ name: "OrganizationLocked", reason: "COURT_ORDER" }]);
    expect(organizationOf(active)?.status).toBe("ACTIVE");
  });

  it("load their transactions with no more than the weight that the catalogue says", async () => {
    const id = randomUUID();
    const users = await newUsers(ledger, 20);
    const [first = ""] = users;
    const held = 10_000n * GX;
    const [receiver, payer] = [
      await found(ledger, users, { rules: [[0n, 1, [0]]], type: "GOVERNMENT", country: "US" }),
      await found(ledger, users, {
        rules: [
          [0n, 2, [0, 1]],
          [500n * GX, 1, [0]],
        ],
      }),
    ];
    holding(`org_${payer}`, held);
    const [transaction, second] = [randomUUID(), randomUUID()];
    const waiting = initiate(first, payer, `org_${receiver}`, 200n * GX, transaction);
    for (const asks of [
      ...[propose(first, users, {}, id), define(first, id, "r", 0n, 20, users), endorse(users[1] ?? "", id)],
      ...[waiting, approve(users[1] ?? "", transaction), initiate(first, payer, `org_${receiver}`, 9_900n * GX)],
      ...[initiate(first, payer, "SYSTEM_LOAN_POOL", GX, second), reject(first, second), lock(payer), unlock(payer)],
    ].map((ask) => [ask])) {
      const ran = await ledger.run(...asks);
      expect(verdicts(ran)).toEqual(["committed"]);
      expect(loadOf(ran)).toBeLessThanOrEqual(weightOf(asks));
    }
  });
});
