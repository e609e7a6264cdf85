// Proposals, votes and what they decide (protocol.md 10 and 12).
import { command, domain, flag, integer, ref, text } from "./language.js";
import { admin } from "./events/admin.js";
import { governance as happened } from "./events/governance.js";
import { RANGE_MAX_KEYS } from "./wire.js";

export const governance = domain("governance", happened, {
  submitProposal: command("admin", "Put one parameter's new value to the vote.", {
    input: { parameterId: text(1, 40), newValue: integer(), title: text(3, 140) },
    emits: [happened.ProposalSubmitted],
    refusals: ["NOT_FOUND", "PARAMETER_OUT_OF_RANGE", "DUPLICATE_PROPOSAL"],
    lanes: () => ["params"],
    weight: () => 9,
  }),
  castVote: command("activeUser", "Vote for or against a proposal; a vote cannot be changed.", {
    input: { proposalId: ref("Proposal"), support: flag() },
    emits: [happened.VoteCast],
    refusals: ["NOT_FOUND", "VOTING_CLOSED", "TRUST_TOO_LOW", "ALREADY_ACTED"],
    lanes: ({ proposalId }, { actor }) => [`vote:${proposalId}~${actor}`],
    weight: () => 10,
  }),
  executeProposal: command("admin", "Count the votes when the time is over, in steps, and do what they decide.", {
    input: { proposalId: ref("Proposal") },
    emits: [happened.ProposalTallied, happened.ProposalExecuted, admin.SystemParameterUpdated, happened.ProposalFailed],
    refusals: ["NOT_FOUND", "WRONG_STATE", "VOTING_OPEN"],
    lanes: ({ proposalId }) => ["params", `proposal:${proposalId}`],
    // Each tally key of a step is read and deleted; one more is looked at.
    weight: () => 2 * RANGE_MAX_KEYS + 12,
  }),
});
