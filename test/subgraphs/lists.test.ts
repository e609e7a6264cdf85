// Lists as Relay connections: newest first, stable cursors, pages that rows which arrive meanwhile do not shift.
import { admin as folding } from "../../catalogue/events/admin.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import { ADA, EMMA, newWorld } from "../gateway/world.js";
import { historyOf, NOW, type Event } from "../projector/history.js";

let graph: Graph;
let ada: string;
let admin: string;
const payment = (amount: number): Event =>
  tokenomics.TransferCompleted({
    ...{ from: EMMA, to: ADA, amount: String(amount), fee: "0", kind: "P2P", scope: "CROSS_BORDER", rateBps: 0 },
    ...{ remark: null, multiSigTxId: null },
  });
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  for (let i = 1; i <= 9; i++) await graph.history.happened([payment(i)]);
  ada = await graph.token("USER", ADA);
  admin = await graph.token("ADMIN");
});
afterAll(() => graph.close());

interface Page {
  edges: { cursor: string; node: { amount: string; type: string; at: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
const STATEMENT = `query ($id: ID!, $first: Int, $after: String, $type: TransactionType) {
  transactions(walletId: $id, first: $first, after: $after, type: $type) {
    edges { cursor node { amount type at } } pageInfo { hasNextPage endCursor } } }`;
async function page(variables: object, token = ada): Promise<Page> {
  const answer = await graph.ask<{ transactions: Page }>(STATEMENT, { id: ADA, ...variables }, token);
  expect(answer.errors).toEqual([]);
  return answer.data?.transactions as Page;
}
const amounts = ({ edges }: Page) => edges.map(({ node }) => node.amount);

it("gives the newest first, 20 unless asked, with the end of the page as cursor", async () => {
  const whole = await page({});
  expect(amounts(whole)).toEqual(["9", "8", "7", "6", "5", "4", "3", "2", "1", "200000000", "500000000"]);
  expect(whole.pageInfo).toEqual({ hasNextPage: false, endCursor: whole.edges.at(-1)?.cursor });
});

it("goes on behind a cursor, and rows that arrive meanwhile shift nothing", async () => {
  const first = await page({ first: 3, type: "RECEIVED" });
  expect([amounts(first), first.pageInfo.hasNextPage]).toEqual([["9", "8", "7"], true]);
  await graph.history.happened([payment(10)]);
  const second = await page({ first: 3, type: "RECEIVED", after: first.pageInfo.endCursor });
  expect(amounts(second)).toEqual(["6", "5", "4"]);
  const last = await page({ first: 100, type: "RECEIVED", after: second.pageInfo.endCursor });
  expect([amounts(last), last.pageInfo.hasNextPage]).toEqual([["3", "2", "1", "200000000"], false]);
  const behind = await page({ after: last.pageInfo.endCursor, type: "RECEIVED" });
  expect(behind).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
});

it("gives admins the credits of an account that wait to be folded, the newest first", async () => {
  const accountId = "SYSTEM_REDISTRIBUTION_POOL";
  const credit = (digit: string, amount: string): Event =>
    tokenomics.AccountCredited({ accountId, deltaKey: `${digit.repeat(64)}~0`, amount });
  await graph.history.happened([
    { ...credit("c", "3"), at: NOW - 9 },
    { ...credit("a", "5"), at: NOW },
    credit("b", "7"),
  ]);
  const folded = { accountId, txIds: ["b".repeat(64)], amount: "7", stored: "7" };
  await graph.history.happened([folding.DeltasFolded(folded)]);
  const query = `{ wallet(id: "${accountId}") { balance stored pending unfolded(first: 5) { deltaKey amount } } }`;
  const { data } = await graph.ask<{ wallet: object }>(query, {}, admin);
  expect(data?.wallet).toEqual({
    ...{ balance: "15", stored: "7", pending: "8" },
    unfolded: [
      { deltaKey: `${"a".repeat(64)}~0`, amount: "5" },
      { deltaKey: `${"c".repeat(64)}~0`, amount: "3" },
    ],
  });
});

it("gives the same cursors after the rows were projected anew", async () => {
  const before = await page({ first: 5 });
  const rebuilt = await newGraph();
  const again = historyOf(rebuilt.database.pool);
  for (const { transactions } of graph.history.blocks) await again.block(...transactions);
  const { data } = await rebuilt.ask<{ transactions: Page }>(
    STATEMENT,
    { id: ADA, first: 5 },
    await rebuilt.token("USER", ADA),
  );
  expect(data?.transactions).toEqual(before);
  await rebuilt.close();
});

it("refuses a cursor of another list, one that is none, and sizes out of range", async () => {
  const emmas = (await page({ id: EMMA, first: 1 }, admin)).pageInfo.endCursor;
  const countries = await graph.ask<{ countries: Page }>("{ countries(first: 1) { pageInfo { endCursor } } }");
  const fault = async (variables: object) => {
    const { status, errors } = await graph.ask(STATEMENT, { id: ADA, ...variables }, ada);
    return [status, errors[0]?.extensions.code, errors[0]?.extensions.fields?.map(({ path }) => path)];
  };
  for (const after of [emmas, countries.data?.countries.pageInfo.endCursor, "abc", "", "😀", "%00"]) {
    expect([after, ...(await fault({ after }))]).toEqual([after, 400, "INVALID_INPUT", ["after"]]);
  }
  for (const first of [0, -1, 101]) expect(await fault({ first })).toEqual([400, "INVALID_INPUT", ["first"]]);
  expect(await fault({ first: 0, after: "x" })).toEqual([400, "INVALID_INPUT", ["first", "after"]]);
});

it("counts all rows for admins, whatever the page", async () => {
  const { data } = await graph.ask(
    `query ($id: ID!) { transactions(walletId: $id, first: 1) { totalCount } countries(region: "Africa") { totalCount edges { node { code } } } users(nationality: "US") { totalCount edges { node { id } } } }`,
    { id: EMMA },
    admin,
  );
  const { rows } = await graph.database.pool.query<{ n: number }>(
    "select count(*)::int as n from read.entry where wallet_id = $1",
    [EMMA],
  );
  expect(data).toEqual({
    transactions: { totalCount: rows[0]?.n },
    countries: { totalCount: 1, edges: [{ node: { code: "NG" } }] },
    users: { totalCount: 1, edges: [{ node: { id: EMMA } }] },
  });
});

it("filters a wallet's statement by time, both ends included", async () => {
  const query = `query ($id: ID!, $from: DateTime, $to: DateTime) { wallet(id: $id) { transactions(from: $from, to: $to, type: GENESIS) { edges { node { at } } } } }`;
  const at = (await page({ type: "GENESIS" })).edges[0]?.node.at ?? "";
  const found = async (from: string, to: string) =>
    (await graph.ask<{ wallet: { transactions: Page } }>(query, { id: ADA, from, to }, ada)).data?.wallet.transactions
      .edges.length;
  const beside = (seconds: number) => new Date(Date.parse(at) + seconds * 1_000).toISOString();
  expect([
    await found(at, at),
    await found(beside(-1), beside(1)),
    await found(beside(1), beside(2)),
    await found(beside(-2), beside(-1)),
  ]).toEqual([1, 1, 0, 0]);
  const { errors } = await graph.ask(query, { id: ADA, from: "yesterday" }, ada);
  expect(errors[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", fields: [{ path: "from" }] });
});

it("shows callers their own commands in the order of acceptance, by status", async () => {
  for (let i = 0; i < 3; i++) {
    await graph.ask(
      `mutation ($k: String!) { transfer(to: "${EMMA}", amount: "5", idempotencyKey: $k) { status } }`,
      { k: `listed-${i}` },
      ada,
    );
  }
  const { data } = await graph.ask<{ myCommands: { edges: { node: { id: string; status: string } }[] } }>(
    "{ myCommands(first: 2) { edges { node { id status name operation domain signingRole } } } }",
    {},
    ada,
  );
  const ids = (await graph.database.pool.query<{ id: string }>("select id from app.command order by seq desc limit 2"))
    .rows;
  const common = {
    status: "ACCEPTED",
    name: "tokenomics.transfer",
    operation: "TRANSFER_TOKENS",
    domain: "tokenomics",
    signingRole: "gx_partner_api",
  };
  expect(data?.myCommands.edges.map(({ node }) => node)).toEqual(ids.map(({ id }) => ({ id, ...common })));
  await graph.history.refused("INSUFFICIENT_FUNDS", { commandId: ids[0]?.id ?? "" });
  const refused = await graph.ask(
    "{ myCommands(status: REFUSED) { edges { node { id blockNumber error { code message category status } } } } }",
    {},
    ada,
  );
  expect(refused.data).toEqual({
    myCommands: {
      edges: [
        {
          node: {
            ...{ id: ids[0]?.id, blockNumber: graph.history.blocks.length - 1 },
            error: {
              code: "INSUFFICIENT_FUNDS",
              message: "The account does not hold enough.",
              category: "UNPROCESSABLE",
              status: 422,
            },
          },
        },
      ],
    },
  });
});

it("finds a span of time, however far clocks of signers were apart", async () => {
  // Minutes after the first; each payment is of as many Qirat as its place here.
  const minutes = [0, 60, 1, 120, 119, 30, 180, 181, 179, 240, 121, 300, 59, 360];
  const at = (minute: number) => NOW + 86_400 + 60 * minute;
  for (const [index, minute] of minutes.entries()) {
    await graph.history.happened([{ ...payment(1_000 + index), at: at(minute) }]);
  }
  const query = `query ($id: ID!, $from: DateTime, $to: DateTime, $first: Int, $after: String) { wallet(id: $id) {
    transactions(type: RECEIVED, from: $from, to: $to, first: $first, after: $after) {
      edges { node { amount } } pageInfo { hasNextPage endCursor } totalCount } } }`;
  const asked = async (from: number, to: number) => {
    const found: number[] = [];
    for (let after: string | null = null, more = true; more;) {
      const span = { from: new Date(at(from) * 1_000), to: new Date(at(to) * 1_000) };
      const answer = await graph.ask<{ wallet: { transactions: Page & { totalCount: number } } }>(
        ...[query, { id: ADA, ...span, first: 2, after }, admin],
      );
      const list = answer.data?.wallet.transactions as Page & { totalCount: number };
      found.push(...amounts(list).map((amount) => Number(amount) - 1_000));
      [after, more] = [list.pageInfo.endCursor, list.pageInfo.hasNextPage];
      if (!more) expect(list.totalCount).toBe(found.length);
    }
    return found;
  };
  const expected = (from: number, to: number) =>
    [...minutes.keys()].filter((index) => (minutes[index] ?? 0) >= from && (minutes[index] ?? 0) <= to).reverse();
  for (const [from, to] of [
    ...[
      [0, 360],
      [0, 0],
      [360, 360],
      [30, 120],
      [59, 60],
      [121, 121],
      [122, 178],
      [180, 299],
      [1, 59],
    ],
  ] as [number, number][]) {
    expect(await asked(from, to)).toEqual(expected(from, to));
  }
});
