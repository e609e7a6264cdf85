// Rules about proposals, votes and what they decide (protocol.md 10).
import { governance as happened } from "../catalogue/events/governance.js";
import type { Catalogue } from "../catalogue/index.js";
import { apply, changeOf, isParameter } from "./parameters.js";
import type { RulesOf } from "./rule.js";
import { keys } from "./state.js";
import { addVote, countStep, failureOf } from "./tally.js";
import { scoreOf, trustOf } from "./trust.js";

export const governance = {
  async submitProposal(ledger, { parameterId, newValue, title }, { id: proposalId, actor, now, refuse, emits }) {
    if (!isParameter(parameterId)) throw refuse("NOT_FOUND");
    const { before, previousValue, inRange } = await changeOf(ledger, parameterId, newValue);
    if (!inRange) throw refuse("PARAMETER_OUT_OF_RANGE");
    const open = keys.openProposal(parameterId, newValue);
    if (await ledger.get(open)) throw refuse("DUPLICATE_PROPOSAL");

    const { quorumVotes, approvalBps, voterMinTrust } = before;
    const proposed = {
      ...{ proposalId, parameterId, newValue, title, proposerId: actor },
      ...{ quorumVotes, approvalBps, voterMinTrust, endsAt: now + before.votingPeriodSeconds },
    };
    const uncounted = { votesFor: 0, votesAgainst: 0, failureReason: null };
    ledger.put(keys.proposal(proposalId), { ...proposed, ...uncounted, status: "ACTIVE" });
    ledger.put(open, proposalId);
    return emits(happened.ProposalSubmitted({ ...proposed, currentValue: previousValue }));
  },

  async castVote(ledger, { proposalId, support }, { actor, txId, now, refuse, emits }) {
    const proposal = await ledger.get(keys.proposal(proposalId));
    if (!proposal) throw refuse("NOT_FOUND");
    if (proposal.status !== "ACTIVE" || now >= proposal.endsAt) throw refuse("VOTING_CLOSED");
    if (scoreOf(await trustOf(ledger, actor)) < proposal.voterMinTrust) throw refuse("TRUST_TOO_LOW");
    if (await ledger.get(keys.vote(proposalId, actor))) throw refuse("ALREADY_ACTED");

    ledger.put(keys.vote(proposalId, actor), { support, at: now });
    addVote(ledger, keys.tally(proposalId, txId), support);
    return emits(happened.VoteCast({ proposalId, voterId: actor, support }));
  },

  async executeProposal(ledger, { proposalId }, { now, refuse, emits }) {
    const proposal = await ledger.get(keys.proposal(proposalId));
    if (!proposal) throw refuse("NOT_FOUND");
    if (proposal.status !== "ACTIVE") throw refuse("WRONG_STATE");
    if (now < proposal.endsAt) throw refuse("VOTING_OPEN");

    const { votes, more } = await countStep(ledger, proposal);
    const counted = { ...proposal, ...votes };
    if (more) {
      ledger.put(keys.proposal(proposalId), counted);
      return emits(happened.ProposalTallied({ proposalId, ...votes }));
    }
    ledger.delete(keys.openProposal(proposal.parameterId, proposal.newValue));
    const change = await changeOf(ledger, proposal.parameterId, proposal.newValue);
    const reason = failureOf(counted) ?? (change.inRange ? null : "VALUE_INVALID");
    ledger.put(keys.proposal(proposalId), {
      ...counted,
      status: reason ? "FAILED" : "EXECUTED",
      failureReason: reason,
    });
    if (reason) return emits(happened.ProposalFailed({ proposalId, ...votes, reason }));
    return emits(happened.ProposalExecuted({ proposalId, ...votes }), apply(ledger, change, "GOVERNANCE"));
  },
} satisfies RulesOf<Catalogue["governance"]>;
