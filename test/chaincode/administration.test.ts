// Parameters, admins, pools, internal transfers and frozen accounts (protocol.md 2, 4, 10, 11) on the shim's own handler.
import { randomUUID } from "node:crypto";
import {
  activateTreasury,
  ADMIN,
  asAdmin,
  asSuperAdmin,
  bootstrap,
  createUser,
  foldDeltas,
  foundSystem,
  loadOf,
  named,
  startLedger,
  SUPER_ADMIN,
  transfer,
  verdict,
  weightOf,
  type Ask,
  type Ran,
  type TestLedger,
} from "./ledger.js";
import { inMemory } from "./wires.js";

const [A, B] = ["00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"];
const MILLION_GX = 1_000_000_000_000n;

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startLedger(inMemory);
});
beforeEach(async () => {
  ledger.peer.state.clear();
  await foundSystem(ledger);
});
afterAll(() => ledger.close());

/** Runs one command, which must not be heavier than the catalogue says. */
async function run(ask: Ask): Promise<Ran> {
  const ran = await ledger.run(ask);
  if (verdict(ran.outcomes[0]) !== "INVALID_INPUT") expect(loadOf(ran)).toBeLessThanOrEqual(weightOf([ask]));
  return ran;
}
const verdictOf = async (ask: Ask) => verdict((await run(ask)).outcomes[0]);
const eventsOf = async (ask: Ask) =>
  (await run(ask)).outcomes[0]?.events.map(({ domain: _domain, at: _at, ...event }) => event);
const stored = (accountId: string) => ledger.at<{ stored: string }>(`acct~${accountId}`)?.stored;
const give = (accountId: string, amount: bigint) =>
  ledger.given({ [`acct~${accountId}`]: { ...ledger.at<object>(`acct~${accountId}`), stored: String(amount) } });

describe("updateSystemParameter", () => {
  const update = (parameterId: string, value: number) =>
    asSuperAdmin("admin.updateSystemParameter", { parameterId, value });

  it("changes a parameter that names the super admin, and no other", async () => {
    expect(await eventsOf(update("loanTermSeconds", 2_592_000))).toEqual([
      {
        ...{ name: "SystemParameterUpdated", parameterId: "loanTermSeconds", value: 2_592_000 },
        ...{ previousValue: 31_536_000, source: "SUPER_ADMIN" },
      },
    ]);
    expect(ledger.at("params")).toMatchObject({ loanTermSeconds: 2_592_000, loanMinTrust: 75 });
  });

  it.each([
    ["NOT_FOUND", "quorum", 1],
    ["NOT_FOUND", "constructor", 1],
    ["PARAMETER_NOT_CHANGEABLE", "quorumVotes", -1],
    ["PARAMETER_OUT_OF_RANGE", "loanMinTrust", 101],
    ["PARAMETER_OUT_OF_RANGE", "loanMinTrust", -1],
    ["committed", "loanMinTrust", 0],
  ])("answers %s to %s = %d on a devnet", async (code, id, value) => {
    expect(await verdictOf(update(id, value))).toBe(code);
  });

  it("knows the range of the profile", async () => {
    ledger.peer.state.clear();
    await ledger.run(bootstrap({ profile: "testnet" }));
    expect(await verdictOf(update("loanMinTrust", 49))).toBe("PARAMETER_OUT_OF_RANGE");
    expect(await verdictOf(update("loanMinTrust", 50))).toBe("committed");
  });
});

describe("appointAdmin and revokeAdmin", () => {
  const appoint = (adminId: string, actor = ADMIN) => asAdmin("admin.appointAdmin", { adminId }, actor);
  const revoke = (adminId: string) => asSuperAdmin("admin.revokeAdmin", { adminId, reason: "left" });

  it("appoint somebody else, once, and let the appointed one act at once", async () => {
    expect(await eventsOf(appoint(A))).toEqual([{ name: "AdminAppointed", adminId: A, appointedBy: ADMIN }]);
    expect(ledger.at("admins")).toEqual({ active: [ADMIN, A] });
    expect(await verdictOf(appoint(A))).toBe("ALREADY_EXISTS");
    expect(await verdictOf(appoint(A, A))).toBe("SELF_ACTION");
    expect(await verdictOf(appoint(B, B))).toBe("ACTOR_NOT_ADMIN");
    expect(await verdictOf(appoint(B, A))).toBe("committed");
  });

  it("end an appointment but the last, and allow another one later", async () => {
    expect(await verdictOf(revoke(ADMIN))).toBe("LAST_ADMIN");
    expect(await verdictOf(revoke(A))).toBe("NOT_FOUND");
    await run(appoint(A));
    ledger.now += 1;
    expect(await eventsOf(revoke(ADMIN))).toEqual([
      { name: "AdminRevoked", adminId: ADMIN, revokedBy: SUPER_ADMIN, reason: "left" },
    ]);
    expect(ledger.at(`admin~${ADMIN}`)).toMatchObject({ status: "REVOKED", revokedAt: ledger.now });
    expect(await verdictOf(revoke(ADMIN))).toBe("NOT_FOUND");
    expect(await verdictOf(appoint(B))).toBe("ACTOR_NOT_ADMIN");
    expect(await verdictOf(appoint(ADMIN, A))).toBe("committed");
    expect(ledger.at(`admin~${ADMIN}`)).toMatchObject({ status: "ACTIVE", appointedBy: A, revokedAt: null });
  });

  it("keep at most fifty", async () => {
    for (let n = 1; n < 50; n += 1) expect(await verdictOf(appoint(randomUUID()))).toBe("committed");
    expect(await verdictOf(appoint(A))).toBe("LIMIT_EXCEEDED");
    expect(ledger.at<{ active: string[] }>("admins")?.active).toEqual(
      [...(ledger.at<{ active: string[] }>("admins")?.active ?? [])].sort(),
    );
  });
});

describe("disburseFromPool", () => {
  const disburse = (pool: string, to: string, amount: string | bigint, actor = SUPER_ADMIN): Ask =>
    asAdmin("admin.disburseFromPool", { pool, to, amount: String(amount), remark: "relief" }, actor);
  beforeEach(() => run(createUser(A, "NG", { ageYears: 5 })));

  it("mints what the pool does not hold", async () => {
    expect(await eventsOf(disburse("CHARITABLE", A, 5n))).toEqual([
      { name: "PoolDisbursed", pool: "CHARITABLE", to: A, amount: "5", fromStored: "0", minted: "5", remark: "relief" },
      { name: "BalanceChanged", accountId: A, balance: "5" },
      { name: "BalanceChanged", accountId: "MINTED_CHARITABLE", balance: "5" },
    ]);
  });

  it("takes what the pool holds first, pool before receiver before counter", async () => {
    await run(createUser(B, "NG"));
    const { txId } = await ledger.run(transfer(B, "SYSTEM_GX_POOL", 400n));
    await run(foldDeltas("SYSTEM_GX_POOL", [txId]));
    const to = await eventsOf(disburse("GX", A, 100_000_000n));
    expect(to).toEqual([
      {
        ...{ name: "PoolDisbursed", pool: "GX", to: A, amount: "100000000" },
        ...{ fromStored: "400", minted: "99999600", remark: "relief" },
      },
      { name: "BalanceChanged", accountId: "SYSTEM_GX_POOL", balance: "0" },
      { name: "BalanceChanged", accountId: A, balance: "100000000" },
      { name: "TaxTimerChanged", accountId: A, timerStart: ledger.now },
      { name: "BalanceChanged", accountId: "MINTED_GX", balance: "99999600" },
    ]);
  });

  it.each([
    ["AMOUNT_OUT_OF_RANGE", "GX", A, 100n * MILLION_GX + 1n, A],
    ["committed", "GX", A, 100n * MILLION_GX, SUPER_ADMIN],
    ["SELF_ACTION", "GX", A, 1n, A],
    ["SELF_ACTION", "GX", B, 1n, B],
    ["NOT_FOUND", "OPERATIONS", B, 1n, SUPER_ADMIN],
    ["INVALID_INPUT", "LOAN", A, 1n, SUPER_ADMIN],
    ["INVALID_INPUT", "GX", "treasury_NG", 1n, SUPER_ADMIN],
  ])("answers %s to %s for %s: %d", async (code, pool, to, amount, actor) => {
    expect(await verdictOf(disburse(pool, to, amount, actor))).toBe(code);
  });

  it("never passes the cap of the pool", async () => {
    ledger.given({ "acct~MINTED_OPERATIONS": { stored: "31249999999999999" } });
    expect(await verdictOf(disburse("OPERATIONS", A, 2n))).toBe("POOL_EXHAUSTED");
    expect(stored(A)).toBe("0");
    expect(await verdictOf(disburse("OPERATIONS", A, 1n))).toBe("committed");
    expect(await verdictOf(disburse("OPERATIONS", A, 1n))).toBe("POOL_EXHAUSTED");
  });
});

describe("transferInternal", () => {
  const internal = (from: string, to: string, amount: bigint | string, type = "TREASURY_PAYMENT", actor = ADMIN): Ask =>
    asAdmin("tokenomics.transferInternal", { type, from, to, amount: String(amount) }, actor);
  const redistribution = (amount: bigint) =>
    internal("SYSTEM_OPERATIONS_FUND", "SYSTEM_REDISTRIBUTION_POOL", amount, "FEE_REDISTRIBUTION");
  beforeEach(() => run(createUser(A, "NG")));

  it("pays from the stored part of an active treasury, without a fee", async () => {
    await run(activateTreasury("NG"));
    expect(await verdictOf(internal("treasury_NG", A, 1n))).toBe("INSUFFICIENT_FUNDS");
    give("treasury_NG", 100n);
    expect(await eventsOf(internal("treasury_NG", A, 100n))).toEqual([
      {
        ...{ name: "InternalTransferCompleted", type: "TREASURY_PAYMENT" },
        ...{ from: "treasury_NG", to: A, amount: "100", remark: null },
      },
      { name: "BalanceChanged", accountId: "treasury_NG", balance: "0" },
      { name: "BalanceChanged", accountId: A, balance: "500000100" },
    ]);
  });

  it("moves fees to the redistribution pool as a credit that conflicts with none", async () => {
    give("SYSTEM_OPERATIONS_FUND", 7n);
    const ran = await run(redistribution(5n));
    expect(ran.outcomes[0]?.events.slice(1)).toMatchObject([
      { name: "BalanceChanged", accountId: "SYSTEM_OPERATIONS_FUND", balance: "2" },
      { name: "AccountCredited", accountId: "SYSTEM_REDISTRIBUTION_POOL", deltaKey: `${ran.txId}~0`, amount: "5" },
    ]);
    expect(ledger.at(`delta~SYSTEM_REDISTRIBUTION_POOL~${ran.txId}`)).toBe("5");
    expect(await verdictOf(redistribution(3n))).toBe("INSUFFICIENT_FUNDS");
  });

  it.each([
    ["INVALID_INPUT", internal("treasury_NG", "treasury_US", 1n)],
    ["INVALID_INPUT", internal("treasury_NG", "SYSTEM_GX_POOL", 1n)],
    ["INVALID_INPUT", internal(A, B, 1n)],
    ["INVALID_INPUT", internal("SYSTEM_OPERATIONS_FUND", A, 1n)],
    ["INVALID_INPUT", internal("SYSTEM_OPERATIONS_FUND", "SYSTEM_GX_POOL", 1n, "FEE_REDISTRIBUTION")],
    ["INVALID_INPUT", internal("treasury_NG", "SYSTEM_REDISTRIBUTION_POOL", 1n, "FEE_REDISTRIBUTION")],
    ["INVALID_INPUT", internal("treasury_NG", A, 0n)],
    // Any other pair is no input at all: that comes before the question who asks.
    ["INVALID_INPUT", internal(A, B, 1n, "TREASURY_PAYMENT", B)],
    ["ACTOR_NOT_ADMIN", internal("treasury_NG", A, 1n, "TREASURY_PAYMENT", B)],
    ["AMOUNT_OUT_OF_RANGE", internal("treasury_NG", ADMIN, 100n * MILLION_GX + 1n)],
    ["SELF_ACTION", internal("treasury_XX", ADMIN, 100n * MILLION_GX)],
    ["NOT_FOUND", internal("treasury_XX", A, 1n)],
    ["NOT_FOUND", internal("treasury_NG", B, 1n)],
    ["TREASURY_LOCKED", internal("treasury_NG", A, 1n)],
  ])("answers %s to %j", async (code, ask) => {
    expect(await verdictOf(ask)).toBe(code);
    expect(stored(A)).toBe("500000000");
  });
});

describe("freezeWallet and unfreezeWallet", () => {
  const freeze = (accountId: string, reason = "COURT_ORDER", actor = ADMIN) =>
    asAdmin("tokenomics.freezeWallet", { accountId, reason }, actor);
  const unfreeze = (accountId: string, actor = ADMIN) => asAdmin("tokenomics.unfreezeWallet", { accountId }, actor);
  beforeEach(async () => void (await ledger.run(createUser(A, "NG"), createUser(B, "NG"), createUser(ADMIN, "NG"))));

  it("let an account receive and not pay, until it is unfrozen", async () => {
    expect(await eventsOf(freeze(A))).toEqual([{ name: "WalletFrozen", accountId: A, reason: "COURT_ORDER" }]);
    expect(ledger.at(`acct~${A}`)).toMatchObject({ frozen: true, freezeReason: "COURT_ORDER", stored: "500000000" });
    expect(await verdictOf(freeze(A))).toBe("WRONG_STATE");
    expect(await verdictOf(transfer(A, B, 5n))).toBe("ACCOUNT_FROZEN");
    expect(await verdictOf(transfer(B, A, 5n))).toBe("committed");
    expect(await eventsOf(unfreeze(A))).toEqual([{ name: "WalletUnfrozen", accountId: A }]);
    expect(ledger.at(`acct~${A}`)).toMatchObject({ frozen: false, freezeReason: null, stored: "500000005" });
    expect(await verdictOf(transfer(A, B, 5n))).toBe("committed");
    expect(await verdictOf(unfreeze(A))).toBe("WRONG_STATE");
  });

  it("let an admin freeze, but not unfreeze, the own account", async () => {
    expect(await verdictOf(freeze(ADMIN))).toBe("committed");
    expect(await verdictOf(unfreeze(ADMIN))).toBe("SELF_ACTION");
    expect(ledger.at(`acct~${ADMIN}`)).toMatchObject({ frozen: true });
  });

  it.each([
    ["NOT_FOUND", freeze("00000000-0000-7000-8000-00000000000c")],
    ["NOT_FOUND", unfreeze(`org_${A}`)],
    ["INVALID_INPUT", freeze("treasury_NG")],
    ["INVALID_INPUT", freeze(A, "BECAUSE")],
  ])("answer %s to %j", async (code, ask) => {
    expect(await verdictOf(ask)).toBe(code);
  });

  it("keep a freeze in the account's other changes", async () => {
    await run(freeze(A));
    const { outcomes } = await ledger.run(transfer(B, A, 5n));
    expect(named(outcomes[0], "BalanceChanged")).toHaveLength(2);
    expect(ledger.at(`acct~${A}`)).toMatchObject({ frozen: true, freezeReason: "COURT_ORDER" });
  });
});
