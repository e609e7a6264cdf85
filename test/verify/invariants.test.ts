// Each invariant of protocol.md 17 that today's commands can touch: found broken in blocks that break it.
import { randomUUID } from "node:crypto";
import { admin } from "../../catalogue/events/admin.js";
import { governance } from "../../catalogue/events/governance.js";
import { identity } from "../../catalogue/events/identity.js";
import { loanpool } from "../../catalogue/events/loanpool.js";
import { tax } from "../../catalogue/events/tax.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { newFold } from "../../cli/verify/fold.js";
import { checkInvariants } from "../../cli/verify/invariants/index.js";
import { newReport } from "../../cli/verify/report.js";
import { historyOf, NOW, outcome, type Event, type GivenTransaction } from "../projector/history.js";
import { approved, cafe, executed, failed, given, ordered, paid, rejected, STRANGER } from "./organizations.js";
import type { Pool } from "pg";

const [ADMIN, A, B] = [randomUUID(), randomUUID(), randomUUID()];
const TX = "f".repeat(64);
const FEES = "SYSTEM_OPERATIONS_FUND";
const { BalanceChanged, AccountCredited, GenesisDistributed, TransferCompleted } = tokenomics;

const bootstrap: readonly Event[] = [
  admin.SystemBootstrapped({ profile: "devnet", operatorMsp: "Org1MSP", admins: [ADMIN] }),
  admin.AdminAppointed({ adminId: ADMIN, appointedBy: ADMIN }),
];
const slots = [1, 2, 3, 4, 5, 6];
const country = (code = "VA", units = 1, totalUnits = units): Event =>
  admin.CountryDataInitialized({
    countries: [{ code, name: "Land", region: null, share: "0.00000001", units, slots }],
    ...{ totalCountries: 1, totalUnits },
  });
const user = (userId: string, more: object = {}): Event =>
  identity.UserCreated({
    ...{ userId, nationality: "VA", ageYears: 30, status: "ACTIVE", trustScore: 10, genesisOutcome: "DISTRIBUTED" },
    ...more,
  });
const born = (userId: string, deltaKey = `${TX}~0`): readonly Event[] => [
  user(userId),
  BalanceChanged({ accountId: userId, balance: "500000000" }),
  tax.TaxTimerChanged({ accountId: userId, timerStart: NOW }),
  GenesisDistributed({ userId, nationality: "VA", ageYears: 30, phase: 1, amount: "500000000" }),
  AccountCredited({ accountId: "treasury_VA", deltaKey, amount: "50000000" }),
  AccountCredited({ accountId: "MINTED_USER_GENESIS", deltaKey, amount: "500000000" }),
  AccountCredited({ accountId: "MINTED_GOVT_GENESIS", deltaKey, amount: "50000000" }),
];
const transfer = (more: object = {}): Event =>
  TransferCompleted({
    ...{ from: A, to: B, amount: "5000000", fee: "7500", kind: "P2P", scope: "LOCAL", rateBps: 15 },
    ...{ remark: null, multiSigTxId: null, ...more },
  });
const stillborn = user(B, { genesisOutcome: "AGE_NOT_ELIGIBLE", ageYears: 80 });

/** The invariants that these transactions break, behind a sound beginning. */
function broken(...transactions: readonly GivenTransaction[]): string[] {
  const history = historyOf(undefined as unknown as Pool);
  history.make([
    outcome({ events: bootstrap }),
    outcome({ events: [country()] }),
    outcome({ events: [...born(A), stillborn] }),
  ]);
  history.make(...transactions);
  const [fold, report] = [newFold(), newReport()];
  for (const block of history.blocks) fold.take(block);
  checkInvariants(report, fold);
  return report.checks.filter(({ differences }) => differences.length > 0).map(({ name }) => name);
}
const happened = (...events: readonly Event[]): readonly GivenTransaction[] => [[outcome({ events })]];
const moved = [
  BalanceChanged({ accountId: A, balance: "494992500" }),
  BalanceChanged({ accountId: B, balance: "5000000" }),
  AccountCredited({ accountId: FEES, deltaKey: `${TX}~9`, amount: "7500" }),
];
/** One command for each. */
const inTurn = (...events: readonly Event[]): readonly GivenTransaction[] => [
  events.map((event) => outcome({ events: [event] })),
];
const id = randomUUID();
/** As after a first parent. */
const trust = (more: object = {}): Event =>
  identity.TrustScoreChanged({
    ...{ userId: A, score: 40, relationshipScore: 40, loanAdjustment: 0 },
    ...{ parents: 1, spouses: 0, siblings: 0, children: 0, friends: 0, ...more },
  });
const related = (subjectId: string, objectId: string): readonly Event[] => {
  const relationship = { relationshipId: randomUUID(), subjectId, objectId, type: "PARENT" } as const;
  return [identity.RelationshipRequested(relationship), identity.RelationshipConfirmed(relationship)];
};
const child = trust({ userId: B, score: 20, relationshipScore: 20, parents: 0, children: 1 });

const taxed = (more: object = {}): Event =>
  tax.VelocityTaxApplied({
    ...{ accountId: A, country: "VA", rateBps: 250, balanceBefore: "440", tax: "11" },
    ...{ treasuryShare: "6", redistributionShare: "5", ...more },
  });
/** Without it a tax is due at once. */
const period = admin.SystemParameterUpdated({
  ...{ parameterId: "velocityTaxPeriodSeconds", value: 60, previousValue: null, source: "BOOTSTRAP" },
});
const redistributed = (more: object = {}): Event =>
  tax.RedistributionCompleted({ recipients: [A, B], share: "5", total: "10", remainder: "1", ...more });
const LOAN = { loanId: randomUUID(), borrowerId: A };
const applied = (more: object = {}): Event =>
  loanpool.LoanApplied({ ...LOAN, amount: "100000000", collateralHash: TX, purposeHash: null, ...more });
/** A loan that is paid out with new coins. */
const lent = (more: object = {}): readonly Event[] => [
  applied(),
  loanpool.LoanApproved({
    ...{ ...LOAN, amount: "100000000", fromStored: "0", minted: "100000000", approvedBy: ADMIN, dueAt: NOW, ...more },
  }),
  BalanceChanged({ accountId: A, balance: "600000000" }),
  BalanceChanged({ accountId: "MINTED_LOAN", balance: "100000000" }),
];
const repayment = (more: object = {}): Event =>
  loanpool.LoanRepaymentReceived({ ...LOAN, amount: "1", outstanding: "99999999", ...more });
const repaid = loanpool.LoanRepaid({ ...LOAN, trustEffect: 15 });
/** Back to the pool, all of it, from what A held. */
const back: readonly Event[] = [
  repayment({ amount: "100000000", outstanding: "0" }),
  BalanceChanged({ accountId: A, balance: "500000000" }),
  AccountCredited({ accountId: "SYSTEM_LOAN_POOL", deltaKey: `${TX}~5`, amount: "100000000" }),
  repaid,
];

const set = (parameterId: string, value: number): Event =>
  admin.SystemParameterUpdated({ parameterId, value, previousValue: null, source: "GOVERNANCE" });
const PROPOSAL = randomUUID();
const proposed = (more: object = {}): Event =>
  governance.ProposalSubmitted({
    ...{ proposalId: PROPOSAL, parameterId: "quorumVotes", currentValue: 100, newValue: 200, title: "More votes" },
    ...{ proposerId: ADMIN, quorumVotes: 2, approvalBps: 6_000, voterMinTrust: 50, endsAt: NOW + 1, ...more },
  });
const vote = (voterId: string, support = true): Event =>
  governance.VoteCast({ proposalId: PROPOSAL, voterId, support });
const decided = (more: object = {}): Event =>
  governance.ProposalExecuted({ proposalId: PROPOSAL, votesFor: 2, votesAgainst: 0, ...more });

test("all invariants are looked at but 23 and 26, which statements and rows are compared for", () => {
  const report = newReport();
  checkInvariants(report, newFold());
  const numbers = report.checks.map(({ name }) => Number(name.replace("invariant ", ""))).sort((a, b) => a - b);
  expect(numbers).toEqual([...Array(26).keys()].map((index) => index + 1).filter((n) => n !== 23 && n !== 26));
});

test("a sound history breaks none", () => {
  expect(broken(...inTurn(proposed(), vote(A), vote(B), decided()))).toEqual([]);
  expect(broken([outcome({ events: [taxed(), redistributed(), ...lent()] })], [outcome({ events: back })])).toEqual([]);
  expect(broken(...happened(transfer(), ...moved))).toEqual([]);
  expect(broken(...happened(...related(A, B), trust(), child))).toEqual([]);
  const opened = [outcome({ events: [...cafe([A, B]), ...given(A, "500000000", "10")] })];
  const settled = [outcome({ events: [ordered(A, [A, B]), approved(B, [A, B]), executed, ...paid(undefined, "5")] })];
  expect(broken(opened, settled)).toEqual([]);
  for (const end of [[], [approved(B, [A, B]), failed], [rejected(B)]]) {
    expect(broken(opened, [outcome({ events: [ordered(A, [A, B]), ...end] })])).toEqual([]);
  }
});

test.each<[string, string, readonly GivenTransaction[]]>([
  ["1", "coins come from nowhere", happened(BalanceChanged({ accountId: B, balance: "1" }))],
  [
    "1",
    "coins vanish in one command and come back in the next",
    [
      [outcome({ events: [BalanceChanged({ accountId: A, balance: "499999999" })] })],
      [outcome({ events: [BalanceChanged({ accountId: A, balance: "500000000" })] })],
    ],
  ],
  ["2", "a pool passes its cap", happened(BalanceChanged({ accountId: "MINTED_GX", balance: "31250000000000001" }))],
  [
    "3",
    "genesis is minted that nobody got",
    happened(AccountCredited({ accountId: "MINTED_USER_GENESIS", deltaKey: `${TX}~8`, amount: "1" })),
  ],
  ["4", "more slots are used than there are", happened(...born(randomUUID(), `${TX}~7`))],
  ["6", "somebody gets genesis twice", happened(...born(A, `${TX}~7`).slice(1))],
  ["6", "a child gets genesis", happened(user(randomUUID(), { ageYears: 12 }))],
  ["7", "the shares exceed one", happened(country("XX", 100_000_000))],
  ["8", "a fee takes all", happened(transfer({ fee: "5000000" }))],
  ["8", "a rate is above 10 %", happened(transfer({ rateBps: 1_001 }), ...moved)],
  ["8", "a broken Qirat is rounded down", happened(transfer({ amount: "5000001" }))],
  ["8", "the receiver gets one Qirat less", happened(transfer({ amount: "5000001" }), ...moved)],
  ["9", "the shares of a tax are less than the tax", happened(taxed({ treasuryShare: "4" }))],
  ["9", "the odd Qirat goes to the wrong side", happened(taxed({ treasuryShare: "5", redistributionShare: "6" }))],
  ["9", "a tax is above its rate", happened(taxed({ balanceBefore: "439" }))],
  ["10", "the shares are not the total", happened(redistributed({ total: "11" }))],
  ["10", "a whole share is left over", happened(redistributed({ remainder: "2" }))],
  ["11", "a timer goes on over a tax", happened({ ...taxed(), at: NOW + 9 })],
  ["11", "a tax comes before its time", inTurn(period, taxed())],
  ["11", "a timer runs on a small balance", happened(tax.TaxTimerChanged({ accountId: B, timerStart: NOW }))],
  [
    "12",
    "a locked treasury pays",
    [
      [outcome({ events: [BalanceChanged({ accountId: "treasury_VA", balance: "10" })] })],
      [outcome({ events: [BalanceChanged({ accountId: "treasury_VA", balance: "9" })] })],
    ],
  ],
  [
    "12",
    "a frozen account pays",
    [
      [outcome({ events: [tokenomics.WalletFrozen({ accountId: A, reason: "COURT_ORDER" })] })],
      [outcome({ events: [BalanceChanged({ accountId: A, balance: "499999999" })] })],
    ],
  ],
  ["13", "a score is not the sum of its parts", happened(trust({ score: 41 }))],
  ["13", "a loan's effect is not in the score", happened(trust({ loanAdjustment: -15 }))],
  ["13", "a parent counts twice", happened(...related(A, B), trust({ score: 70, relationshipScore: 70 }))],
  ["13", "somebody counts who is no parent", happened(trust())],
  ["14", "somebody is one's own parent", happened(...related(A, A))],
  ["14", "two confirmed relationships join a pair", happened(...related(A, B), ...related(B, A))],
  ["15", "not everybody has endorsed an active organization", happened(...cafe([A, B], { endorsements: [A] }))],
  ["15", "an outsider has endorsed", happened(...cafe([A, B], { endorsements: [A, B, STRANGER] }))],
  ["15", "somebody has endorsed twice", happened(...cafe([A, B], { endorsements: [A, B, B] }))],
  ["15", "a rule names an outsider", happened(...cafe([A, B], { group: [A, STRANGER] }))],
  [
    "15",
    "an active organization has no rule",
    happened(...cafe([A, B]).filter(({ name }) => name !== "AuthRuleDefined")),
  ],
  ["16", "an outsider approves", happened(...cafe([A, B]), ordered(A, [A, B], [STRANGER]))],
  ["16", "one approval counts twice", happened(...cafe([A, B]), ordered(A, [A, B]), approved(A, [A, A]), failed)],
  ["16", "enough approvals settle nothing", happened(...cafe([A, B]), ordered(A, [A, B]), approved(B, [A, B]))],
  ["16", "too few approvals are enough", happened(...cafe([A, B]), ordered(A, [A, B]), failed)],
  [
    "16",
    "nothing is paid by what is executed",
    happened(...cafe([A, B]), ordered(A, [A, B]), approved(B, [A, B]), executed),
  ],
  [
    "16",
    "a transaction is paid twice",
    [
      [outcome({ events: [...cafe([A, B]), ...given(A, "500000000", "10")] })],
      [outcome({ events: [ordered(A, [A, B]), approved(B, [A, B]), executed, ...paid(undefined, "5")] })],
      [outcome({ events: [executed, ...paid(undefined, "0")] })],
    ],
  ],
  ["17", "a loan is repaid that still owes", happened(...lent(), repaid)],
  ["17", "a loan owes before it is paid out", happened(applied(), repayment({ outstanding: "1" }))],
  ["17", "a loan owes more than was lent", happened(...lent(), repayment({ outstanding: "100000001" }))],
  ["17", "a repayment is lost", [[outcome({ events: lent() })], [outcome({ events: [repayment({ amount: "2" })] })]]],
  ["18", "a sixth loan is asked for", happened(...Array.from({ length: 6 }, () => applied({ loanId: randomUUID() })))],
  ["18", "more is asked for than anyone may owe", happened(applied({ amount: "10000000000001" }))],
  ["19", "a loan is paid with coins of nobody", happened(...lent({ amount: "1" }))],
  [
    "21",
    "a parameter leaves its range",
    happened(
      admin.SystemParameterUpdated({
        parameterId: "quorumVotes",
        value: -1,
        previousValue: null,
        source: "SUPER_ADMIN",
      }),
    ),
  ],
  [
    "21",
    "the least rate of the tax passes the most",
    happened(set("velocityTaxMaxBps", 240), set("velocityTaxMinBps", 250)),
  ],
  ["20", "somebody votes twice", inTurn(proposed(), vote(A), vote(A))],
  ["20", "somebody votes in two transactions", [...inTurn(proposed(), vote(A)), ...happened(vote(A))]],
  ["20", "a vote comes at the end", inTurn(proposed({ endsAt: NOW }), vote(A))],
  ["20", "a vote comes after the decision", inTurn(proposed(), vote(A), vote(B), decided(), vote(ADMIN))],
  ["20", "a proposal is executed without quorum", inTurn(proposed(), vote(A), decided({ votesFor: 1 }))],
  [
    "20",
    "a proposal is executed that most were against",
    inTurn(proposed(), vote(A, false), vote(B, false), decided({ votesFor: 0, votesAgainst: 2 })),
  ],
  ["20", "a vote is counted twice", inTurn(proposed(), vote(A), vote(B), decided({ votesFor: 3 }))],
  [
    "20",
    "more is counted than was cast",
    inTurn(proposed(), governance.ProposalTallied({ proposalId: PROPOSAL, votesFor: 0, votesAgainst: 1 })),
  ],
  ["22", "a command is executed twice", [[outcome({ commandId: id }), outcome({ commandId: id })]]],
  [
    "22",
    "a refused command changes something",
    [[outcome({ status: "refused", code: "PAUSED", events: [transfer()] })]],
  ],
  [
    "22",
    "a repetition changes something",
    [[outcome({ commandId: id }), outcome({ commandId: id, repeatOf: TX, events: [transfer()] })]],
  ],
  ["22", "something repeats what never was", [[outcome({ repeatOf: TX })]]],
  [
    "24",
    "a command runs while the system is paused",
    [
      [
        outcome({ events: [admin.SystemPaused({ reason: "drill", actor: ADMIN })] }),
        outcome({ command: "tokenomics.transfer" }),
      ],
    ],
  ],
  [
    "25",
    "there are 51 admins",
    happened(...Array.from({ length: 50 }, () => admin.AdminAppointed({ adminId: randomUUID(), appointedBy: ADMIN }))),
  ],
])("%s is broken when %s", (invariant, _, transactions) => {
  expect(broken(...transactions)).toContain(`invariant ${invariant}`);
});

test("21 is broken when a testnet begins with other values than the law's", () => {
  const [fold, report, history] = [newFold(), newReport(), historyOf(undefined as unknown as Pool)];
  const began = admin.SystemBootstrapped({ profile: "testnet", operatorMsp: "Org1MSP", admins: [ADMIN] });
  const overridden = { parameterId: "quorumVotes", value: 99, previousValue: null, source: "BOOTSTRAP" } as const;
  fold.take(history.make([outcome({ events: [began, admin.SystemParameterUpdated(overridden)] })]));
  checkInvariants(report, fold);
  expect(report.check("invariant 21").differences).toEqual([expect.stringContaining("overrode quorumVotes")]);
});

test("25 is broken when no admin is left", () => {
  const revoked = admin.AdminRevoked({ adminId: ADMIN, revokedBy: ADMIN, reason: "left" });
  expect(broken(...happened(revoked))).toEqual(["invariant 25"]);
  const appointed = admin.AdminAppointed({ adminId: B, appointedBy: ADMIN });
  expect(broken(...inTurn(revoked, appointed))).toEqual(["invariant 25"]);
  expect(broken(...inTurn(appointed, revoked))).toEqual([]);
});

test("5 and 13 are broken when what waits is not the sum of the credits, and a trust score is above 100", () => {
  const fold = newFold();
  const history = historyOf(undefined as unknown as Pool);
  fold.take(history.make([outcome({ events: bootstrap })]));
  fold.state.patch("wallet", FEES, { stored: "-1", pending: "1" });
  fold.state.put("user", { id: A, trust_score: "101", relationship_score: "10", loan_adjustment: "91" });
  const report = newReport();
  checkInvariants(report, fold);
  expect(report.check("invariant 13").differences).toEqual([
    `trust score of ${A} is 101`,
    `trust score of ${A} is 101, but its parts give 100`,
  ]);
  expect(report.check("invariant 5").differences).toEqual([
    `${FEES} holds less than nothing`,
    `pending of ${FEES} is not the sum of its unfolded credits`,
  ]);
});
