// What must hold of single executions about votes (protocol.md 17, 20). Reads only.
import { number, type Must } from "./invariants/invariant.js";
import type { Row, State } from "./state.js";

type Told = Readonly<Record<string, unknown>>;

const named = (events: readonly Told[], ...names: string[]) =>
  events.filter(({ name }) => names.includes(String(name)));
/** Counts of events that do not decode are none. */
const count = (told: Told, field: string) => BigInt(Number.isSafeInteger(told[field]) ? Number(told[field]) : 0);

/** Looks at the events of an outcome before they are folded. */
export function newVoteLook({ rows }: Pick<State, "rows">, must: Must) {
  const proposalOf = (told: Told) => rows.proposal.get(String(told["proposalId"]));
  const lookAtVote = (id: string, told: Told) => {
    const proposal = proposalOf(told);
    const vote = `${String(told["proposalId"])}~${String(told["voterId"])}`;
    must(20, !rows.vote.has(vote), `${id}: ${vote} was cast a second time`);
    must(20, proposal?.["status"] === "ACTIVE", `${id}: a vote on a proposal that is decided`);
    must(20, count(told, "at") * 1_000n < number(proposal, "ends_at"), `${id}: a vote after the end`);
  };
  /** What was counted is what was cast: all of it where it decides. */
  const lookAtCount = (id: string, told: Told) => {
    const proposal = proposalOf(told);
    for (const [field, column] of [
      ["votesFor", "votes_for"],
      ["votesAgainst", "votes_against"],
    ] as const) {
      const [counted, cast] = [count(told, field), number(proposal, column)];
      const right = told["name"] === "ProposalTallied" ? counted <= cast : counted === cast;
      must(20, right, `${id} counted ${counted} ${field} of ${cast}`);
    }
  };

  return (id: string, events: readonly Told[]) => {
    for (const told of named(events, "VoteCast")) lookAtVote(id, told);
    for (const told of named(events, "ProposalTallied", "ProposalExecuted", "ProposalFailed")) lookAtCount(id, told);
    for (const told of named(events, "ProposalExecuted")) {
      must(20, carries(proposalOf(told), count(told, "votesFor"), count(told, "votesAgainst")), `${id}: not approved`);
    }
  };
}

function carries(proposal: Row | undefined, votesFor: bigint, votesAgainst: bigint): boolean {
  const votes = votesFor + votesAgainst;
  return votes >= number(proposal, "quorum_votes") && votesFor * 10_000n >= number(proposal, "approval_bps") * votes;
}
