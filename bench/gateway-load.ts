// What the benchmark of the gateway asks: one read over three subgraphs, one over one, one that many ask at once, a list.
import { request, type Agent } from "undici";
import { cpuOf } from "./cpu.js";

export interface Side {
  readonly pid: number;
  readonly address: string;
  /** Of whoever must say who he is. */
  readonly token?: string;
}

interface Question {
  readonly told: string;
  readonly query: string;
  /** Posts to subgraphs that the limit makes for it. */
  readonly posts: number;
  readonly clients: number;
  /** Different wallets that are asked for in turn. */
  readonly wallets: number;
  /** In every good answer. */
  readonly holds: string;
}

const OWNER = "owner { ... on User { id status nationality { name region } } }";
const OVER_THREE = `query ($id: ID!) { wallet(id: $id) { id balance kind ${OWNER} } }`;
const OVER_ONE = "query ($id: ID!) { wallet(id: $id) { id balance kind frozen } }";

export const questions = {
  three: { told: "read over 3 subgraphs", query: OVER_THREE, posts: 3, clients: 16, wallets: 50, holds: "nationality" },
  one: { told: "read over 1 subgraph", query: OVER_ONE, posts: 1, clients: 16, wallets: 50, holds: "balance" },
  hot: { told: "64 clients, one read", query: OVER_THREE, posts: 0, clients: 64, wallets: 1, holds: "nationality" },
} as const satisfies Record<string, Question>;
export type QuestionName = keyof typeof questions;

const ROWS = 100;
const LIST = `query ($id: ID!) { transactions(walletId: $id, first: ${ROWS}) {
  edges { node { counterparty { owner { ... on User { id status } } } } } } }`;

const wallet = (n: number) => `0b1d0000-0000-4000-9000-${String(n).padStart(12, "0")}`;
const headersOf = ({ token }: Side) => ({
  "content-type": "application/json",
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
});

/** Asks one side for a while; its CPU for one request, microseconds. */
export async function slice(side: Side, name: QuestionName, agent: Agent, forMs: number): Promise<number> {
  const { query, posts, clients, wallets, holds } = questions[name];
  const bodies = Array.from({ length: wallets }, (_, n) => JSON.stringify({ query, variables: { id: wallet(n) } }));
  // The limit is told by its path what to do.
  const url = side.address.endsWith("/") ? `${side.address}${posts}` : side.address;
  const headers = headersOf(side);
  const end = performance.now() + forMs;
  const before = cpuOf(side.pid);
  let asked = 0;
  const one = async () => {
    while (performance.now() < end) {
      const body = bodies[asked++ % wallets] ?? "";
      const answer = await request(url, { method: "POST", headers, body, dispatcher: agent });
      const text = await answer.body.text();
      // Errors are fast, too.
      if (!text.includes(holds) || text.includes('"errors"')) throw new Error(`${name} was answered by ${text}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return ((cpuOf(side.pid) - before) * 1_000) / asked;
}

/** Entities that the subgraph at `counted` is asked for by one list of 100 rows that five persons own. */
export async function entitiesOf(side: Side, counted: string): Promise<number> {
  const count = async () => Number(await (await fetch(counted)).text());
  const before = await count();
  const body = JSON.stringify({ query: LIST, variables: { id: wallet(0) } });
  const answer = await fetch(side.address, { method: "POST", headers: headersOf(side), body });
  const { data } = (await answer.json()) as { data?: { transactions: { edges: unknown[] } } };
  if (data?.transactions.edges.length !== ROWS) throw new Error(`the list has not ${ROWS} rows`);
  return (await count()) - before;
}
