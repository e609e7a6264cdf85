// The vectors of loans (protocol.md 18.4 by due date, B3) and the commands of the loan pool, on the bundle that peers run.
import { randomUUID } from "node:crypto";
import type { Account, Borrower, Loan, Trust } from "../../chaincode/state.js";
import {
  ADMIN,
  foldDeltas,
  foundSystem,
  loadOf,
  named,
  randomHash,
  startLedger,
  transfer,
  verdict,
  weightOf,
  type Ask,
  type TestLedger,
} from "./ledger.js";
import { account, loan, person } from "./states.js";
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

const gx = (amount: number) => String(BigInt(amount) * 1_000_000n);
const POOL = "SYSTEM_LOAN_POOL";
const DUE = 1_800_000_000;
const TERM = 31_536_000;

const ask =
  (name: string) =>
  (actor: string, input: Ask["input"], id: string = randomUUID()): Ask => ({
    ...{ command: `loanpool.${name}`, actor, input, id },
  });
const [applying, approving, rejecting] = [ask("applyForLoan"), ask("approveLoan"), ask("rejectLoan")];
const [repaying, marking] = [ask("repayLoan"), ask("markLoanDefaulted")];
const apply = (actor: string, amount: string, id?: string) =>
  applying(actor, { amount, collateralHash: randomHash() }, id);
const approve = (loanId: string, actor = ADMIN) => approving(actor, { loanId });
const reject = (loanId: string, actor = ADMIN) => rejecting(actor, { loanId, reason: "No collateral" });
const repay = (actor: string, loanId: string, amount: string) => repaying(actor, { loanId, amount });
const mark = (loanId: string, actor = ADMIN) => marking(actor, { loanId });

const family: Partial<Trust> = { parents: 1, spouses: 1, siblings: 1 };
/** A user with a score of 80 who holds this much. */
function borrower(stored = "0", trust: Partial<Trust> = family): string {
  const id = randomUUID();
  ledger.given(person(id, stored, {}, trust));
  return id;
}
/** A borrower with the means to repay, and a loan of 1,000 GX that is due at DUE. */
function indebted(more: Partial<Loan> = {}): [userId: string, loanId: string] {
  const [userId, loanId] = [borrower(gx(1_000)), randomUUID()];
  ledger.given(loan(loanId, userId, gx(1_000), more));
  return [userId, loanId];
}

const loanAt = (id: string) => ledger.at<Loan>(`loan~${id}`);
const debtOf = (id: string) => ledger.at<Borrower>(`borrower~${id}`);
const storedOf = (id: string) => ledger.at<Account>(`acct~${id}`)?.stored;
const told = (name: string, fields: object) => ({
  name,
  domain: expect.any(String) as string,
  at: ledger.now,
  ...fields,
});
const balance = (accountId: string, stored: string) => told("BalanceChanged", { accountId, balance: stored });
const codes = async (...asks: Ask[]) => {
  const found: (string | undefined)[] = [];
  for (const each of asks) found.push(verdict((await ledger.run(each)).outcomes[0]));
  return found;
};
const trusted = (userId: string, score: number, loanAdjustment: number) =>
  told("TrustScoreChanged", {
    ...{ userId, score, relationshipScore: 80, loanAdjustment },
    ...{ parents: 1, spouses: 1, siblings: 1, children: 0, friends: 0 },
  });

describe("a loan's way", () => {
  it("is asked for, paid out by new coins, repaid in part and as a whole, and counts until then", async () => {
    const [userId, loanId] = [borrower(), randomUUID()];
    const asked = apply(userId, gx(1_000), loanId);
    const applied = await ledger.run(asked);
    const collateralHash = asked.input["collateralHash"];
    expect(applied.outcomes[0]?.events).toEqual([
      told("LoanApplied", { loanId, borrowerId: userId, amount: gx(1_000), collateralHash, purposeHash: null }),
    ]);
    expect(loanAt(loanId)).toEqual({
      ...{ loanId, borrowerId: userId, amount: gx(1_000), outstanding: "0", collateralHash, purposeHash: null },
      ...{ status: "PENDING_APPROVAL", appliedAt: ledger.now, approvedAt: null, dueAt: null },
    });
    expect(debtOf(userId)).toEqual({ openLoans: 1, owed: gx(1_000) });

    ledger.now += 5;
    const dueAt = ledger.now + TERM;
    const approved = await ledger.run(approve(loanId));
    expect(approved.outcomes[0]?.events).toEqual([
      told("LoanApproved", {
        ...{ loanId, borrowerId: userId, amount: gx(1_000), fromStored: "0", minted: gx(1_000) },
        ...{ approvedBy: ADMIN, dueAt },
      }),
      balance(userId, gx(1_000)),
      told("TaxTimerChanged", { accountId: userId, timerStart: ledger.now }),
      balance("MINTED_LOAN", gx(1_000)),
    ]);
    expect(loanAt(loanId)).toMatchObject({ status: "ACTIVE", outstanding: gx(1_000), approvedAt: ledger.now, dueAt });

    const part = await ledger.run(repay(userId, loanId, gx(400)));
    expect(part.outcomes[0]?.events).toEqual([
      told("LoanRepaymentReceived", { loanId, borrowerId: userId, amount: gx(400), outstanding: gx(600) }),
      balance(userId, gx(600)),
      told("AccountCredited", { accountId: POOL, deltaKey: `${part.txId}~0`, amount: gx(400) }),
    ]);
    expect([debtOf(userId), loanAt(loanId)?.status]).toEqual([{ openLoans: 1, owed: gx(600) }, "ACTIVE"]);

    const rest = await ledger.run(repay(userId, loanId, gx(600)));
    expect(rest.outcomes[0]?.events).toEqual([
      told("LoanRepaymentReceived", { loanId, borrowerId: userId, amount: gx(600), outstanding: "0" }),
      balance(userId, "0"),
      told("TaxTimerChanged", { accountId: userId, timerStart: null }),
      told("AccountCredited", { accountId: POOL, deltaKey: `${rest.txId}~0`, amount: gx(600) }),
      told("LoanRepaid", { loanId, borrowerId: userId, trustEffect: 15 }),
      trusted(userId, 95, 15),
    ]);
    expect([debtOf(userId), loanAt(loanId)?.status]).toEqual([{ openLoans: 0, owed: "0" }, "REPAID"]);
    expect(await ledger.query("loan", { loanId })).toEqual(loanAt(loanId));
    for (const [ran, each] of [
      [applied, asked],
      [approved, approve(loanId)],
      [rest, repay(userId, loanId, gx(600))],
    ] as const)
      expect(loadOf(ran)).toBeLessThanOrEqual(weightOf([each]));
  });

  it("is paid from what came back once it is folded, and needs no new coins then", async () => {
    const [userId, loanId] = indebted();
    const { txId } = await ledger.run(repay(userId, loanId, gx(1_000)));
    await ledger.run(foldDeltas(POOL, [txId]));
    const [next, nextId] = [borrower(), randomUUID()];
    const ran = await ledger.run(apply(next, gx(600), nextId)).then(() => ledger.run(approve(nextId)));
    expect(named(ran.outcomes[0], "LoanApproved")).toMatchObject([{ fromStored: gx(600), minted: "0" }]);
    expect(named(ran.outcomes[0], "BalanceChanged")).toEqual([balance(POOL, gx(400)), balance(next, gx(600))]);
    expect(loadOf(ran)).toBeLessThanOrEqual(weightOf([approve(nextId)]));
  });

  it("ends where it is rejected, and the sum asked counts no more", async () => {
    const [userId, loanId] = [borrower(), randomUUID()];
    const { outcomes } = await ledger.run(apply(userId, gx(100), loanId)).then(() => ledger.run(reject(loanId)));
    expect(outcomes[0]?.events).toEqual([
      told("LoanRejected", { loanId, borrowerId: userId, rejectedBy: ADMIN, reason: "No collateral" }),
    ]);
    expect([debtOf(userId), loanAt(loanId)?.status]).toEqual([{ openLoans: 0, owed: "0" }, "REJECTED"]);
    expect(await codes(reject(loanId), approve(loanId), repay(userId, loanId, "1"), mark(loanId))).toEqual([
      ...["WRONG_STATE", "WRONG_STATE", "WRONG_STATE", "WRONG_STATE"],
    ]);
  });

  it("is defaulted after its due date, costs 50 points once, and can still be repaid", async () => {
    const [userId, loanId] = indebted();
    ledger.now = DUE;
    expect(await codes(mark(loanId))).toEqual(["NOT_DUE"]);
    ledger.now = DUE + 1;
    const marked = await ledger.run(mark(loanId));
    expect(marked.outcomes[0]?.events).toEqual([
      told("LoanDefaulted", { loanId, borrowerId: userId, outstanding: gx(1_000), trustEffect: -50 }),
      trusted(userId, 30, -50),
    ]);
    expect(loadOf(marked)).toBeLessThanOrEqual(weightOf([mark(loanId)]));
    expect([debtOf(userId), loanAt(loanId)?.status]).toEqual([{ openLoans: 1, owed: gx(1_000) }, "DEFAULTED"]);
    expect(await codes(mark(loanId), repay(userId, loanId, gx(1)))).toEqual(["WRONG_STATE", "committed"]);
    const rest = await ledger.run(repay(userId, loanId, gx(999)));
    expect(rest.outcomes[0]?.events.at(-1)).toEqual(told("LoanRepaid", { loanId, borrowerId: userId, trustEffect: 0 }));
    expect([ledger.at<Trust>(`trust~${userId}`)?.loanAdjustment, debtOf(userId)?.openLoans]).toEqual([-50, 0]);
  });
});

describe("the effect on the trust (18.4)", () => {
  it.each([
    ["D - 2592001 s", -2_592_001, 15, 95],
    ["D - 2592000 s", -2_592_000, 10, 90],
    ["D", 0, 10, 90],
    ["D + 1 s", 1, -10, 70],
    ["D + 2591999 s", 2_591_999, -10, 70],
    ["D + 2592000 s", 2_592_000, -25, 55],
    ["D + 7776000 s", 7_776_000, -25, 55],
    ["D + 7776001 s", 7_776_001, -50, 30],
  ])("of the last repayment at %s", async (_moment, after, trustEffect, score) => {
    const [userId, loanId] = indebted();
    ledger.now = DUE + after;
    const { outcomes } = await ledger.run(repay(userId, loanId, gx(1_000)));
    expect(outcomes[0]?.events.slice(-2)).toEqual([
      told("LoanRepaid", { loanId, borrowerId: userId, trustEffect }),
      trusted(userId, score, trustEffect),
    ]);
  });

  it("saves up no points beyond 100, and tells the score even where it stays", async () => {
    const full = { ...family, children: 1, friends: 10 };
    const [userId, loanId] = [borrower(gx(1_000), full), randomUUID()];
    ledger.given(loan(loanId, userId, gx(1_000)));
    ledger.now = DUE;
    const { outcomes } = await ledger.run(repay(userId, loanId, gx(1_000)));
    expect(named(outcomes[0], "TrustScoreChanged")).toMatchObject([{ score: 100, loanAdjustment: 0 }]);
  });
});

describe("what may be asked for", () => {
  it.each([
    ["99.999999 GX", "99999999", "AMOUNT_OUT_OF_RANGE"],
    ["100 GX", "100000000", "committed"],
    ["1,000,000 GX", "1000000000000", "committed"],
    ["one Qirat more", "1000000000001", "AMOUNT_OUT_OF_RANGE"],
  ])("is %s: %s Q is %s", async (_case, amount, expected) => {
    expect(await codes(apply(borrower(), amount))).toEqual([expected]);
  });

  it("is five open loans, those that wait among them", async () => {
    const userId = borrower();
    const five = Array.from({ length: 5 }, () => apply(userId, gx(100)));
    expect(await codes(...five, apply(userId, gx(100)))).toEqual([
      ...["committed", "committed", "committed", "committed", "committed", "LIMIT_EXCEEDED"],
    ]);
  });

  it("is 10,000,000 GX in all, to the last Qirat", async () => {
    const userId = borrower();
    ledger.given({ [`borrower~${userId}`]: { openLoans: 3, owed: "9999900000000" } });
    expect(await codes(apply(userId, "100000001"), apply(userId, "100000000"))).toEqual([
      ...["LIMIT_EXCEEDED", "committed"],
    ]);
    expect(debtOf(userId)).toEqual({ openLoans: 4, owed: "10000000000000" });
  });

  it("is refused in the order of the protocol", async () => {
    const userId = borrower("0", {});
    ledger.given({ [`borrower~${userId}`]: { openLoans: 5, owed: "1" } });
    ledger.given(account(userId, "0", { frozen: true }));
    expect(await codes(apply(userId, "1"), apply(userId, gx(100)))).toEqual(["AMOUNT_OUT_OF_RANGE", "ACCOUNT_FROZEN"]);
    ledger.given(account(userId, "0"));
    expect(await codes(apply(userId, gx(100)), apply(randomUUID(), gx(100)))).toEqual([
      ...["TRUST_TOO_LOW", "ACTOR_NOT_ACTIVE"],
    ]);
    ledger.given({ [`trust~${userId}`]: { ...ledger.at<Trust>(`trust~${userId}`), loanAdjustment: 65 } });
    expect(await codes(apply(userId, gx(100)))).toEqual(["LIMIT_EXCEEDED"]);
  });
});

describe("an approval", () => {
  const waiting = (userId: string, amount = gx(1_000)) => {
    const loanId = randomUUID();
    ledger.given(loan(loanId, userId, amount, { status: "PENDING_APPROVAL", outstanding: "0", dueAt: null }));
    return loanId;
  };

  it("B3: stays within the cap of the pool", async () => {
    const loanId = waiting(borrower());
    ledger.given({ "acct~MINTED_LOAN": { stored: String(300_000_000_000_000_000n - 999_000_000n) } });
    expect(await codes(approve(loanId))).toEqual(["POOL_EXHAUSTED"]);
    expect(loanAt(loanId)?.status).toBe("PENDING_APPROVAL");
    ledger.given({ [`acct~${POOL}`]: { ...ledger.at<Account>(`acct~${POOL}`), stored: "1000000" } });
    const ran = await ledger.run(approve(loanId));
    expect(named(ran.outcomes[0], "LoanApproved")).toMatchObject([{ fromStored: "1000000", minted: "999000000" }]);
    expect(named(ran.outcomes[0], "BalanceChanged").map((event) => event["accountId"])).toEqual([
      ...[POOL, loanAt(loanId)?.borrowerId, "MINTED_LOAN"],
    ]);
    expect(storedOf("MINTED_LOAN")).toBe("300000000000000000");
    expect(loadOf(ran)).toBeLessThanOrEqual(weightOf([approve(loanId)]));
  });

  it("is refused in the order of the protocol", async () => {
    const userId = borrower("0", {});
    const loanId = waiting(userId);
    ledger.given(person(ADMIN, "0"));
    const own = waiting(ADMIN);
    expect(await codes(approve(randomUUID()), approve(own), reject(randomUUID()), reject(own))).toEqual([
      ...["NOT_FOUND", "SELF_ACTION", "NOT_FOUND", "SELF_ACTION"],
    ]);
    ledger.given(person(userId, "0", { status: "LOCKED" }));
    ledger.given(account(userId, "0", { frozen: true }));
    expect(await codes(approve(loanId))).toEqual(["USER_NOT_ACTIVE"]);
    ledger.given({ ...person(userId, "0"), ...account(userId, "0", { frozen: true }) });
    expect(await codes(approve(loanId))).toEqual(["ACCOUNT_FROZEN"]);
    ledger.given(account(userId, "0"));
    expect(await codes(approve(loanId))).toEqual(["TRUST_TOO_LOW"]);
  });
});

test("a repayment is refused in the order of the protocol", async () => {
  const [userId, loanId] = indebted();
  const other = borrower();
  expect(await codes(repay(userId, randomUUID(), "1"), repay(other, loanId, "1"))).toEqual([
    ...["NOT_FOUND", "ACTOR_NOT_ALLOWED"],
  ]);
  ledger.given(account(userId, "0", { frozen: true }));
  expect(await codes(repay(userId, loanId, gx(1_001)))).toEqual(["ACCOUNT_FROZEN"]);
  ledger.given(account(userId, "0"));
  expect(await codes(repay(userId, loanId, gx(1_001)), repay(userId, loanId, gx(1_000)))).toEqual([
    ...["REPAYMENT_EXCEEDS_DEBT", "INSUFFICIENT_FUNDS"],
  ]);
  expect(await codes(mark(randomUUID()), transfer(userId, other, "1"))).toEqual(["NOT_FOUND", "INSUFFICIENT_FUNDS"]);
});
