// The test vectors of protocol.md 18.1, 18.2 and 18.6 on the bundle that peers run, in `fabric-chaincode-node server`.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { WireEvent, WireOutcome } from "../../catalogue/wire.js";
import type { Slots, User } from "../../chaincode/state.js";
import {
  bootstrap,
  createUser,
  distributeGenesis,
  foundSystem,
  named,
  randomHash,
  startLedger,
  transfer,
  verdict,
  type Ask,
  type Ran,
  type TestLedger,
} from "./ledger.js";
import { initiate } from "./organizations.js";
import { inChildProcess } from "./wires.js";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger(inChildProcess);
});
beforeEach(async () => {
  ledger.peer.state.clear();
  await foundSystem(ledger);
});
afterAll(() => ledger.close());

const GX = 1_000_000n;
const balanceOf = async (accountId: string) => {
  const account = (await ledger.query("account", { accountId })) as { balance: string } | null;
  return account?.balance;
};
const newIds = () => [randomUUID(), randomUUID(), randomUUID(), randomUUID()] as const;
const verdicts = ({ outcomes }: Ran) => outcomes.map(verdict);

describe("fees (18.1)", () => {
  /** May pay alone for every organization of this suite. */
  const MEMBER = randomUUID();
  const organization = (id: string, type: string, country: string, stored = "0") => ({
    [`org~${id}`]: {
      ...{ organizationId: id, name: "A name", type, country, status: "ACTIVE", proposerId: MEMBER, createdAt: 1 },
      ...{ stakeholders: [MEMBER], endorsements: [MEMBER] },
      rules: [{ ruleId: "r", amountAbove: "0", requiredApprovers: 1, approverGroup: [MEMBER] }],
    },
    [`acct~org_${id}`]: account(`org_${id}`, "ORGANIZATION", country, stored),
  });
  const account = (accountId: string, kind: string, country: string, stored: string) => ({
    ...{ accountId, kind, country, stored, frozen: false, freezeReason: null, taxExempt: false },
    ...{ taxTimerStart: BigInt(stored) < 100n * GX ? null : 1, status: null },
  });
  const person = (userId: string, nationality: string, stored: string) => ({
    [`user~${userId}`]: {
      ...{ userId, nationality, ageYears: 30, biometricHash: randomHash(), status: "ACTIVE", guardians: [] },
      ...{ genesisPhase: null, createdAt: 1 },
    },
    [`acct~${userId}`]: account(userId, "USER", nationality, stored),
  });

  type Form = "user" | "BUSINESS" | "NGO" | "GOVERNMENT" | "treasury";
  const HELD = "1000000000000000000";

  /** Puts an account that holds HELD (payer) or nothing (receiver), and returns its id. */
  function holder(form: Form, country: string, stored: string): string {
    const id = randomUUID();
    if (form === "treasury") return `treasury_${country}`;
    ledger.given(form === "user" ? person(id, country, stored) : organization(id, form, country, stored));
    return form === "user" ? id : `org_${id}`;
  }

  /** A user pays by transfer, an organization by a multi-signature transaction. Events, or why it was not paid. */
  async function paid(from: string, to: string, amount: string): Promise<readonly WireEvent[] | string> {
    if (!from.startsWith("org_")) {
      const [outcome] = (await ledger.run(transfer(from, to, amount))).outcomes;
      return outcome?.code ?? outcome?.events ?? [];
    }
    ledger.given(person(MEMBER, "NG", "0"));
    const [outcome] = (await ledger.run(initiate(MEMBER, from.slice("org_".length), to, BigInt(amount)))).outcomes;
    const [failed] = named(outcome, "MultiSigTxFailed");
    return failed ? String(failed["failureCode"]) : (outcome?.events.slice(2) ?? []);
  }

  type Vector = [
    number: string,
    payer: Form,
    receiver: Form,
    kind: string,
    scope: string,
    amount: string,
    bps: number,
    fee: string,
  ];
  const table = (payer: Form, receiver: Form, kind: string, scope: string, rows: [string, string, number, string][]) =>
    rows.map(([number, ...row]): Vector => [number, payer, receiver, kind, scope, ...row]);

  it.each<Vector>([
    ...table("user", "user", "P2P", "LOCAL", [
      ["F1", "1", 0, "0"],
      ["F2", "2999999", 0, "0"],
      ["F3", "3000000", 5, "1500"],
      ["F4", "3000001", 5, "1501"],
      ["F5", "100000000", 5, "50000"],
      ["F6", "100000001", 10, "100001"],
      ["F7", "200000000", 10, "200000"],
    ]),
    ...table("user", "user", "P2P", "CROSS_BORDER", [
      ["F8", "1", 15, "FEE_EXCEEDS_AMOUNT"],
      ["F9", "2", 15, "1"],
      ["F10", "50", 15, "1"],
      ["F11", "666", 15, "1"],
      ["F12", "667", 15, "2"],
      ["F13", "10000", 15, "15"],
      ["F14", "1000000", 15, "1500"],
      ["F15", "5000000", 15, "7500"],
      ["F16", "100000000", 15, "150000"],
      ["F17", "100000001", 25, "250001"],
      ["F18", "200000000", 25, "500000"],
      ["F19", "9007199254740993", 25, "22517998136853"],
    ]),
    ...table("user", "BUSINESS", "MERCHANT", "LOCAL", [
      ["F20", "1", 15, "FEE_EXCEEDS_AMOUNT"],
      ["F21", "500000000", 15, "750000"],
    ]),
    ...table("user", "NGO", "MERCHANT", "CROSS_BORDER", [
      ["F22", "500000000", 30, "1500000"],
      ["F23", "333334", 30, "1001"],
    ]),
    ...table("BUSINESS", "user", "MERCHANT", "CROSS_BORDER", [["F23 the other way", "333334", 30, "1001"]]),
    ...table("user", "GOVERNMENT", "GOVERNMENT", "LOCAL", [["F24", "1001", 10, "2"]]),
    ...table("BUSINESS", "GOVERNMENT", "GOVERNMENT", "CROSS_BORDER", [["F25", "1000000000", 20, "2000000"]]),
    ...table("NGO", "BUSINESS", "B2B", "LOCAL", [["F26", "1000000000000001", 20, "2000000000001"]]),
    ...table("BUSINESS", "BUSINESS", "B2B", "CROSS_BORDER", [["F27", "1000000000", 40, "4000000"]]),
    ...table("user", "treasury", "EXEMPT", "null", [["F28", "1000000", 0, "0"]]),
    ...table("GOVERNMENT", "treasury", "EXEMPT", "null", [["F28 of a government", "1000000", 0, "0"]]),
  ])("%s: %s to %s is %s %s, %s Q at %d bps", async (_number, payer, receiver, kind, scope, amount, rateBps, fee) => {
    const from = holder(payer, "NG", HELD);
    const to = holder(receiver, scope === "CROSS_BORDER" ? "US" : "NG", "0");
    const events = await paid(from, to, amount);
    if (fee === "FEE_EXCEEDS_AMOUNT") {
      expect([events, await balanceOf(from), await balanceOf(to)]).toEqual([fee, HELD, "0"]);
      return;
    }
    const price = { kind, scope: scope === "null" ? null : scope, rateBps };
    const charged =
      fee === "0" ? [] : [expect.objectContaining({ name: "FeeCharged", payer: from, amount: fee, ...price })];
    expect(events).toEqual([
      expect.objectContaining({ name: "TransferCompleted", from, to, amount, fee, ...price }),
      ...charged,
      ...Array.from({ length: (events as WireEvent[]).length - 1 - charged.length }, () => expect.anything()),
    ]);
    expect(await balanceOf(from)).toBe(String(BigInt(HELD) - BigInt(amount) - BigInt(fee)));
    expect(await balanceOf(to)).toBe(amount);
    expect(await balanceOf("SYSTEM_OPERATIONS_FUND")).toBe(fee);
  });

  it("needs amount and fee, to the last Qirat", async () => {
    const [short, exact, to] = [
      holder("user", "NG", "3001499"),
      holder("user", "NG", "3001500"),
      holder("user", "NG", "0"),
    ];
    expect(await paid(short, to, "3000000")).toBe("INSUFFICIENT_FUNDS");
    await paid(exact, to, "3000000");
    expect(await balanceOf(exact)).toBe("0");
  });

  it("meets the refusals of a payment in their order", async () => {
    const [from, poor, to] = [holder("user", "NG", HELD), holder("user", "US", "0"), holder("user", "NG", "0")];
    expect(await paid(poor, `org_${randomUUID()}`, "1")).toBe("NOT_FOUND");
    expect(await paid(poor, "treasury_FR", "1")).toBe("NOT_FOUND");
    expect(await paid(poor, to, "1")).toBe("FEE_EXCEEDS_AMOUNT");
    expect(await paid(poor, to, "2")).toBe("INSUFFICIENT_FUNDS");
    ledger.given({
      [`acct~${poor}`]: { ...ledger.at<object>(`acct~${poor}`), frozen: true, freezeReason: "COURT_ORDER" },
    });
    expect(await paid(poor, to, "1")).toBe("ACCOUNT_FROZEN");
    await paid(from, poor, "1000");
    expect(await balanceOf(poor)).toBe("1000");
  });
});

describe("genesis (18.2)", () => {
  const stored = (userId: string) => BigInt(ledger.at<{ stored: string }>(`acct~${userId}`)?.stored ?? "-1");

  /** Creates users one after the other, in batches as large as may be, and returns what each holds in GX. */
  async function populate(nationality: string, count: number) {
    const users = Array.from({ length: count }, () => randomUUID());
    const outcomes: WireOutcome[] = [];
    for (let from = 0; from < count; from += 100) {
      const asks = users.slice(from, from + 100).map((userId) => createUser(userId, nationality));
      outcomes.push(...(await ledger.run(...asks)).outcomes);
    }
    return { users, outcomes, held: users.map((userId) => Number(stored(userId) / GX)) };
  }
  const times = (...runs: [count: number, held: number][]) =>
    runs.flatMap(([count, held]) => Array<number>(count).fill(held));
  const sum = (held: number[]) => held.reduce((total, one) => total + one, 0);
  const genesisOutcome = (outcome: WireOutcome | undefined) => named(outcome, "UserCreated")[0]?.["genesisOutcome"];

  it("G1, G2: gives the 350 users of VA what the phases say, and then nothing", async () => {
    const { held, outcomes, users } = await populate("VA", 350);
    expect(held).toEqual(times([7, 500], [14, 400], [21, 300], [28, 200], [108, 100], [171, 50], [1, 0]));
    expect(outcomes.slice(0, 349).map(genesisOutcome)).toEqual(Array(349).fill("DISTRIBUTED"));
    expect(genesisOutcome(outcomes[349])).toBe("NO_SLOT_LEFT");
    expect(sum(held)).toBe(40_350);
    expect(await balanceOf("treasury_VA")).toBe(String(10_610n * GX));
    expect(ledger.at<Slots>("slots~VA")).toEqual({ used: [7, 14, 21, 28, 108, 171] });
    expect(ledger.at<User>(`user~${users[349]}`)).toMatchObject({ genesisPhase: null, status: "ACTIVE" });
    expect(outcomes[349]?.events.map((event) => event["name"])).toEqual(["UserCreated", "BalanceChanged"]);
  });

  it("G3: gives the 50 users of a country of one unit what the phases say", async () => {
    const { held } = await populate("ZZ", 50);
    expect(held).toEqual(times([1, 500], [2, 400], [3, 300], [4, 200], [15, 100], [24, 50], [1, 0]));
    expect(sum(held)).toBe(5_700);
    expect(await balanceOf("treasury_ZZ")).toBe(String(1_490n * GX));
  });

  it("G4: gives nothing below 13 and above 73 years of age", async () => {
    const users = newIds();
    const ages = [12, 13, 73, 74];
    const { outcomes } = await ledger.run(...users.map((id, n) => createUser(id, "NG", { ageYears: ages[n] })));
    expect(users.map(stored)).toEqual([0n, 500n * GX, 500n * GX, 0n]);
    expect(outcomes.map(genesisOutcome)).toEqual([
      "AGE_NOT_ELIGIBLE",
      "DISTRIBUTED",
      "DISTRIBUTED",
      "AGE_NOT_ELIGIBLE",
    ]);
    expect(await balanceOf("treasury_NG")).toBe(String(100n * GX));
    expect(ledger.at<Slots>("slots~NG")).toEqual({ used: [2, 0, 0, 0, 0, 0] });
  });

  it("G5: gives the coins later to whoever was too young, once", async () => {
    const userId = randomUUID();
    await ledger.run(createUser(userId, "NG", { ageYears: 12 }));
    const early = await ledger.run(distributeGenesis(userId, 12), distributeGenesis(userId, 11));
    expect(verdicts(early)).toEqual(["AGE_NOT_ELIGIBLE", "AGE_NOT_ELIGIBLE"]);
    const given = await ledger.run(distributeGenesis(userId, 13), distributeGenesis(userId, 13));
    expect(verdicts(given)).toEqual(["committed", "GENESIS_ALREADY_DISTRIBUTED"]);
    expect(given.outcomes[0]?.events.map(({ name }) => name)).toEqual([
      ...["GenesisDistributed", "TreasuryAllocated", "BalanceChanged", "TaxTimerChanged"],
      ...["AccountCredited", "AccountCredited", "AccountCredited"],
    ]);
    expect(stored(userId)).toBe(500n * GX);
    expect(await balanceOf("treasury_NG")).toBe(String(50n * GX));
    expect(ledger.at<User>(`user~${userId}`)).toMatchObject({ ageYears: 13, genesisPhase: 1 });
  });

  it("refuses distributeGenesis in the order of the protocol", async () => {
    const [child, nobody, vatican] = newIds();
    await ledger.run(createUser(child, "NG", { ageYears: 12 }));
    ledger.given({ "slots~VA": { used: [7, 14, 21, 28, 108, 171] } });
    await ledger.run(createUser(vatican, "VA"));
    ledger.given({
      [`admin~${child}`]: { adminId: child, status: "ACTIVE", appointedBy: child, appointedAt: 1, revokedAt: null },
    });
    const ran = await ledger.run(
      distributeGenesis(nobody, 30),
      distributeGenesis(child, 30, child),
      distributeGenesis(vatican, 30),
      distributeGenesis(child, 30, nobody),
    );
    expect(verdicts(ran)).toEqual(["NOT_FOUND", "SELF_ACTION", "NO_SLOT_LEFT", "ACTOR_NOT_ADMIN"]);
  });

  it("G6: credits user, treasury and both counters, and starts the tax timer", async () => {
    const userId = randomUUID();
    const { outcomes, txId } = await ledger.run(createUser(userId, "NG", { ageYears: 30 }));
    const common = (name: string, domain: string) => ({ name, domain, at: ledger.now });
    const credited = (accountId: string, amount: string) => ({
      ...common("AccountCredited", "tokenomics"),
      ...{ accountId, deltaKey: `${txId}~0`, amount },
    });
    const [amount, share, accountId] = ["500000000", "50000000", "treasury_NG"];
    expect(outcomes[0]?.events).toEqual([
      {
        ...{ ...common("UserCreated", "identity"), userId, nationality: "NG", ageYears: 30, status: "ACTIVE" },
        ...{ trustScore: 10, genesisOutcome: "DISTRIBUTED" },
      },
      { ...common("BalanceChanged", "tokenomics"), accountId: userId, balance: amount },
      { ...common("TaxTimerChanged", "tax"), accountId: userId, timerStart: ledger.now },
      { ...common("GenesisDistributed", "tokenomics"), userId, nationality: "NG", ageYears: 30, phase: 1, amount },
      { ...common("TreasuryAllocated", "tokenomics"), countryCode: "NG", accountId, userId, phase: 1, amount: share },
      credited(accountId, share),
      credited("MINTED_USER_GENESIS", amount),
      credited("MINTED_GOVT_GENESIS", share),
    ]);
    expect(await ledger.query("supply")).toMatchObject({
      ...{ totalMinted: "550000000", availableToMint: "1249999999450000000", complete: true },
      minted: { USER_GENESIS: amount, GOVT_GENESIS: share, LOAN: "0" },
    });
    expect(ledger.at(`acct~${userId}`)).toMatchObject({ stored: amount, taxTimerStart: ledger.now });
  });

  it("G7: takes the 234 countries of the world and not one unit more", async () => {
    type Row = { code: string; name: string; region: string; share: string };
    const world = JSON.parse(readFileSync("data/countries.json", "utf8")) as Row[];
    ledger.peer.state.clear();
    await ledger.run(bootstrap());
    const initialize = (rows: Row[]): Ask => ({ command: "admin.initializeCountryData", input: { countries: rows } });
    const pages = [0, 50, 100, 150, 200].map((from) => initialize(world.slice(from, from + 50)));
    const extra = { code: "ZZ", name: "Nowhere", region: "None", share: "0.00000001" };
    const { outcomes } = await ledger.run(...pages, initialize([extra]));
    const totals = outcomes.slice(0, 5).map((outcome) => named(outcome, "CountryDataInitialized")[0]?.["totalUnits"]);
    expect(totals).toEqual([84582024, 96123060, 99545331, 99982582, 100000000]);
    expect(verdict(outcomes[5])).toBe("SHARE_SUM_EXCEEDED");
    expect(ledger.at("countries")).toEqual({ count: 234, units: 100000000 });
    expect([ledger.at("country~ZZ"), ledger.at("acct~treasury_ZZ")]).toEqual([undefined, undefined]);
  });

  it("G8: knows a user id and a command id again", async () => {
    const [userId, id] = newIds();
    const first = await ledger.run({ ...createUser(userId, "NG"), id });
    const before = new Map(ledger.peer.state);
    const same = await ledger.run({ ...createUser(userId, "NG"), id });
    expect(same.outcomes[0]).toMatchObject({ status: "committed", repeatOf: first.txId, events: [] });
    expect(ledger.peer.state).toEqual(before);
    expect(verdicts(await ledger.run(createUser(userId, "NG")))).toEqual(["ALREADY_EXISTS"]);
  });

  it("refuses a biometric hash that is in use, and a country that is not there, in this order", async () => {
    const [userId, other] = newIds();
    const biometricHash = randomHash();
    await ledger.run(createUser(userId, "NG", { biometricHash }));
    const { outcomes } = await ledger.run(
      createUser(userId, "QQ", { biometricHash }),
      createUser(other, "QQ", { biometricHash }),
      createUser(other, "QQ"),
      createUser(other, "US"),
    );
    expect(outcomes.map(verdict)).toEqual([
      ...["ALREADY_EXISTS", "BIOMETRIC_IN_USE", "COUNTRY_NOT_INITIALIZED"],
      "committed",
    ]);
  });
});

describe("batches (18.6)", () => {
  it("B1: runs commands in order, adds the credits of a transaction together, and repeats an id", async () => {
    const [a, b, c, id] = newIds();
    await ledger.run(createUser(a, "NG"), createUser(b, "NG"), createUser(c, "NG"));
    const timerOfC = ledger.at<{ taxTimerStart: number }>(`acct~${c}`)?.taxTimerStart;
    ledger.now += 60;
    const ask = { ...transfer(a, b, 400n * GX), id };
    const { outcomes, txId } = await ledger.run(ask, transfer(a, b, 400n * GX), transfer(b, c, 850n * GX), ask);
    expect(outcomes.map(verdict)).toEqual(["committed", "INSUFFICIENT_FUNDS", "committed", "committed"]);
    expect(outcomes[3]).toMatchObject({ repeatOf: txId, events: [] });
    const credits = outcomes.flatMap((outcome) => named(outcome, "AccountCredited"));
    expect(credits).toMatchObject([
      { accountId: "SYSTEM_OPERATIONS_FUND", deltaKey: `${txId}~0`, amount: "400000" },
      { accountId: "SYSTEM_OPERATIONS_FUND", deltaKey: `${txId}~2`, amount: "850000" },
    ]);
    expect(ledger.at(`delta~SYSTEM_OPERATIONS_FUND~${txId}`)).toBe("1250000");
    expect([...ledger.peer.state.keys()].filter((key) => key.startsWith("delta~SYSTEM_"))).toHaveLength(1);
    expect([a, b, c].map((userId) => ledger.at(`acct~${userId}`))).toMatchObject([
      { stored: "99600000", taxTimerStart: null },
      { stored: "49150000", taxTimerStart: null },
      { stored: "1350000000", taxTimerStart: timerOfC },
    ]);
    const timers = outcomes.flatMap((outcome) => named(outcome, "TaxTimerChanged"));
    expect(timers).toMatchObject([
      { accountId: a, timerStart: null },
      { accountId: b, timerStart: null },
    ]);
  });

  it("B2: refuses the command of another role, and runs the others", async () => {
    const [a, b] = newIds();
    const ran = await ledger.run(createUser(a, "NG"), distributeGenesis(a, 30), createUser(b, "NG"));
    expect(verdicts(ran)).toEqual(["committed", "ROLE_NOT_ALLOWED", "committed"]);
  });

  it("restarts the tax timer at the credit that brings the balance back to 100 GX (T12)", async () => {
    const [a, b] = newIds();
    await ledger.run(createUser(a, "NG"), createUser(b, "NG"), transfer(a, b, "349850000"));
    const timer = () => ledger.at<{ stored: string; taxTimerStart: number | null }>(`acct~${a}`);
    const start = ledger.now;
    expect(timer()).toMatchObject({ stored: "149800150", taxTimerStart: start });
    ledger.now += 10;
    await ledger.run(transfer(b, a, 1n));
    expect(timer()?.taxTimerStart).toBe(start);
    await ledger.run(transfer(a, b, 60n * GX));
    expect(timer()?.taxTimerStart).toBeNull();
    ledger.now += 10;
    await ledger.run(transfer(b, a, 20n * GX));
    expect(timer()).toMatchObject({ stored: "109770151", taxTimerStart: start + 20 });
  });
});
