// One operation over all subgraphs: how often each is asked, and how often each reads, whatever the number of rows.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { furnishedDomains } from "../../catalogue/index.js";
import { newGraph, type Graph } from "./graph.js";
import { takePart } from "./takes-part.js";
import { ADA, EMMA, newWorld } from "./world.js";

const PAYMENTS = 20;
const MINE = readFileSync("schema/operations/mine.graphql", "utf8");

let graph: Graph;
let emma: string;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  emma = await graph.token("USER", EMMA);
  await pay();
  for (let times = 1; times <= 5; times += 1) await takePart(graph.history, EMMA, times);
}, 60_000);
afterAll(() => graph.close());

/** Payments that Emma asked for, so that each line leads to a command of her own. */
async function pay(): Promise<void> {
  const ids: string[] = [];
  for (let i = 1; i <= PAYMENTS; i += 1) {
    const text = `mutation { transfer(to: "${ADA}", amount: "${i}", idempotencyKey: "${randomUUID()}") { commandId } }`;
    const { data } = await graph.ask<{ transfer: { commandId: string } }>(text, {}, emma);
    ids.push(data?.transfer.commandId ?? "");
  }
  const paid = (amount: number) =>
    tokenomics.TransferCompleted({
      ...{ from: EMMA, to: ADA, amount: String(amount), fee: "0", kind: "P2P", scope: "CROSS_BORDER", rateBps: 0 },
      ...{ remark: null, multiSigTxId: null },
    });
  await graph.history.block(ids.map((commandId, index) => ({ commandId, events: [paid(index + 1)] })));
}

interface Mine {
  me: {
    wallet: { transactions: { edges: { node: { command: { status: string } } }[] } };
    loans: { edges: unknown[] };
    organizations: { edges: { node: { name: string } }[] };
    votes: { edges: { node: { proposal: { title: string } } }[] };
    taxStatus: object;
  };
}

/** Counts by a label of one metric. */
async function counts(metric: string, label: string): Promise<Map<string, number>> {
  const lines = (await graph.metrics.text()).split("\n").filter((line) => line.startsWith(`${metric}_count`));
  return new Map(
    lines.map((line) => [new RegExp(`${label}="([^"]+)"`).exec(line)?.[1] ?? "", Number(line.split(" ").at(-1))]),
  );
}

/** What `act` adds to the counts. */
async function added(metric: string, label: string, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await counts(metric, label);
  await act();
  const after = [...(await counts(metric, label))];
  const difference = after.map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(difference.filter(([, count]) => count > 0));
}

const asked = (first: number) => graph.ask<Mine>(MINE.replace("first: 20", `first: ${first}`), {}, emma);

it("joins seven subgraphs from a person to payments, their commands, loans, organizations, votes and tax", async () => {
  const { errors, data } = await asked(PAYMENTS);
  expect(errors).toEqual([]);
  const { wallet, loans, organizations, votes, taxStatus } = (data as Mine).me;
  expect(wallet.transactions.edges.map(({ node }) => node.command.status)).toEqual(Array(PAYMENTS).fill("COMMITTED"));
  expect(loans.edges).toHaveLength(5);
  expect(organizations.edges.map(({ node }) => node.name)[0]).toBe("Bakery 5");
  expect(votes.edges.map(({ node }) => node.proposal.title)[0]).toBe("Fewer 5");
  expect(taxStatus).toMatchObject({ rateBps: 250 });
});

it.each([1, PAYMENTS])("asks each subgraph once for a page of %i payments", async (first) => {
  const once = Object.fromEntries(furnishedDomains.map((domain) => [domain, 1]));
  expect(await added("gateway_subgraph_duration_seconds", "domain", () => asked(first))).toEqual(once);
});

it("reads as often for a page of one payment as for one of twenty", async () => {
  const reads = async (first: number) => {
    const queries = await added("gx_db_query_duration_seconds", "query", () => asked(first));
    return Object.fromEntries(Object.entries(queries).filter(([name]) => name.startsWith("read ")));
  };
  const many = await reads(PAYMENTS);
  expect(await reads(1)).toEqual(many);
  expect(many["read Command"]).toBe(1);
});
