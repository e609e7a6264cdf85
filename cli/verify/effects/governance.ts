// What events mean for proposals and votes.
import type { Cell, State } from "../state.js";
import { ms, type Effects } from "./effect.js";

export const governanceEffects = (state: State) => {
  const close = (id: string, status: string, reason: Cell, told: { votesFor: number; votesAgainst: number }) =>
    state.patch("proposal", id, {
      ...{ status, failure_reason: reason },
      ...{ votes_for: String(told.votesFor), votes_against: String(told.votesAgainst) },
    });
  return {
    ProposalSubmitted: (event, { position }) =>
      state.put("proposal", {
        ...{ id: event.proposalId, parameter_id: event.parameterId, title: event.title, proposer_id: event.proposerId },
        ...{ current_value: String(event.currentValue), new_value: String(event.newValue) },
        ...{ quorum_votes: String(event.quorumVotes), approval_bps: String(event.approvalBps) },
        ...{ voter_min_trust: String(event.voterMinTrust), votes_for: "0", votes_against: "0" },
        ...{ status: "ACTIVE", failure_reason: null, position },
        ...{ submitted_at: ms(event.at), ends_at: ms(event.endsAt) },
      }),
    VoteCast: ({ proposalId, voterId, support, at }, { position }) => {
      const id = `${proposalId}~${voterId}`;
      const cells = { proposal_id: proposalId, voter_id: voterId, support: String(support) };
      state.put("vote", { id, ...cells, at: ms(at), position });
      state.bump("proposal", proposalId, support ? "votes_for" : "votes_against", 1n);
    },
    ProposalTallied: () => undefined,
    ProposalExecuted: ({ proposalId, ...told }) => close(proposalId, "EXECUTED", null, told),
    ProposalFailed: ({ proposalId, reason, ...told }) => close(proposalId, "FAILED", reason, told),
  } satisfies Effects;
};
