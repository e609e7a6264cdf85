// Proposals and votes.
import type { State } from "../state.js";
import { each, pairs, type Question, type Questions } from "./question.js";

export const governanceQuestions: Questions = (state) => [
  ...each(state.rows.proposal, (id) => proposalOf(state, id)),
  ...each(state.rows.vote, (id) => voteOf(state, id)),
];

const proposalOf = ({ rows }: State, proposalId: string): Question => ({
  ...{ check: "ledger proposals", what: proposalId, name: "proposal", args: { proposalId } },
  expected: (answer) => {
    const row = rows.proposal.get(proposalId);
    // The ledger counts when the time is over, the rows are counted at once: both agree on what is decided.
    const counted = row?.["status"] === "ACTIVE" ? {} : { votesFor: "votes_for", votesAgainst: "votes_against" };
    return pairs(answer, row, {
      ...{ parameterId: "parameter_id", newValue: "new_value", title: "title", proposerId: "proposer_id" },
      ...{ quorumVotes: "quorum_votes", approvalBps: "approval_bps", voterMinTrust: "voter_min_trust" },
      ...{ endsAt: "@ends_at", status: "status", failureReason: "failure_reason", ...counted },
    });
  },
});

const voteOf = ({ rows }: State, id: string): Question => {
  const [proposalId = "", voterId = ""] = id.split("~");
  return {
    ...{ check: "ledger votes", what: id, name: "vote", args: { proposalId, voterId } },
    expected: (answer) => pairs(answer, rows.vote.get(id), { support: "support", at: "@at" }),
  };
};
