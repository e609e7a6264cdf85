// The vectors of the velocity tax (protocol.md 18.3) and the commands of the tax, on the bundle that peers run.
import { randomUUID } from "node:crypto";
import type { Account } from "../../chaincode/state.js";
import {
  ADMIN,
  bootstrap,
  foldDeltas,
  foundSystem,
  loadOf,
  named,
  startLedger,
  transfer,
  verdict,
  weightOf,
  type Ask,
  type TestLedger,
} from "./ledger.js";
import { account, organization, person } from "./states.js";
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

const PERIOD = 30_672_000;
const POOL = "SYSTEM_REDISTRIBUTION_POOL";

const applyTax = (accountId: string): Ask => ({
  ...{ command: "tax.applyVelocityTax", actor: ADMIN },
  input: { accountId },
});
const exempt = (accountId: string, on: boolean, actor = ADMIN): Ask => ({
  ...{ command: "tax.setTaxExemption", actor },
  input: { accountId, exempt: on },
});
const redistribute = (recipients: readonly string[], amount?: string, actor = ADMIN): Ask => ({
  ...{ command: "tax.redistribute", actor },
  input: { recipients, ...(amount === undefined ? {} : { amount }) },
});

const accountAt = (id: string) => ledger.at<Account>(`acct~${id}`);
const deltaOf = (accountId: string, txId: string) => ledger.at<string>(`delta~${accountId}~${txId}`);
const told = (name: string, fields: object) => ({
  name,
  domain: expect.any(String) as string,
  at: ledger.now,
  ...fields,
});
const timer = (accountId: string, timerStart: number | null) => told("TaxTimerChanged", { accountId, timerStart });
const balance = (accountId: string, stored: string) => told("BalanceChanged", { accountId, balance: stored });
const codes = async (...asks: Ask[]) => {
  const found: (string | undefined)[] = [];
  for (const ask of asks) found.push(verdict((await ledger.run(ask)).outcomes[0]));
  return found;
};

/** A user of NG who has held this balance for the whole period. */
function holder(stored: string | bigint, more: Partial<Account> = {}): string {
  const id = randomUUID();
  ledger.given(person(id, stored));
  ledger.given(
    account(id, stored, { ...(BigInt(stored) < 100_000_000n ? {} : { taxTimerStart: ledger.now - PERIOD }), ...more }),
  );
  return id;
}

/** Leaves this much in the stored part of the redistribution pool. */
const pooled = (stored: string) => ledger.given({ [`acct~${POOL}`]: { ...accountAt(POOL), stored } });

describe("the velocity tax (18.3)", () => {
  it("T1: leaves 99999999 Q alone", async () => {
    expect(await codes(applyTax(holder("99999999")))).toEqual(["BELOW_THRESHOLD"]);
  });

  it.each([
    ["T2", "100000000", 250, "2500000", "1250000", "1250000", "97500000"],
    ["T3", "123456789", 250, "3086419", "1543210", "1543209", "120370370"],
    ["T4", "999999999", 250, "24999999", "12500000", "12499999", "975000000"],
    ["T5", "1000000000", 300, "30000000", "15000000", "15000000", "970000000"],
    ["T6", "5000000000", 350, "175000000", "87500000", "87500000", "4825000000"],
    ["T7", "10000000000", 400, "400000000", "200000000", "200000000", "9600000000"],
    ["T8", "25000000000", 450, "1125000000", "562500000", "562500000", "23875000000"],
    ["T9", "50000000000", 550, "2750000000", "1375000000", "1375000000", "47250000000"],
    ["T10", "100000000000", 600, "6000000000", "3000000000", "3000000000", "94000000000"],
  ])(
    "%s: of %s Q it takes %d bps",
    async (_vector, before, rateBps, tax, treasuryShare, redistributionShare, after) => {
      const id = holder(before);
      const ran = await ledger.run(applyTax(id));
      const timerStart = BigInt(after) < 100_000_000n ? null : ledger.now;
      const deltaKey = `${ran.txId}~0`;
      expect(ran.outcomes[0]?.events).toEqual([
        told("VelocityTaxApplied", {
          ...{ accountId: id, country: "NG", rateBps, balanceBefore: before, tax, treasuryShare, redistributionShare },
        }),
        balance(id, after),
        timer(id, timerStart),
        told("AccountCredited", { accountId: "treasury_NG", deltaKey, amount: treasuryShare }),
        told("AccountCredited", { accountId: POOL, deltaKey, amount: redistributionShare }),
      ]);
      expect(accountAt(id)).toMatchObject({ stored: after, taxTimerStart: timerStart });
      expect([deltaOf("treasury_NG", ran.txId), deltaOf(POOL, ran.txId)]).toEqual([treasuryShare, redistributionShare]);
      expect(loadOf(ran)).toBeLessThanOrEqual(weightOf([applyTax(id)]));
    },
  );

  it("T11: is due when the period has passed to the second", async () => {
    const id = holder("100000000", { taxTimerStart: ledger.now - PERIOD + 1 });
    expect(await codes(applyTax(id))).toEqual(["TAX_NOT_DUE"]);
    ledger.now += 1;
    expect(await codes(applyTax(id))).toEqual(["committed"]);
  });

  it("is not due when the timer started later than now, by another clock", async () => {
    expect(await codes(applyTax(holder("100000000", { taxTimerStart: ledger.now + 5 })))).toEqual(["TAX_NOT_DUE"]);
  });

  it("T12: stops the timer below 100 GX and starts it anew with the credit that reaches 100 GX", async () => {
    const [id, other] = [holder("150000000"), holder("50000000")];
    const sent = await ledger.run(transfer(id, other, "60000000"));
    expect(sent.outcomes[0]?.events).toContainEqual(timer(id, null));
    ledger.now += 10;
    const received = await ledger.run(transfer(other, id, "20000000"));
    expect(received.outcomes[0]?.events).toContainEqual(timer(id, ledger.now));
    expect(accountAt(id)).toMatchObject({ taxTimerStart: ledger.now });
  });

  it("taxes organizations too, for the treasury of their country", async () => {
    const id = randomUUID();
    ledger.given(organization(id, "1000000000", { country: "US" }));
    const { outcomes, txId } = await ledger.run(applyTax(`org_${id}`));
    expect(named(outcomes[0], "VelocityTaxApplied")).toMatchObject([{ country: "US", tax: "30000000" }]);
    expect(deltaOf("treasury_US", txId)).toBe("15000000");
  });

  it("keeps to the limits of the rate, and with rates of 0 restarts the timer and credits nothing", async () => {
    const limited = { velocityTaxMinBps: 310, velocityTaxMaxBps: 390 };
    const parameters = ledger.at<object>("params");
    ledger.given({ params: { ...parameters, ...limited } });
    const rates = [];
    for (const stored of ["100000000", "5000000000", "100000000000"]) {
      const { outcomes } = await ledger.run(applyTax(holder(stored)));
      rates.push(named(outcomes[0], "VelocityTaxApplied")[0]?.["rateBps"]);
    }
    expect(rates).toEqual([310, 350, 390]);
    ledger.given({ params: { ...parameters, velocityTaxMinBps: 0, velocityTaxMaxBps: 0 } });
    const id = holder("100000000");
    const { outcomes, txId } = await ledger.run(applyTax(id));
    expect(outcomes[0]?.events).toEqual([
      expect.objectContaining({ name: "VelocityTaxApplied", rateBps: 0, tax: "0", treasuryShare: "0" }),
      balance(id, "100000000"),
      timer(id, ledger.now),
    ]);
    expect(deltaOf("treasury_NG", txId)).toBeUndefined();
  });

  it("meets its refusals in their order", async () => {
    const early = ledger.now - 1;
    const steps: Partial<Account>[] = [
      { taxExempt: true, frozen: true, stored: "1", taxTimerStart: null },
      { frozen: true, stored: "1", taxTimerStart: null },
      { stored: "99999999", taxTimerStart: null },
      { stored: "100000000", taxTimerStart: early },
    ];
    const asks = steps.map((more) => applyTax(holder("100000000", more)));
    expect(await codes(applyTax(randomUUID()), ...asks)).toEqual([
      ...["NOT_FOUND", "TAX_EXEMPT", "ACCOUNT_FROZEN", "BELOW_THRESHOLD", "TAX_NOT_DUE"],
    ]);
    expect(await codes(applyTax("treasury_NG"), applyTax(POOL))).toEqual(["INVALID_INPUT", "INVALID_INPUT"]);
  });
});

describe("the exemption from the tax", () => {
  it("restarts the timer with each switch, and says so even in the second in which it started", async () => {
    const id = holder("100000000", { taxTimerStart: ledger.now });
    const on = await ledger.run(exempt(id, true));
    expect(on.outcomes[0]?.events).toEqual([
      told("TaxExemptionChanged", { accountId: id, exempt: true }),
      timer(id, ledger.now),
    ]);
    expect(loadOf(on)).toBeLessThanOrEqual(weightOf([exempt(id, true)]));
    ledger.now += PERIOD;
    expect(await codes(applyTax(id), exempt(id, true), exempt(id, false), applyTax(id))).toEqual([
      ...["TAX_EXEMPT", "WRONG_STATE", "committed", "TAX_NOT_DUE"],
    ]);
    expect(accountAt(id)).toMatchObject({ taxExempt: false, taxTimerStart: ledger.now });
  });

  it("has no timer to start below 100 GX", async () => {
    const id = holder("99999999");
    const { outcomes } = await ledger.run(exempt(id, true));
    expect(outcomes[0]?.events).toEqual([told("TaxExemptionChanged", { accountId: id, exempt: true })]);
    expect(accountAt(id)).toMatchObject({ taxExempt: true, taxTimerStart: null, stored: "99999999" });
  });

  it("is nothing that an admin gives to the own account", async () => {
    ledger.given(person(ADMIN, "1"));
    const id = holder("1");
    expect(await codes(exempt(randomUUID(), true), exempt(ADMIN, false), exempt(id, false))).toEqual([
      ...["NOT_FOUND", "SELF_ACTION", "WRONG_STATE"],
    ]);
  });
});

describe("redistribution", () => {
  it.each([
    ["100 Q among 3", "100", 3, "33", "99", "1"],
    ["1000000 Q among 7", "1000000", 7, "142857", "999999", "1"],
  ])("T13: divides %s and leaves the rest", async (_case, amount, count, share, total, remainder) => {
    const recipients = Array.from({ length: count }, () => holder("5"));
    pooled(amount);
    const ran = await ledger.run(redistribute(recipients));
    expect(ran.outcomes[0]?.events).toEqual([
      told("RedistributionCompleted", { recipients, share, total, remainder }),
      balance(POOL, remainder),
      ...recipients.map((id) => balance(id, String(5n + BigInt(share)))),
    ]);
    expect(loadOf(ran)).toBeLessThanOrEqual(weightOf([redistribute(recipients)]));
  });

  it("T13: finds nothing to distribute in 2 Q among 3", async () => {
    pooled("2");
    expect(await codes(redistribute([holder("0"), holder("0"), holder("0")]))).toEqual(["NOTHING_TO_DISTRIBUTE"]);
  });

  it("T14: sees no unfolded credits, and with them folded the whole stored part", async () => {
    const { txId } = await ledger.run(applyTax(holder("100000000")));
    const id = holder("0");
    expect(await codes(redistribute([id]), redistribute([id], "1"))).toEqual([
      ...["NOTHING_TO_DISTRIBUTE", "INSUFFICIENT_FUNDS"],
    ]);
    expect(await codes(foldDeltas(POOL, [txId]), redistribute([id]))).toEqual(["committed", "committed"]);
    expect([accountAt(POOL)?.stored, accountAt(id)?.stored]).toEqual(["0", "1250000"]);
  });

  it("gives the amount asked, starts the timer of whom it brings to 100 GX, and weighs what it says for 100", async () => {
    pooled("1000");
    const recipients = Array.from({ length: 100 }, () => holder("99999999"));
    const ran = await ledger.run(redistribute(recipients, "199"));
    expect(named(ran.outcomes[0], "RedistributionCompleted")).toMatchObject([
      { share: "1", total: "100", remainder: "99" },
    ]);
    expect(ran.outcomes[0]?.events.slice(1, 4)).toEqual([
      balance(POOL, "900"),
      balance(recipients[0] ?? "", "100000000"),
      timer(recipients[0] ?? "", ledger.now),
    ]);
    expect(loadOf(ran)).toBeLessThanOrEqual(weightOf([redistribute(recipients, "199")]));
  });

  it("meets its refusals in their order, and one unfit recipient refuses all", async () => {
    pooled("10");
    ledger.given(person(ADMIN, "1"));
    const good = holder("0");
    const locked = randomUUID();
    ledger.given(person(locked, "0", { status: "LOCKED" }));
    const unfit = [randomUUID(), locked, holder("0", { frozen: true }), holder("100000000")];
    const asks = unfit.map((id) => redistribute([good, id], "11"));
    expect(await codes(redistribute([ADMIN, randomUUID()]), ...asks)).toEqual([
      ...["SELF_ACTION", ...unfit.map(() => "RECIPIENT_NOT_ELIGIBLE")],
    ]);
    expect(await codes(redistribute([good], "11"), redistribute([good, good]))).toEqual([
      ...["INSUFFICIENT_FUNDS", "INVALID_INPUT"],
    ]);
    expect(accountAt(good)?.stored).toBe("0");
  });
});

test("the rates of the tax are parameters, and a system begins with those of the protocol", async () => {
  ledger.peer.state.clear();
  await ledger.run(bootstrap({ profile: "mainnet" }));
  expect(ledger.at("params")).toMatchObject({
    ...{ velocityTaxMinBps: 250, velocityTaxMaxBps: 600, velocityTaxPeriodSeconds: PERIOD },
  });
});
