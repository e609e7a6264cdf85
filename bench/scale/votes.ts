// Proposals, of which one stays open for ever and gets every other vote.
import { governance } from "../../catalogue/events/governance.js";
import { parameterIds, parameters } from "../../catalogue/parameters.js";
import type { Happening, Story } from "./happening.js";

interface Proposal {
  readonly id: string;
  readonly voters: Set<string>;
  readonly tally: { for: number; against: number };
}

/** Votes after which a proposal ends. */
const ENOUGH = 50;

export function votes(): Happening[] {
  let great: Proposal | undefined;
  let open: Proposal | undefined;
  let proposed = 0;
  const vote = (story: Story) => {
    great ??= submit(story, proposed++);
    open ??= submit(story, proposed++);
    const proposal = story.random.chance(0.5) ? great : open;
    cast(story, proposal);
    if (open.voters.size < ENOUGH) return;
    end(story, open);
    open = undefined;
  };
  return [{ often: 40, happen: vote }];
}

function submit({ chain, admin }: Story, number: number): Proposal {
  const id = chain.nextId();
  const parameterId = parameterIds[number % parameterIds.length] ?? "quorumVotes";
  const currentValue = parameters[parameterId].default;
  const submitted = governance.ProposalSubmitted({
    ...{ proposalId: id, parameterId, currentValue, newValue: currentValue, title: `Proposal ${number}` },
    ...{ proposerId: admin, quorumVotes: 10, approvalBps: 6_000, voterMinTrust: 10, endsAt: chain.at + 1_209_600 },
  });
  chain.commit("governance.submitProposal", admin, [submitted]);
  return { id, voters: new Set(), tally: { for: 0, against: 0 } };
}

/** The busy person votes first. */
function cast({ chain, random, busy, somebody }: Story, { id: proposalId, voters, tally }: Proposal): void {
  const { id: voterId } = voters.size === 0 ? busy : somebody();
  if (voters.has(voterId)) return;
  voters.add(voterId);
  const support = random.chance(0.6);
  tally[support ? "for" : "against"] += 1;
  chain.commit("governance.castVote", voterId, [governance.VoteCast({ proposalId, voterId, support })]);
}

function end({ chain, admin }: Story, { id: proposalId, tally }: Proposal): void {
  const counts = { proposalId, votesFor: tally.for, votesAgainst: tally.against };
  const passed = tally.for * 10_000 >= 6_000 * (tally.for + tally.against);
  const ended = passed
    ? governance.ProposalExecuted(counts)
    : governance.ProposalFailed({ ...counts, reason: "NOT_APPROVED" });
  chain.commit("governance.executeProposal", admin, [ended]);
}
