// Events of proposals, votes and what they decide (protocol.md 13).
import { bps, choice, count, events, flag, int, integer, ref, text, time, uuid } from "../language.js";
import { proposalFailures } from "../choices.js";

export const governance = events("governance", {
  ProposalSubmitted: {
    proposalId: ref("Proposal"),
    parameterId: text(1, 40),
    currentValue: integer(),
    newValue: integer(),
    title: text(3, 140),
    proposerId: uuid(),
    quorumVotes: int(1, 1_000_000),
    approvalBps: bps(),
    voterMinTrust: int(0, 100),
    endsAt: time(),
  },
  VoteCast: { proposalId: ref("Proposal"), voterId: ref("User"), support: flag() },
  ProposalTallied: { proposalId: ref("Proposal"), votesFor: count(), votesAgainst: count() },
  ProposalExecuted: { proposalId: ref("Proposal"), votesFor: count(), votesAgainst: count() },
  ProposalFailed: {
    proposalId: ref("Proposal"),
    votesFor: count(),
    votesAgainst: count(),
    reason: choice("ProposalFailure", proposalFailures),
  },
});
