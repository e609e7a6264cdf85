// Proposals, votes and what they decide.
import type { RowOf } from "../../platform/reads.js";
import type { Context } from "../context.js";
import { byId, given, page, reference, row, to } from "../entities.js";

type Proposal = RowOf<"Proposal">;
type Vote = RowOf<"Vote">;
interface Id {
  readonly id: string;
}

const myVote = ({ id }: Proposal, _: unknown, { rows, caller }: Context) =>
  caller.sub === undefined ? null : rows.one("Vote", `${id}~${caller.sub}`);

async function activeProposals({ id }: Id, _: unknown, { rows }: Context) {
  const open = await rows.group("Proposal", id);
  return [...open].sort((a, b) => (a.position < b.position ? 1 : -1));
}

export const governance = {
  persons: {
    User: { concerns: ({ id }: Id, sub: string) => id === sub },
    Vote: { concerns: ({ voterId }: Vote, sub: string) => voterId === sub },
  },
  resolvers: {
    Query: {
      proposal: byId("Proposal"),
      proposals: page("Proposal", { order: "position", where: (_, { status }) => given({ status }) }),
    },
    Proposal: {
      ...reference("Proposal", "Proposal"),
      parameter: to("SystemParameter", "parameterId"),
      currentValue: ({ currentValue }: Proposal) => Number(currentValue),
      newValue: ({ newValue }: Proposal) => Number(newValue),
      myVote,
      votes: page<"Vote", Proposal>("Vote", {
        order: "position",
        where: ({ id }) => ({ proposalId: id }),
        scope: ({ id }) => id,
      }),
    },
    Vote: { ...reference("Vote", "Vote"), proposal: row("Proposal", "proposalId"), voter: to("User", "voterId") },
    User: {
      votes: page<"Vote", Id>("Vote", {
        order: "position",
        where: ({ id }) => ({ voterId: id }),
        scope: ({ id }) => id,
      }),
    },
    SystemParameter: { activeProposals },
  },
};
