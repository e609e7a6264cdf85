// Live updates through gateway and subgraphs, over both transports: what a subscriber sees, in which order, and what ends it.
import { randomUUID } from "node:crypto";
import { tax } from "../../catalogue/events/tax.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { developmentToken } from "../../platform/devkeys.js";
import { eventually } from "../environment.js";
import { project } from "../../workers/projector/project.js";
import { valueOf } from "../platform/parts.js";
import type { Event } from "../projector/history.js";
import { newGraph, type Graph } from "./graph.js";
import { byEvents, bySocket, type Stream, type Subscriber } from "./streams.js";
import { ADA, EMMA, newWorld, NOBODY } from "./world.js";

const COMMAND = "subscription ($id: UUID!) { commandUpdated(id: $id) { id status error { code } } }";
const LINES = "subscription ($id: ID!) { transactionAdded(walletId: $id) { type amount } }";
const TRANSFER = `mutation ($key: String!) { transfer(to: "SYSTEM_LOAN_POOL", amount: "1", idempotencyKey: $key) { commandId } }`;

interface Commands {
  commandUpdated: { id: string; status: string; error: { code: string } | null } | null;
}
interface Lines {
  transactionAdded: { type: string; amount: string; wallet?: { owner: { status: string } } } | null;
}

let graph: Graph;
let emma: string;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  emma = await graph.token("USER", EMMA);
});
afterAll(() => graph.close());

const subscribers: Subscriber[] = [];
const open = (by: typeof bySocket, token?: string) => {
  const subscriber = by(graph.url, token);
  subscribers.push(subscriber);
  return subscriber;
};
const liveChannels = async () => (await graph.redis.client.pubsub("CHANNELS", "gx:live:*")) as string[];
const listening = (id: string) =>
  eventually(async () => (await liveChannels()).some((channel) => channel.endsWith(id)), `a channel of ${id}`);
afterEach(async () => {
  for (const subscriber of subscribers.splice(0)) await subscriber.close();
  await eventually(async () => (await liveChannels()).length === 0, "no channel");
  await eventually(async () => {
    const open = ["commandUpdated", "transactionAdded"].map((kind) =>
      valueOf(graph.metrics, "gateway_subscriptions", `kind="${kind}"`),
    );
    return (await Promise.all(open)).every((count) => (count ?? 0) === 0);
  }, "no open subscription");
});

async function transfer(): Promise<string> {
  const answer = await graph.ask<{ transfer: { commandId: string } }>(TRANSFER, { key: randomUUID() }, emma);
  return answer.data?.transfer.commandId ?? "";
}
/** As the submitter does. */
async function becomes(id: string, status: "SUBMITTED" | "FAILED"): Promise<void> {
  const attempt = "update app.command set status = $2, attempt = attempt + 1 where id = $1";
  await graph.database.pool.query(attempt, [id, status]);
  graph.updates.tell({ commands: [id] });
}
const paid = (...amounts: (string | number)[]): Event[] =>
  amounts.map((amount) =>
    tokenomics.TransferCompleted({
      ...{ from: EMMA, to: ADA, amount: String(amount), fee: "0", kind: "P2P", scope: "CROSS_BORDER" },
      ...{ rateBps: 0, remark: null, multiSigTxId: null },
    }),
  );
const statuses = ({ values }: Stream<Commands>) => values.map(({ data }) => data?.commandUpdated?.status);
const amounts = ({ values }: Stream<Lines>) => values.map(({ data }) => data?.transactionAdded?.amount);
const codes = ({ values }: Stream<unknown>) =>
  values.map(({ data, errors }) => [data, errors?.map(({ path, extensions }) => [path, extensions["code"]])]);

describe.each([
  ["WebSocket", bySocket],
  ["server-sent events", byEvents],
])("over %s, a command", (_, by) => {
  it("is shown as it is, then with each change, and ends with COMMITTED", async () => {
    const id = await transfer();
    const stream = open(by, emma).subscribe<Commands>(COMMAND, { id });
    await stream.count(1);
    await becomes(id, "SUBMITTED");
    await stream.count(2);
    await graph.history.happened(paid(1), { commandId: id });
    await stream.ended;
    const told = (status: string) => ({ data: { commandUpdated: { id, status, error: null } } });
    expect(stream.values).toEqual(["ACCEPTED", "SUBMITTED", "COMMITTED"].map(told));
  });

  it("that was refused ends so; one that FAILED stays open, for a block may still hold it", async () => {
    const [refused, failed] = [await transfer(), await transfer()];
    await graph.history.refused("INSUFFICIENT_FUNDS", { commandId: refused });
    const first = open(by, emma).subscribe<Commands>(COMMAND, { id: refused });
    await first.ended;
    const error = { code: "INSUFFICIENT_FUNDS" };
    expect(first.values).toEqual([{ data: { commandUpdated: { id: refused, status: "REFUSED", error } } }]);

    const second = open(by, emma).subscribe<Commands>(COMMAND, { id: failed });
    await second.count(1);
    await becomes(failed, "FAILED");
    await second.count(2);
    await graph.history.happened(paid(1), { commandId: failed });
    await second.ended;
    expect(statuses(second)).toEqual(["ACCEPTED", "FAILED", "COMMITTED"]);
  });

  it("is read after its channel is open: what is committed before the first value is not lost", async () => {
    const id = await transfer();
    const client = await graph.database.pool.connect();
    await client.query("begin; lock table app.command in access exclusive mode");
    const stream = open(by, emma).subscribe<Commands>(COMMAND, { id });
    await listening(id);
    expect(stream.values).toEqual([]);
    // Nobody is told: the look that waits has to see it.
    await client.query("update app.command set status = 'COMMITTED' where id = $1", [id]);
    await client.query("commit");
    client.release();
    await stream.ended;
    expect(statuses(stream)).toEqual(["COMMITTED"]);
  });

  it("of fifty that are committed at the moment of subscribing is seen COMMITTED by each", async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, transfer));
    const subscriber = open(by, emma);
    const streams = await Promise.all(
      ids.map(async (id, place) => {
        const ahead = place % 2 === 0;
        const stream = ahead ? subscriber.subscribe<Commands>(COMMAND, { id }) : undefined;
        graph.updates.tell({ commands: [id] });
        return { id, stream: stream ?? subscriber.subscribe<Commands>(COMMAND, { id }) };
      }),
    );
    await graph.history.block(ids.map((commandId) => ({ commandId, events: paid(1) })));
    await Promise.all(streams.map(({ stream }) => stream.ended));
    for (const { stream } of streams) expect(statuses(stream).at(-1)).toBe("COMMITTED");
  });

  it("is UNAUTHENTICATED without a token, and the same FORBIDDEN for a foreign and an unknown id", async () => {
    const id = await transfer();
    const ada = await graph.token("USER", ADA);
    const streams = [
      open(by).subscribe<Commands>(COMMAND, { id }),
      open(by, ada).subscribe<Commands>(COMMAND, { id }),
      open(by, ada).subscribe<Commands>(COMMAND, { id: randomUUID() }),
    ];
    await Promise.all(streams.map(({ ended }) => ended));
    const refused = (code: string) => [[{ commandUpdated: null }, [[["commandUpdated"], code]]]];
    expect(streams.map(codes)).toEqual([refused("UNAUTHENTICATED"), refused("FORBIDDEN"), refused("FORBIDDEN")]);
    expect(streams[2]?.values[0]?.errors?.[0]?.message).toBe("The caller may not do or see this.");
  });

  it("of a malformed id is INVALID_INPUT with path and rule; an id that no command has is null for an admin", async () => {
    const admin = open(by, await graph.token("ADMIN"));
    const malformed = admin.subscribe<Commands>(COMMAND, { id: "abc" });
    await malformed.ended;
    expect(codes(malformed)).toEqual([[{ commandUpdated: null }, [[["commandUpdated"], "INVALID_INPUT"]]]]);
    expect(malformed.values[0]?.errors?.[0]?.extensions["fields"]).toMatchObject([{ path: "id" }]);
    const unknown = admin.subscribe<Commands>(COMMAND, { id: randomUUID() });
    expect(await unknown.count(1)).toEqual([{ data: { commandUpdated: null } }]);
  });

  it("shows an admin all of it, a person all but what admins see; other names for it are kept", async () => {
    const id = await transfer();
    const query = `subscription Follow($id: UUID!) { mine: commandUpdated(id: $id) { ...Part input } }
      fragment Part on Command { state: status }`;
    const streams = [open(by, await graph.token("ADMIN")), open(by, emma)].map((each) =>
      each.subscribe<{ mine: unknown }>(query, { id }),
    );
    for (const stream of streams) await stream.count(1);
    expect(streams[0]?.values).toEqual([
      { data: { mine: { state: "ACCEPTED", input: expect.stringContaining("SYSTEM_LOAN_POOL") as string } } },
    ]);
    expect(streams.slice(1).map(codes)).toEqual([
      [[{ mine: { state: "ACCEPTED", input: null } }, [[["mine", "input"], "FORBIDDEN"]]]],
    ]);
  });

  it("is told of one that waits for its token no longer than the token lasts", async () => {
    // Past its end, within what clocks may differ.
    const claims = { sub: EMMA, roles: ["USER"], ttlSeconds: -3 };
    const stream = open(by, await developmentToken(graph.config, claims)).subscribe(COMMAND, { id: await transfer() });
    await stream.count(1);
    if (by === bySocket) {
      await expect(stream.ended).rejects.toMatchObject({ cause: { code: 4403, reason: "The token is over" } });
    } else {
      await stream.ended;
      expect(codes(stream).at(-1)).toEqual([undefined, [[undefined, "UNAUTHENTICATED"]]]);
    }
  });
});

describe.each([
  ["WebSocket", bySocket],
  ["server-sent events", byEvents],
])("over %s, a wallet", (_, by) => {
  const ready = async (stream: Stream<Lines>, wallet = EMMA) => {
    await listening(wallet);
    // The first look has been when a line comes; which one that is depends on when the look was.
    await eventually(async () => {
      await graph.history.happened(paid(7_777));
      return stream.values.length > 0;
    }, "the first line");
    const before = graph.history.blocks.length - 1;
    await eventually(async () => {
      const answer = await graph.ask<{ transactions: { edges: { node: { blockNumber: number } }[] } }>(
        "query ($id: ID!) { transactions(walletId: $id, first: 1) { edges { node { blockNumber } } } }",
        { id: wallet },
        await graph.token("ADMIN"),
      );
      return answer.data?.transactions.edges[0]?.node.blockNumber === before;
    }, "all lines so far");
    return stream.values.length;
  };

  it("shows each line that comes, in order, each once, and none from before", async () => {
    const stream = open(by, emma).subscribe<Lines>(LINES, { id: EMMA });
    await ready(stream);
    await graph.history.happened(paid(1, 2, 3));
    await graph.history.happened(paid(4));
    await eventually(() => amounts(stream).at(-1) === "4", "the last line");
    expect(amounts(stream).filter((amount) => amount !== "7777")).toEqual(["1", "2", "3", "4"]);
    expect(stream.values.at(-1)).toEqual({ data: { transactionAdded: { type: "SENT", amount: "4" } } });
  });

  it("shows more lines than a page holds, in order, each once, though nobody was told of them", async () => {
    const stream = open(by, emma).subscribe<Lines>(LINES, { id: EMMA });
    await ready(stream);
    const shown: string[] = [];
    for (const count of [20, 21, 100, 101, 250]) {
      const many = Array.from({ length: count }, (_unused, place) => `${count}${String(place).padStart(3, "0")}`);
      await project(graph.database.pool, [graph.history.make([{ events: paid(...many) }])]);
      graph.updates.resync();
      await eventually(() => amounts(stream).at(-1) === many.at(-1), "the last line");
      shown.push(...many);
    }
    expect(amounts(stream).filter((amount) => amount !== "7777")).toEqual(shown);
  });

  it("shows what other subgraphs know of a line, as soon as they can", async () => {
    const query =
      "subscription ($id: ID!) { transactionAdded(walletId: $id) { amount wallet { owner { ... on User { status } } } } }";
    const stream = open(by, emma).subscribe<Lines>(query, { id: EMMA });
    await ready(stream);
    expect(stream.values[0]?.data?.transactionAdded?.wallet).toEqual({ owner: { status: "ACTIVE" } });
  });

  it("of a stranger is FORBIDDEN, that of the system is open to everybody", async () => {
    const refused = [ADA, NOBODY].map((id) => open(by, emma).subscribe<Lines>(LINES, { id }));
    await Promise.all(refused.map(({ ended }) => ended));
    const forbidden = [[{ transactionAdded: null }, [[["transactionAdded"], "FORBIDDEN"]]]];
    expect(refused.map(codes)).toEqual([forbidden, forbidden]);

    const fund = "SYSTEM_OPERATIONS_FUND";
    const stream = open(by).subscribe<Lines>(LINES, { id: fund });
    await listening(fund);
    const charged = () => tax.FeeCharged({ payer: EMMA, amount: "5", kind: "P2P", scope: "LOCAL", rateBps: 1 });
    await eventually(async () => {
      await graph.history.happened([charged()]);
      return stream.values.length > 0;
    }, "a line of the fund");
    expect(stream.values[0]?.data?.transactionAdded).toEqual({ type: "FEE_INCOME", amount: "5" });
  });
});
