// Commands about votes (protocol.md 10 and 12).
import { parameterIds, parameters } from "../../../catalogue/parameters.js";
import type { Proposal, World } from "../world.js";
import { adminUser, anyAdmin, userId, type Generator, type Generators } from "./generator.js";

const idOf = ({ proposalId }: Proposal) => proposalId;
const voted = ({ proposals }: World) => proposals.filter(({ status }) => status === "ACTIVE");

const submitProposal: Generator = (world, draw) => {
  const parameterId = parameterIds[draw.below(parameterIds.length)] ?? "quorumVotes";
  const { min, max } = parameters[parameterId];
  const near = Math.max(min, Math.min(max, (world.parameters[parameterId] ?? min) + draw.between(-3, 3)));
  const newValue = draw.chance(0.15) ? draw.one(min, max) : near;
  const actor = adminUser(world, draw) ?? anyAdmin(world, draw);
  const input = { parameterId, newValue, title: draw.one("Cheaper for all", "Ọ̀tún") };
  if (!draw.odd) return { actor, input };
  const same = draw.pick(voted(world), idOf);
  const wrong = draw.one<object>(
    { parameterId: "feeless" },
    { newValue: max + 1 },
    same ? { parameterId: same.parameterId, newValue: same.newValue } : { newValue: -1 },
  );
  return { actor, input: { ...input, ...wrong } };
};

const castVote: Generator = (world, draw) => {
  const running = voted(world).filter(({ endsAt, voterMinTrust: least }) => world.now < endsAt && least <= 10);
  const proposal = draw.pick(draw.odd ? world.proposals : running, idOf);
  const voters = world.active.filter(
    ({ userId: id }) => draw.odd || !world.has(`vote~${proposal?.proposalId ?? ""}~${id}`),
  );
  const actor = draw.pick(voters, userId)?.userId;
  if (!proposal || actor === undefined) return undefined;
  const proposalId = draw.odd && draw.chance(0.2) ? draw.uuid() : proposal.proposalId;
  return { actor, input: { proposalId, support: draw.chance(0.7) } };
};

const executeProposal: Generator = (world, draw) => {
  const ended = voted(world).filter(({ endsAt }) => world.now >= endsAt);
  const id = draw.pick(draw.odd ? world.proposals : ended, idOf)?.proposalId;
  const wanted = draw.odd && draw.chance(0.3) ? draw.uuid() : id;
  return wanted === undefined ? undefined : { actor: anyAdmin(world, draw), input: { proposalId: wanted } };
};

export const governance = { submitProposal, castVote, executeProposal } satisfies Generators;
