// Proposals and votes as the graph shows them: through the gateway, each person with the own token.
import { randomUUID } from "node:crypto";
import { governance } from "../../catalogue/events/governance.js";
import { admin } from "../../catalogue/events/admin.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import { ADA, ADMIN, CHEAPER, EMMA, newWorld, putToVote } from "../gateway/world.js";
import { NOW } from "../projector/history.js";

const [DEARER, FEWER] = [randomUUID(), randomUUID()];

let graph: Graph;
let [ada, emma, anAdmin] = ["", "", ""];
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  await putToVote(graph.history);
  await propose(DEARER, "feeP2pLocalHighBps", 10, 12);
  await propose(FEWER, "quorumVotes", 100, 50);
  await cast(DEARER, ADA, false);
  await cast(CHEAPER, EMMA, false);
  await graph.history.happened([
    governance.ProposalFailed({ proposalId: FEWER, votesFor: 0, votesAgainst: 0, reason: "QUORUM_NOT_REACHED" }),
  ]);
  [ada, emma, anAdmin] = await Promise.all([
    graph.token("USER", ADA),
    graph.token("USER", EMMA),
    graph.token("ADMIN", ADMIN),
  ]);
});
afterAll(() => graph.close());

const propose = (proposalId: string, parameterId: string, currentValue: number, newValue: number) =>
  graph.history.happened([
    governance.ProposalSubmitted({
      ...{ proposalId, parameterId, currentValue, newValue, title: "Another value", proposerId: ADMIN },
      ...{ quorumVotes: 3, approvalBps: 6_000, voterMinTrust: 20, endsAt: NOW + 3_600 },
    }),
  ]);
const cast = (proposalId: string, voterId: string, support: boolean) =>
  graph.history.happened([governance.VoteCast({ proposalId, voterId, support })]);
const ask = async (query: string, token?: string) => {
  const { data, errors } = await graph.ask(query, {}, token);
  return { data, codes: errors.map(({ path, extensions }) => [path?.at(-1), extensions.code]) };
};

it("lists proposals, the last submitted first, all or those of one status", async () => {
  const list = (given: string) =>
    `proposals${given} { edges { node { id status failureReason votesFor votesAgainst } } }`;
  const { data } = await ask(
    `{ all: ${list("")} active: ${list("(status: ACTIVE)")} failed: ${list("(status: FAILED)")} }`,
  );
  const cheaper = { id: CHEAPER, status: "ACTIVE", failureReason: null, votesFor: 1, votesAgainst: 1 };
  const dearer = { id: DEARER, status: "ACTIVE", failureReason: null, votesFor: 0, votesAgainst: 1 };
  const fewer = { id: FEWER, status: "FAILED", failureReason: "QUORUM_NOT_REACHED", votesFor: 0, votesAgainst: 0 };
  const edges = (...nodes: object[]) => ({ edges: nodes.map((node) => ({ node })) });
  expect(data).toEqual({
    ...{ all: edges(fewer, dearer, cheaper), active: edges(dearer, cheaper), failed: edges(fewer) },
  });
});

it("leads from a proposal to its parameter, and from a parameter to what is being voted on", async () => {
  const { data } = await ask(
    `{ proposal(id: "${CHEAPER}") { currentValue newValue endsAt parameter { id value activeProposals { id } } }
       quorum: systemParameter(id: "quorumVotes") { activeProposals { id } } }`,
  );
  expect(data).toEqual({
    proposal: {
      ...{ currentValue: 10, newValue: 8, endsAt: new Date((NOW + 3_600) * 1_000).toISOString() },
      parameter: { id: "feeP2pLocalHighBps", value: 10, activeProposals: [{ id: DEARER }, { id: CHEAPER }] },
    },
    quorum: { activeProposals: [] },
  });
});

it("shows each voter the own vote, and nobody else's", async () => {
  const query = `{ proposal(id: "${CHEAPER}") { myVote { id support voter { id } proposal { id } } } }`;
  const voteOf = (id: string, support: boolean) => ({
    proposal: { myVote: { id: `${CHEAPER}~${id}`, support, voter: { id }, proposal: { id: CHEAPER } } },
  });
  expect(await ask(query, ada)).toEqual({ data: voteOf(ADA, true), codes: [] });
  expect(await ask(query, emma)).toEqual({ data: voteOf(EMMA, false), codes: [] });
  expect(await ask(query, anAdmin)).toEqual({ data: { proposal: { myVote: null } }, codes: [] });
  expect(await ask(query)).toEqual({ data: { proposal: { myVote: null } }, codes: [["myVote", "UNAUTHENTICATED"]] });
});

it("lists a user's votes for the user, and a proposal's for admins, newest first", async () => {
  const { data } = await ask(
    `{ me { votes(first: 1) { edges { cursor node { id } } pageInfo { hasNextPage } } } }`,
    ada,
  );
  expect(data).toMatchObject({
    me: { votes: { edges: [{ node: { id: `${DEARER}~${ADA}` } }], pageInfo: { hasNextPage: true } } },
  });
  const of = `{ proposal(id: "${CHEAPER}") { proposerId votes { totalCount edges { node { id support } } } } }`;
  expect((await ask(of, anAdmin)).data).toEqual({
    proposal: {
      proposerId: ADMIN,
      votes: {
        totalCount: 2,
        edges: [
          { node: { id: `${CHEAPER}~${EMMA}`, support: false } },
          { node: { id: `${CHEAPER}~${ADA}`, support: true } },
        ],
      },
    },
  });
  expect((await ask(of, ada)).codes).toEqual([
    ["proposerId", "FORBIDDEN"],
    ["votes", "FORBIDDEN"],
  ]);
});

it("shows what a vote decided, with the parameter's new value", async () => {
  await graph.history.happened([
    governance.ProposalExecuted({ proposalId: DEARER, votesFor: 0, votesAgainst: 1 }),
    admin.SystemParameterUpdated({
      ...{ parameterId: "feeP2pLocalHighBps", value: 12, previousValue: 10, source: "GOVERNANCE" },
    }),
  ]);
  const query = `{ proposal(id: "${DEARER}") { status votesFor votesAgainst currentValue
    parameter { value activeProposals { id } } } }`;
  expect((await ask(query)).data).toEqual({
    proposal: {
      ...{ status: "EXECUTED", votesFor: 0, votesAgainst: 1, currentValue: 10 },
      parameter: { value: 12, activeProposals: [{ id: CHEAPER }] },
    },
  });
});
