// Loans and the velocity tax as the graph shows them: values, sums that are kept, eligibility, and what is due.
import { admin } from "../../catalogue/events/admin.js";
import { identity } from "../../catalogue/events/identity.js";
import { loanpool } from "../../catalogue/events/loanpool.js";
import { tax } from "../../catalogue/events/tax.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import {
  ADA,
  ADMIN,
  ASSESSED,
  AT,
  BAKERY,
  CHI,
  EMMA,
  foundBakery,
  lendAndTax,
  LOAN,
  newWorld,
} from "../gateway/world.js";
import { NOW, type Event } from "../projector/history.js";

let graph: Graph;
let ada: string;
let officer: string;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  await foundBakery(graph.history);
  await lendAndTax(graph.history);
  ada = await graph.token("USER", ADA);
  officer = await graph.token("ADMIN", ADMIN);
});
afterAll(() => graph.close());

const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();
const asked = async (query: string, token?: string) => {
  const { data, errors } = await graph.ask(query, {}, token);
  expect(errors).toEqual([]);
  return data;
};
const happened = (...events: readonly Event[]) => graph.history.happened(events);
const eligibilityOf = async (id: string) => {
  const data = await asked(`{ user(id: "${id}") { loanEligibility { eligible reasons maxAmount } } }`, officer);
  return (data as { user: { loanEligibility: unknown } }).user.loanEligibility;
};

describe("a loan", () => {
  const hash = "f".repeat(64);

  it("is shown to its borrower with what was repaid, newest first, and in no case who decided", async () => {
    await happened(
      loanpool.LoanRepaymentReceived({ loanId: LOAN, borrowerId: ADA, amount: "1", outstanding: "599999999" }),
      tokenomics.BalanceChanged({ accountId: ADA, balance: "1260999999" }),
      tokenomics.AccountCredited({ accountId: "SYSTEM_LOAN_POOL", deltaKey: `${hash}~30`, amount: "1" }),
    );
    const fields = `id borrower { id } amount outstanding status collateralHash purposeHash appliedAt approvedAt dueAt
      closedAt rejectionReason repayments { amount outstanding at }`;
    const dueAt = iso(NOW + 31_536_000);
    expect(await asked(`{ loan(id: "${LOAN}") { ${fields} } }`, ada)).toEqual({
      loan: {
        ...{ id: LOAN, borrower: { id: ADA }, amount: "1000000000", outstanding: "599999999", status: "ACTIVE" },
        ...{ collateralHash: hash, purposeHash: null, appliedAt: AT, approvedAt: AT, dueAt },
        ...{ closedAt: null, rejectionReason: null },
        repayments: [
          { amount: "1", outstanding: "599999999", at: AT },
          { amount: "400000000", outstanding: "600000000", at: AT },
        ],
      },
    });
    const { data, errors } = await graph.ask(`{ loan(id: "${LOAN}") { decidedBy } }`, {}, ada);
    expect([data, errors[0]?.extensions.code]).toEqual([{ loan: { decidedBy: null } }, "FORBIDDEN"]);
    expect(await asked(`{ loan(id: "${LOAN}") { decidedBy } }`, officer)).toEqual({ loan: { decidedBy: ADMIN } });
  });

  it("is listed by its status, for admins in all and for the borrower alone", async () => {
    const list = `edges { node { id status } }`;
    const active = { edges: [{ node: { id: LOAN, status: "ACTIVE" } }] };
    expect(
      await asked(`{ loans(status: ACTIVE) { ${list} } none: loans(status: REPAID) { ${list} } }`, officer),
    ).toEqual({
      ...{ loans: active, none: { edges: [] } },
    });
    expect(await asked(`{ me { loans { ${list} } none: loans(status: DEFAULTED) { ${list} } } }`, ada)).toEqual({
      me: { loans: active, none: { edges: [] } },
    });
  });

  it("stands in the statements of borrower and pool, and in the sums of the pool", async () => {
    const lines = `edges { node { type direction amount counterparty { id } } }`;
    const repaid = { type: "LOAN_REPAYMENT", counterparty: { id: "SYSTEM_LOAN_POOL" } };
    const ofAda = await asked(`{ transactions(walletId: "${ADA}", first: 4) { ${lines} } }`, ada);
    expect(ofAda).toEqual({
      transactions: {
        edges: [
          { node: { ...repaid, direction: "OUT", amount: "1" } },
          { node: { type: "TAX", direction: "OUT", amount: "39000000", counterparty: { id: "treasury_NG" } } },
          { node: { ...repaid, direction: "OUT", amount: "400000000" } },
          { node: { ...repaid, type: "LOAN_DISBURSEMENT", direction: "IN", amount: "1000000000" } },
        ],
      },
    });
    expect(await asked(`{ transactions(walletId: "SYSTEM_LOAN_POOL") { ${lines} } }`)).toEqual({
      transactions: {
        edges: [
          { node: { ...repaid, direction: "IN", amount: "1" } },
          { node: { ...repaid, direction: "IN", amount: "400000000" } },
        ],
      },
    });
    expect(await asked("{ loanPool { available mintable lent activeLoans } }")).toEqual({
      loanPool: { available: "400000001", mintable: "299999999000000000", lent: "599999999", activeLoans: 1 },
    });
  });

  it("leaves the sums of the pool when it is defaulted, and when it is repaid", async () => {
    const other = { loanId: "0b1d0000-0000-4000-8000-0000000000d9", borrowerId: EMMA };
    const paid = { fromStored: "100000000", minted: "0", approvedBy: ADMIN, dueAt: NOW };
    const pool = async () => ((await asked("{ loanPool { available lent activeLoans } }")) ?? {})["loanPool"];
    await happened(
      loanpool.LoanApplied({ ...other, amount: "100000000", collateralHash: hash, purposeHash: hash }),
      loanpool.LoanApproved({ ...other, amount: "100000000", ...paid }),
      admin.DeltasFolded({ accountId: "SYSTEM_LOAN_POOL", txIds: [hash], amount: "400000001", stored: "400000001" }),
      tokenomics.BalanceChanged({ accountId: "SYSTEM_LOAN_POOL", balance: "300000001" }),
    );
    expect(await pool()).toEqual({ available: "300000001", lent: "699999999", activeLoans: 2 });
    await happened(loanpool.LoanDefaulted({ ...other, outstanding: "100000000", trustEffect: -50 }));
    expect(await pool()).toEqual({ available: "300000001", lent: "699999999", activeLoans: 1 });
    await happened(
      loanpool.LoanRepaymentReceived({ ...other, amount: "100000000", outstanding: "0" }),
      tokenomics.BalanceChanged({ accountId: "SYSTEM_LOAN_POOL", balance: "400000001" }),
      loanpool.LoanRepaid({ ...other, trustEffect: 0 }),
    );
    expect(await pool()).toEqual({ available: "400000001", lent: "599999999", activeLoans: 1 });
    expect(await asked(`{ loan(id: "${other.loanId}") { status closedAt } }`, officer)).toEqual({
      loan: { status: "REPAID", closedAt: AT },
    });
  });
});

describe("the eligibility for a loan", () => {
  const may = (maxAmount: string) => ({ eligible: true, reasons: [], maxAmount });
  const not = (...reasons: string[]) => ({ eligible: false, reasons, maxAmount: "0" });
  const family = { relationshipScore: 80, parents: 1, spouses: 1, siblings: 1, children: 0, friends: 0 };
  const apply = (number: number, amount: string): Event =>
    loanpool.LoanApplied({
      ...{ loanId: `0b1d0000-0000-4000-8000-00000000010${number}`, borrowerId: ADA, amount },
      ...{ collateralHash: "f".repeat(64), purposeHash: null },
    });

  it("names the codes of all that stands in the way, in the order of the checks, and follows what happens", async () => {
    expect([await eligibilityOf(ADA), await eligibilityOf(EMMA)]).toEqual([may("1000000000000"), not("TRUST_TOO_LOW")]);
    await happened(
      identity.UserLocked({ userId: ADA, reason: "COURT_ORDER" }),
      tokenomics.WalletFrozen({ accountId: ADA, reason: "COURT_ORDER" }),
      identity.TrustScoreChanged({ userId: ADA, ...family, score: 74, loanAdjustment: -6 }),
      admin.SystemPaused({ reason: "drill", actor: ADMIN }),
    );
    expect(await eligibilityOf(ADA)).toEqual(not("PAUSED", "ACTOR_NOT_ACTIVE", "ACCOUNT_FROZEN", "TRUST_TOO_LOW"));
    await happened(
      identity.UserUnlocked({ userId: ADA }),
      tokenomics.WalletUnfrozen({ accountId: ADA }),
      admin.SystemParameterUpdated({ parameterId: "loanMinTrust", value: 74, previousValue: 75, source: "GOVERNANCE" }),
      admin.SystemResumed({ actor: ADMIN }),
    );
    expect(await eligibilityOf(ADA)).toEqual(may("1000000000000"));
  });

  it("counts loans that wait with what was asked, and ends with five or where less than 100 GX is left", async () => {
    await happened(apply(1, "8999999999999"));
    expect(await eligibilityOf(ADA)).toEqual(may("999400000002"));
    await happened(apply(2, "999300000003"));
    expect(await eligibilityOf(ADA)).toEqual(not("LIMIT_EXCEEDED"));
    const rejected = { borrowerId: ADA, rejectedBy: ADMIN, reason: "No" };
    await happened(loanpool.LoanRejected({ ...rejected, loanId: "0b1d0000-0000-4000-8000-000000000101" }));
    await happened(apply(3, "100000000"), apply(4, "100000000"), apply(5, "100000000"));
    expect(await eligibilityOf(ADA)).toEqual(not("LIMIT_EXCEEDED"));
  });

  it("is the affair of the user alone", async () => {
    const { errors } = await graph.ask(
      `{ user(id: "${EMMA}") { loans { edges { cursor } } loanEligibility { eligible } } }`,
      {},
      ada,
    );
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(["FORBIDDEN", "FORBIDDEN"]);
  });
});

describe("the velocity tax", () => {
  const status = "wallet { id } timerStart daysHeld dueAt exempt rateBps projectedTax";
  const PERIOD = 30_672_000;
  const LONG_AGO = 1_600_000_000;

  it("stands as balance, timer and rates say", async () => {
    expect(await asked(`{ me { taxStatus { ${status} } } }`, ada)).toEqual({
      me: {
        taxStatus: {
          ...{ wallet: { id: ADA }, timerStart: AT, daysHeld: 0, dueAt: iso(NOW + PERIOD), exempt: false },
          ...{ rateBps: 300, projectedTax: "37829999" },
        },
      },
    });
    await happened(tokenomics.BalanceChanged({ accountId: `org_${BAKERY}`, balance: "99999999" }));
    const chi = await graph.token("USER", CHI);
    expect(await asked(`{ organization(id: "${BAKERY}") { taxStatus { ${status} } } }`, chi)).toEqual({
      organization: {
        taxStatus: {
          ...{ wallet: { id: `org_${BAKERY}` }, timerStart: null, daysHeld: null, dueAt: null, exempt: false },
          ...{ rateBps: null, projectedTax: null },
        },
      },
    });
  });

  it("shows an organization's tax to its stakeholders and nobody else", async () => {
    const query = `{ organization(id: "${BAKERY}") { taxStatus { exempt } } taxAssessments(walletId: "org_${BAKERY}") { edges { cursor } } }`;
    expect(await asked(query, ada)).toEqual({
      ...{ organization: { taxStatus: { exempt: false } }, taxAssessments: { edges: [] } },
    });
    const { errors } = await graph.ask(query, {}, await graph.token("USER", EMMA));
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(["FORBIDDEN", "FORBIDDEN"]);
  });

  it("is no part of what a payment costs: an organization is paid as a merchant", async () => {
    const quote = `quoteTransfer(to: "org_${BAKERY}", amount: "500000000") { kind scope rateBps fee total }`;
    const price = { kind: "MERCHANT", scope: "LOCAL", rateBps: 15, fee: "750000", total: "500750000" };
    expect(await asked(`{ ${quote} }`, ada)).toEqual({ quoteTransfer: price });
  });

  it("keeps what it took and gave", async () => {
    const took = "id wallet { id } rateBps balanceBefore tax treasuryShare redistributionShare at";
    expect(await asked(`{ taxAssessments(walletId: "${ADA}") { edges { node { ${took} } } } }`, ada)).toEqual({
      taxAssessments: {
        edges: [
          {
            node: {
              ...{ id: ASSESSED, wallet: { id: ADA }, rateBps: 300, balanceBefore: "1300000000", tax: "39000000" },
              ...{ treasuryShare: "19500000", redistributionShare: "19500000", at: AT },
            },
          },
        ],
      },
    });
    expect(
      await asked("{ redistributions { edges { node { id recipientCount share total remainder at } } } }"),
    ).toEqual({
      redistributions: {
        edges: [
          { node: { id: ASSESSED, recipientCount: 1, share: "5000000", total: "5000000", remainder: "0", at: AT } },
        ],
      },
    });
  });

  it("lists the accounts that are due, and no exempt one, as their timers started", async () => {
    const due = async (more = "") =>
      asked(`{ taxDue${more} { edges { cursor node { wallet { id } } } totalCount } }`, officer) as Promise<{
        taxDue: { edges: { cursor: string; node: { wallet: { id: string } } }[]; totalCount: number };
      }>;
    const ids = async (more = "") => (await due(more)).taxDue.edges.map(({ node }) => node.wallet.id);
    expect(await ids()).toEqual([]);
    const today = Math.floor(Date.now() / 1_000);
    await happened(
      tax.TaxTimerChanged({ accountId: ADA, timerStart: LONG_AGO }),
      tax.TaxTimerChanged({ accountId: EMMA, timerStart: LONG_AGO - 1 }),
      tax.TaxTimerChanged({ accountId: `org_${BAKERY}`, timerStart: today - PERIOD + 600 }),
    );
    expect(await ids()).toEqual([ADA, EMMA]);
    const [first] = (await due("(first: 1)")).taxDue.edges;
    expect(await ids(`(first: 1, after: "${first?.cursor}")`)).toEqual([EMMA]);
    await happened(
      admin.SystemParameterUpdated({
        ...{
          parameterId: "velocityTaxPeriodSeconds",
          value: PERIOD - 700,
          previousValue: PERIOD,
          source: "GOVERNANCE",
        },
      }),
      tax.TaxExemptionChanged({ accountId: ADA, exempt: true }),
    );
    expect([await ids(), (await due()).taxDue.totalCount]).toEqual([[`org_${BAKERY}`, EMMA], 2]);
    expect(await asked(`{ me { taxStatus { exempt daysHeld } } }`, ada)).toEqual({
      me: { taxStatus: { exempt: true, daysHeld: Math.floor((today - LONG_AGO) / 86_400) } },
    });
  });
});

it("reads the open loans of many users by one statement", async () => {
  const statements = async () =>
    Number(
      /gx_db_query_duration_seconds_count\{[^}]*query="read Loan"[^}]*\} (\d+)/.exec(await graph.metrics.text())?.[1] ??
        0,
    );
  const before = await statements();
  const data = await asked(`{ users { edges { node { id loanEligibility { eligible } } } } }`, officer);
  const { users } = data as { users: { edges: { node: { id: string } }[] } };
  expect(users.edges.map(({ node }) => node.id)).toEqual([EMMA, ADA]);
  expect((await statements()) - before).toBe(1);
});
