// Proposals, votes and what they decide (protocol.md 10 and 13). The tally of a proposal is the number of its rows of votes.
import { changesOf, type Projection } from "./change.js";

const { put, append, patch, add } = changesOf("governance");

export const governance = {
  ProposalSubmitted: (
    { name: _name, domain: _domain, proposalId, currentValue, newValue, at, ...submitted },
    place,
  ) => [
    put("proposal", {
      ...submitted,
      ...{ id: proposalId, currentValue: BigInt(currentValue), newValue: BigInt(newValue) },
      ...{ votesFor: 0n, votesAgainst: 0n, status: "ACTIVE", failureReason: null },
      ...{ submittedAt: at, position: place.position() },
    }),
  ],
  VoteCast: ({ proposalId, voterId, support, at }, place) => [
    append("vote", { id: `${proposalId}~${voterId}`, proposalId, voterId, support, at, position: place.position() }),
    add("proposal", { id: proposalId }, support ? { votesFor: 1n } : { votesAgainst: 1n }),
  ],
  // How far the ledger has counted; the rows of votes are counted already.
  ProposalTallied: () => [],
  ProposalExecuted: ({ proposalId, ...votes }) => [
    patch("proposal", { id: proposalId }, { status: "EXECUTED", ...finalTally(votes) }),
  ],
  ProposalFailed: ({ proposalId, reason, ...votes }) => [
    patch("proposal", { id: proposalId }, { status: "FAILED", failureReason: reason, ...finalTally(votes) }),
  ],
} satisfies Projection<"governance">;

const finalTally = ({ votesFor, votesAgainst }: { votesFor: number; votesAgainst: number }) => ({
  votesFor: BigInt(votesFor),
  votesAgainst: BigInt(votesAgainst),
});
