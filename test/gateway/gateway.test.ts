// The graph as a caller meets it: one operation over all subgraphs, and what is said to who may not.
import { ADA, EMMA, newWorld, NOBODY, AT } from "./world.js";
import { newGraph, type Graph } from "./graph.js";

let graph: Graph;
let transfer: string;
beforeAll(async () => {
  graph = await newGraph();
  transfer = await newWorld(graph.history);
});
afterAll(() => graph.close());

it("joins wallets, owners, countries and treasuries of four subgraphs in one operation", async () => {
  const answer = await graph.ask(
    `query ($a: ID!, $e: ID!) {
      from: wallet(id: $e) { balance kind owner { ... on User { id status nationality { name residents treasury { balance } } } } }
      to: wallet(id: $a) { balance owner { ... on User { id nationality { name slots { used } } genesis { phase amount at } } } }
      supply { totalMinted circulating pools { id minted balance } }
      quoteFee(kind: P2P, scope: CROSS_BORDER, amount: "200000000") { fee total rateBps }
    }`,
    { a: ADA, e: EMMA },
    await graph.token("ADMIN"),
  );
  expect(answer.errors).toEqual([]);
  expect(answer.data).toMatchObject({
    from: {
      ...{ balance: "299500000", kind: "USER" },
      owner: {
        ...{ id: EMMA, status: "ACTIVE" },
        nationality: { name: "United States", residents: 1, treasury: { balance: "50000000" } },
      },
    },
    to: {
      balance: "700000000",
      owner: {
        id: ADA,
        nationality: { name: "Nigeria", slots: Array.from({ length: 6 }, (_, i) => ({ used: i ? 0 : 1 })) },
        genesis: { phase: 1, amount: "500000000", at: AT },
      },
    },
    supply: { totalMinted: "1100000000", circulating: "999500000" },
    quoteFee: { fee: "500000", total: "200500000", rateBps: 25 },
  });
});

it("shows a caller the own statement with command, counterparty and direction", async () => {
  const answer = await graph.ask(
    `query ($id: ID!) { transactions(walletId: $id, first: 2) {
      edges { node { type direction amount remark counterparty { id kind } command { id } at blockNumber } }
      pageInfo { hasNextPage } } }`,
    { id: EMMA },
    await graph.token("USER", EMMA),
  );
  expect(answer.errors).toEqual([]);
  const common = { at: AT, blockNumber: 4, command: { id: transfer } };
  expect(answer.data).toEqual({
    transactions: {
      edges: [
        {
          node: {
            ...common,
            type: "FEE",
            direction: "OUT",
            amount: "500000",
            remark: null,
            counterparty: { id: "SYSTEM_OPERATIONS_FUND", kind: "SYSTEM" },
          },
        },
        {
          node: {
            ...common,
            type: "SENT",
            direction: "OUT",
            amount: "200000000",
            remark: "rent",
            counterparty: { id: ADA, kind: "USER" },
          },
        },
      ],
      pageInfo: { hasNextPage: true },
    },
  });
});

it("answers a foreign and an unknown wallet in the same words", async () => {
  const token = await graph.token("USER", EMMA);
  const query = `query ($id: ID!) { wallet(id: $id) { balance } transactions(walletId: $id) { edges { cursor } } }`;
  const [foreign, unknown] = [
    await graph.ask(query, { id: ADA }, token),
    await graph.ask(query, { id: NOBODY }, token),
  ];
  const told = ({ status, data, errors }: typeof foreign) => ({
    ...{ status, data },
    errors: errors.map(({ message, path, extensions }) => ({ message, path, code: extensions.code })),
  });
  expect(told(foreign)).toEqual(told(unknown));
  expect(foreign).toMatchObject({ status: 403, data: { wallet: null, transactions: null } });
});

it("answers public fields without a token and nothing else", async () => {
  const answer = await graph.ask(
    `{ systemStatus { profile countries shareTotal } me { id } country(code: "NG") { residents treasury { owner { ... on Country { code } } } } }`,
  );
  expect(answer.status).toBe(200);
  expect(answer.data).toEqual({
    systemStatus: { profile: "devnet", countries: 2, shareTotal: "0.06579011" },
    me: null,
    country: { residents: 1, treasury: { owner: { code: "NG" } } },
  });
  expect(answer.errors).toMatchObject([{ path: ["me"], extensions: { code: "UNAUTHENTICATED" } }]);
});
