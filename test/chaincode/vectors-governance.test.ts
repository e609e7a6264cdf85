// Votes (protocol.md 10 and 18.5) on the bundle that peers run, in `fabric-chaincode-node server`.
import { randomUUID } from "node:crypto";
import type { Proposal, Tally } from "../../chaincode/state.js";
import {
  ADMIN,
  asAdmin,
  bootstrap,
  loadOf,
  named,
  startLedger,
  SUPER_ADMIN,
  verdict,
  weightOf,
  type Ask,
  type TestLedger,
} from "./ledger.js";
import { person } from "./states.js";
import { inChildProcess } from "./wires.js";

const VOTERS = Array.from({ length: 110 }, () => randomUUID());
const [VOTER = "", OTHER = ""] = VOTERS;
const FORTNIGHT = 1_209_600;

let ledger: TestLedger;
let endsAt: number;
beforeAll(async () => {
  ledger = await startLedger(inChildProcess);
});
beforeEach(async () => {
  ledger.peer.state.clear();
  ledger.now = 1_800_000_000;
  endsAt = ledger.now + FORTNIGHT;
  await ledger.run(bootstrap({ profile: "mainnet" }));
  // A parent and ten friends: a score of 50.
  for (const id of VOTERS) ledger.given(person(id, "0", {}, { parents: 1, friends: 10 }));
});
afterAll(() => ledger.close());

const submit = (parameterId = "feeP2pLocalHighBps", newValue = 8, id = randomUUID(), actor = ADMIN): Ask => ({
  ...asAdmin("governance.submitProposal", { parameterId, newValue, title: "A better value" }, actor),
  id,
});
const vote = (proposalId: string, support: boolean, actor = VOTER): Ask => ({
  ...{ command: "governance.castVote", actor },
  input: { proposalId, support },
});
const execute = (proposalId: string) => asAdmin("governance.executeProposal", { proposalId });

/** A proposal that was accepted. */
async function proposed(parameterId?: string, newValue?: number): Promise<string> {
  const id = randomUUID();
  const { outcomes } = await ledger.run(submit(parameterId, newValue, id));
  expect(verdict(outcomes[0])).toBe("committed");
  return id;
}
/** Runs one command, which must not be heavier than the catalogue says. */
async function run(ask: Ask) {
  const ran = await ledger.run(ask);
  expect(loadOf(ran)).toBeLessThanOrEqual(weightOf([ask]));
  return ran.outcomes[0];
}
const verdictOf = async (ask: Ask) => verdict(await run(ask));
const proposalOf = (id: string) => ledger.at<Proposal>(`prop~${id}`);
const tallies = (id: string) => [...ledger.peer.state.keys()].filter((key) => key.startsWith(`tally~${id}~`));

describe("votes (18.5)", () => {
  const cast = async (id: string, count: number, support: boolean, from: number) => {
    const asks = VOTERS.slice(from, from + count).map((voter) => vote(id, support, voter));
    if (asks.length > 0) expect((await ledger.run(...asks)).outcomes.map(verdict)).toEqual(asks.map(() => "committed"));
  };

  test.each([
    ["V1", 60, 40, null],
    ["V2", 59, 41, "NOT_APPROVED"],
    ["V3", 99, 0, "QUORUM_NOT_REACHED"],
    ["V4", 61, 40, null],
    ["V5", 60, 41, "NOT_APPROVED"],
    ["V6", 66, 44, null],
    ["V7", 0, 100, "NOT_APPROVED"],
    ["V8", 0, 0, "QUORUM_NOT_REACHED"],
  ])("%s: %d for and %d against", async (_, votesFor, votesAgainst, reason) => {
    const id = await proposed();
    await cast(id, votesFor, true, 0);
    await cast(id, votesAgainst, false, votesFor);
    expect(tallies(id)).toHaveLength([votesFor, votesAgainst].filter((votes) => votes > 0).length);
    ledger.now = endsAt;
    const outcome = await run(execute(id));
    const told = { proposalId: id, votesFor, votesAgainst };
    if (reason) {
      expect(outcome?.events).toMatchObject([{ name: "ProposalFailed", ...told, reason }]);
    } else {
      expect(outcome?.events).toMatchObject([
        { name: "ProposalExecuted", ...told },
        { name: "SystemParameterUpdated", value: 8, previousValue: 10, source: "GOVERNANCE" },
      ]);
    }
    const status = reason ? "FAILED" : "EXECUTED";
    expect(proposalOf(id)).toMatchObject({ status, votesFor, votesAgainst, failureReason: reason });
    expect(ledger.at("params")).toMatchObject({ feeP2pLocalHighBps: reason ? 10 : 8 });
    expect(tallies(id)).toEqual([]);
    expect(await verdictOf(execute(id))).toBe("WRONG_STATE");
    // The change may be proposed anew.
    expect(await verdictOf(submit())).toBe("committed");
  });

  test("V9: a vote is cast before the end, an execution from the end on", async () => {
    const id = await proposed();
    ledger.now = endsAt - 1;
    expect(await verdictOf(vote(id, true, VOTER))).toBe("committed");
    expect(await verdictOf(execute(id))).toBe("VOTING_OPEN");
    ledger.now = endsAt;
    expect(await verdictOf(vote(id, true, OTHER))).toBe("VOTING_CLOSED");
    expect(await verdictOf(execute(id))).toBe("committed");
  });

  test("V10: a score of 49 is too low, 50 is enough, and nobody votes twice", async () => {
    const id = await proposed();
    ledger.given(person(OTHER, "0", {}, { parents: 1, friends: 9 }));
    expect(await verdictOf(vote(id, true, OTHER))).toBe("TRUST_TOO_LOW");
    expect(await verdictOf(vote(id, true, VOTER))).toBe("committed");
    expect(await verdictOf(vote(id, false, VOTER))).toBe("ALREADY_ACTED");
    const { outcomes } = await ledger.run(vote(id, true, VOTERS[2]), vote(id, false, VOTERS[2]));
    expect(outcomes.map(verdict)).toEqual(["committed", "ALREADY_ACTED"]);
    expect(ledger.at(`vote~${id}~${VOTER}`)).toEqual({ support: true, at: ledger.now });
  });
});

describe("submitProposal", () => {
  it("copies the thresholds of now, and asks for no change that is being voted on", async () => {
    const id = await proposed("quorumVotes", 200);
    expect(proposalOf(id)).toEqual({
      ...{ proposalId: id, parameterId: "quorumVotes", newValue: 200, title: "A better value", proposerId: ADMIN },
      ...{ quorumVotes: 100, approvalBps: 6_000, voterMinTrust: 50, endsAt },
      ...{ status: "ACTIVE", votesFor: 0, votesAgainst: 0, failureReason: null },
    });
    expect(await verdictOf(submit("quorumVotes", 200))).toBe("DUPLICATE_PROPOSAL");
    const other = await run(submit("quorumVotes", 201));
    expect(named(other, "ProposalSubmitted")).toMatchObject([{ currentValue: 100, newValue: 201, endsAt }]);
    expect(ledger.at("propOpen~quorumVotes~200")).toBe(id);
  });

  it.each([
    ["NOT_FOUND", "quorum", 1, ADMIN],
    ["NOT_FOUND", "hasOwnProperty", -1, ADMIN],
    ["PARAMETER_OUT_OF_RANGE", "quorumVotes", 9, ADMIN],
    ["PARAMETER_OUT_OF_RANGE", "velocityTaxMinBps", 601, ADMIN],
    ["ACTOR_NOT_ADMIN", "quorumVotes", 10, SUPER_ADMIN],
  ])("answers %s to %s = %d", async (code, parameterId, value, actor) => {
    expect(await verdictOf(submit(parameterId, value, randomUUID(), actor))).toBe(code);
  });

  it("keeps the thresholds of a vote that is on when they change", async () => {
    const id = await proposed();
    ledger.given({
      params: { ...ledger.at<object>("params"), quorumVotes: 10, voterMinTrust: 60, approvalBps: 10_000 },
    });
    expect(await verdictOf(vote(id, true))).toBe("committed");
    ledger.now = endsAt;
    expect(named(await run(execute(id)), "ProposalFailed")).toMatchObject([{ reason: "QUORUM_NOT_REACHED" }]);
  });
});

describe("castVote", () => {
  it.each([
    ["NOT_FOUND", () => vote(randomUUID(), true)],
    ["ACTOR_NOT_ACTIVE", (id: string) => vote(id, true, randomUUID())],
  ])("answers %s", async (code, ask) => {
    expect(await verdictOf(ask(await proposed()))).toBe(code);
  });

  it("reads no key that another voter writes", async () => {
    const id = await proposed();
    const ran = await ledger.run(vote(id, true));
    expect(ran.simulated.reads).not.toContain(`tally~${id}~${ran.txId}`);
    expect([...ran.simulated.writes.keys()].sort().slice(1)).toEqual([
      `tally~${id}~${ran.txId}`,
      `vote~${id}~${VOTER}`,
    ]);
    expect(ledger.at<Tally>(`tally~${id}~${ran.txId}`)).toEqual({ for: 1, against: 0 });
  });
});

describe("executeProposal", () => {
  const tally = (id: string, n: number) => `tally~${id}~${String(n).padStart(64, "0")}`;
  const given = (id: string, count: number) =>
    ledger.given(
      Object.fromEntries(Array.from({ length: count }, (_, n) => [tally(id, n), { for: 2, against: n % 2 }])),
    );

  it("counts a thousand tallies in a step, and decides when none is left", async () => {
    const id = await proposed();
    given(id, 2_001);
    ledger.now = endsAt;
    for (const step of [1, 2]) {
      expect((await run(execute(id)))?.events).toMatchObject([
        { name: "ProposalTallied", votesFor: 2_000 * step, votesAgainst: 500 * step },
      ]);
      expect(proposalOf(id)).toMatchObject({ status: "ACTIVE", votesFor: 2_000 * step, votesAgainst: 500 * step });
      expect(tallies(id)).toHaveLength(2_001 - 1_000 * step);
      expect(await verdictOf(submit())).toBe("DUPLICATE_PROPOSAL");
    }
    expect((await run(execute(id)))?.events).toMatchObject([
      { name: "ProposalExecuted", votesFor: 4_002, votesAgainst: 1_000 },
      { name: "SystemParameterUpdated", parameterId: "feeP2pLocalHighBps", value: 8 },
    ]);
    expect(tallies(id)).toEqual([]);
  });

  it("counts a vote that arrives between two steps, by a clock that is behind", async () => {
    const id = await proposed();
    given(id, 1_001);
    ledger.now = endsAt;
    await run(execute(id));
    ledger.now = endsAt - 1;
    expect(await verdictOf(vote(id, false))).toBe("committed");
    ledger.now = endsAt;
    expect((await run(execute(id)))?.events[0]).toMatchObject({ votesFor: 2_002, votesAgainst: 501 });
    ledger.now = endsAt - 1;
    expect(await verdictOf(vote(id, false, OTHER))).toBe("VOTING_CLOSED");
  });

  it("decides at once over exactly a thousand", async () => {
    const id = await proposed();
    given(id, 1_000);
    ledger.now = endsAt;
    expect((await run(execute(id)))?.events[0]).toMatchObject({ name: "ProposalExecuted", votesFor: 2_000 });
  });

  it("fails a value that breaks the rule between two parameters by now", async () => {
    const [low, high] = [await proposed("velocityTaxMaxBps", 300), await proposed("velocityTaxMinBps", 400)];
    for (const id of [low, high]) given(id, 100);
    ledger.now = endsAt;
    expect((await run(execute(low)))?.events[0]).toMatchObject({ name: "ProposalExecuted" });
    expect((await run(execute(high)))?.events).toMatchObject([
      { name: "ProposalFailed", votesFor: 200, votesAgainst: 50, reason: "VALUE_INVALID" },
    ]);
    expect(ledger.at("params")).toMatchObject({ velocityTaxMinBps: 250, velocityTaxMaxBps: 300 });
    expect(ledger.at("propOpen~velocityTaxMinBps~400")).toBeUndefined();
  });

  it("answers NOT_FOUND to what nobody proposed", async () => {
    expect(await verdictOf(execute(randomUUID()))).toBe("NOT_FOUND");
  });
});

it("shows a proposal and a vote to who asks the ledger", async () => {
  const proposalId = await proposed();
  await run(vote(proposalId, true));
  expect(await ledger.query("proposal", { proposalId })).toEqual(proposalOf(proposalId));
  expect(await ledger.query("vote", { proposalId, voterId: VOTER })).toEqual({ support: true, at: ledger.now });
  expect(await ledger.query("vote", { proposalId, voterId: OTHER })).toBeNull();
});
