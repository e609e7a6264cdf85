// The typed client live: following over one WebSocket, what it does when that is cut or refused, and when its token is over.
import { connect, type Client, type Transaction } from "@gx/client";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { developmentToken } from "../../platform/devkeys.js";
import { eventually } from "../environment.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import { ADA, EMMA, newWorld } from "../gateway/world.js";
import { newProxy, type Proxy } from "./proxy.js";

let graph: Graph;
let proxy: Proxy;
let ada: Client;
let emma: Client;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  proxy = await newProxy(graph.url);
  const clientOf = (sub: string) => connect({ url: proxy.url, token: () => graph.token("USER", sub) });
  [ada, emma] = [clientOf(ADA), clientOf(EMMA)];
});
afterAll(async () => {
  ada.close();
  emma.close();
  await proxy.close();
  await graph.close();
});
afterEach(() => proxy.refuseSockets(false));

async function transfer(): Promise<string> {
  const sent = await emma.send("transfer", { to: ADA, amount: "1" });
  if (!sent.accepted) throw new Error(sent.error.code);
  return sent.commandId;
}
/** As the submitter does. */
async function isSubmitted(id: string): Promise<void> {
  await graph.database.pool.query("update app.command set status = 'SUBMITTED', submitted_at = now() where id = $1", [
    id,
  ]);
  graph.updates.tell({ commands: [id] });
}
const paid = (amount: string) => [
  tokenomics.TransferCompleted({
    ...{ from: EMMA, to: ADA, amount, fee: "0", kind: "P2P", scope: "CROSS_BORDER" },
    ...{ rateBps: 0, remark: null, multiSigTxId: null },
  }),
];

const RECEIVED = "subscription ($id: ID!) { transactionAdded(walletId: $id) { amount } }";
interface Received {
  readonly transactionAdded: Pick<Transaction, "amount">;
}
/** Pays until one is seen: a subscription sees what comes after it was opened. */
async function paidUntilSeen(seen: readonly string[], amount: string): Promise<void> {
  await eventually(async () => {
    await graph.history.happened(paid(amount));
    return seen.includes(amount);
  }, `a payment of ${amount} to be seen`);
}
function amountsOf(client: Client, onConnected = () => undefined as void) {
  const amounts: string[] = [];
  const values = client.subscribe<Received>(RECEIVED, { id: ADA }, { onConnected });
  const ended = (async () => {
    for await (const { transactionAdded } of values) amounts.push(transactionAdded.amount ?? "none");
  })().catch((error: unknown) => error);
  return { amounts, ended, leave: async () => values.return?.() };
}

it("follows many commands over one connection, through every step", async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, transfer));
  proxy.bodies.length = 0;
  const steps = new Map(ids.map((id) => [id, [] as string[]]));
  const following = ids.map((id) => emma.follow(id, { onStatus: ({ status }) => steps.get(id)?.push(status) }));
  const all = (count: number) => [...steps.values()].every((each) => each.length === count);
  await eventually(() => all(1), "a first value each");
  for (const id of ids) await isSubmitted(id);
  await eventually(() => all(2), "a second value each");
  for (const id of ids) await graph.history.happened(paid("1"), { commandId: id });
  expect((await Promise.all(following)).map(({ status }) => status)).toEqual(ids.map(() => "COMMITTED"));
  expect(new Set([...steps.values()].map((each) => each.join()))).toEqual(new Set(["ACCEPTED,SUBMITTED,COMMITTED"]));
  expect(proxy.sockets()).toBeLessThanOrEqual(1);
});

it("goes on following over a cut, and where no WebSocket comes through at all", async () => {
  const [first, second] = [await transfer(), await transfer()];
  const seen: string[] = [];
  const following = emma.follow(first, { onStatus: ({ status }) => seen.push(status) });
  await eventually(() => seen.length > 0 && proxy.sockets() > 0, "a first look, live");
  proxy.refuseSockets(true);
  expect(proxy.cut()).toBeGreaterThan(0);
  await graph.history.happened(paid("1"), { commandId: first });
  expect(await following).toMatchObject({ status: "COMMITTED", commandId: first });

  await graph.history.refused("ACCOUNT_FROZEN", { commandId: second });
  expect(await emma.follow(second)).toMatchObject({ status: "REFUSED", error: { code: "ACCOUNT_FROZEN" } });
});

it("begins a subscription again when its connection is cut, says so, and ends it when it is left", async () => {
  let begun = 0;
  const stream = amountsOf(ada, () => void (begun += 1));
  await paidUntilSeen(stream.amounts, "11");
  expect(proxy.cut()).toBeGreaterThan(0);
  await paidUntilSeen(stream.amounts, "12");
  expect(begun).toBe(2);
  await stream.leave();
  expect(await stream.ended).toBeUndefined();
});

it("asks for a fresh token when the one of its subscription is over", async () => {
  let tokens = 0;
  const token = () => {
    tokens += 1;
    return developmentToken(graph.config, { sub: ADA, roles: ["USER"], ttlSeconds: tokens === 1 ? 1 : 600 });
  };
  const client = connect({ url: proxy.url, token });
  const stream = amountsOf(client);
  await paidUntilSeen(stream.amounts, "21");
  await eventually(() => tokens > 1, "a second token");
  await paidUntilSeen(stream.amounts, "22");
  client.close();
  expect(await stream.ended).toMatchObject({ code: "CLOSED" });
});

it("ends a subscription with the gateway's word for a bad token, for foreign things and for what is no subscription", async () => {
  const words = async (client: Client, document = RECEIVED) => {
    for await (const value of client.subscribe(document, { id: ADA })) return value;
    return undefined;
  };
  const codeOf = (error: unknown) => (error as { code?: string }).code;
  const stranger = connect({ url: proxy.url, token: "no.good.token" });
  expect(codeOf(await words(stranger).catch(unchanged))).toBe("UNAUTHENTICATED");
  expect(codeOf(await words(emma).catch(unchanged))).toBe("FORBIDDEN");
  expect(codeOf(await words(ada, "subscription { nothing }").catch(unchanged))).toBe("GRAPHQL_VALIDATION_FAILED");
  stranger.close();
});

const unchanged = (error: unknown) => error;
