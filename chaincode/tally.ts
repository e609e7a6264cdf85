// Counting votes (protocol.md 10): each transaction's votes stand under a key of their own, so that votes never conflict,
// and are counted in bounded steps when the time is over. It decides nothing about who may vote.
import type { ProposalFailure } from "../catalogue/choices.js";
import { RANGE_MAX_KEYS } from "../catalogue/wire.js";
import type { State } from "./overlay.js";
import { talliesOf, type Key, type Proposal, type Tally } from "./state.js";

/** Adds a vote to those of its transaction; what other transactions gathered is not read. */
export function addVote(state: State, key: Key<Tally>, support: boolean): void {
  const gathered = state.written(key) ?? { for: 0, against: 0 };
  const vote = support ? { for: gathered.for + 1 } : { against: gathered.against + 1 };
  state.put(key, { ...gathered, ...vote });
}

export type Votes = Pick<Proposal, "votesFor" | "votesAgainst">;

/** Takes at most 1,000 uncounted tallies away. `more`: some are left, so that nothing is decided yet. */
export async function countStep(state: State, proposal: Proposal): Promise<{ votes: Votes; more: boolean }> {
  const { entries, next } = await state.range(talliesOf(proposal.proposalId), RANGE_MAX_KEYS);
  let { votesFor, votesAgainst } = proposal;
  for (const { key, value } of entries) {
    votesFor += value.for;
    votesAgainst += value.against;
    state.delete(key);
  }
  return { votes: { votesFor, votesAgainst }, more: next !== null };
}

/** Why the votes do not carry the proposal, the first reason that holds; null where they do. */
export function failureOf({
  votesFor,
  votesAgainst,
  quorumVotes,
  approvalBps,
}: Votes & Pick<Proposal, "quorumVotes" | "approvalBps">): ProposalFailure | null {
  const votes = votesFor + votesAgainst;
  if (votes < quorumVotes) return "QUORUM_NOT_REACHED";
  return votesFor * 10_000 >= approvalBps * votes ? null : "NOT_APPROVED";
}
