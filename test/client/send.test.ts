// The typed client against a real gateway: keys, refusals, and what it reads afterwards.
import { randomUUID } from "node:crypto";
import { connect, GraphError, NoAnswerError, type Client, type Wallet } from "@gx/client";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { eventually } from "../environment.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import { ADA, EMMA, newWorld } from "../gateway/world.js";
import { newProxy, type Proxy } from "./proxy.js";

let graph: Graph;
let proxy: Proxy;
let emma: Client;
beforeAll(async () => {
  graph = await newGraph({ READ_WAIT_MS: "2000" });
  await newWorld(graph.history);
  proxy = await newProxy(graph.url);
  emma = connect({ url: proxy.url, token: () => graph.token("USER", EMMA), patienceMs: 20_000 });
});
afterAll(async () => {
  emma.close();
  await proxy.close();
  await graph.close();
});

const accepted = async () => (await graph.database.pool.query("select id from app.command")).rowCount;
const last = () => graph.history.blocks.length - 1;
const WALLET = "query ($id: ID!) { wallet(id: $id) { balance } }";
interface Read {
  readonly wallet: Pick<Wallet, "balance">;
}

describe("a command", () => {
  it("keeps its key over answers that got lost, and is one command", async () => {
    const before = (await accepted()) ?? 0;
    proxy.bodies.length = 0;
    proxy.dropAnswers(2);
    const sent = await emma.send("transfer", { to: ADA, amount: "1" });
    expect(sent).toMatchObject({ accepted: true, existing: true });
    expect(await accepted()).toBe(before + 1);
    expect(proxy.bodies.map(({ variables }) => variables["idempotencyKey"])).toEqual([sent.key, sent.key, sent.key]);
  });

  it("waits where it is told to come later, over a page of a proxy and a defect, and keeps its key", async () => {
    proxy.bodies.length = 0;
    const errors = (code: string) => JSON.stringify({ errors: [{ message: "Later.", extensions: { code } }] });
    proxy.answerOnce(429, { "retry-after": "1" }, errors("RATE_LIMITED"));
    proxy.answerOnce(502, {}, "<html>Bad gateway</html>");
    proxy.answerOnce(503, {}, errors("UNAVAILABLE"));
    proxy.answerOnce(500, {}, errors("INTERNAL"));
    const sent = await emma.send("transfer", { to: ADA, amount: "2" });
    expect(sent).toMatchObject({ accepted: true, existing: false });
    expect(new Set(proxy.bodies.map(({ variables }) => variables["idempotencyKey"]))).toEqual(new Set([sent.key]));
    expect(proxy.bodies).toHaveLength(5);
  });

  it("is refused by a result that names code and fields, and by the same one for a field that it does not have", async () => {
    const malformed = await emma.send("transfer", { to: "ada", amount: "1.5" });
    expect(malformed).toEqual({
      ...{ accepted: false, key: expect.any(String) as string },
      error: {
        ...{ code: "INVALID_INPUT", message: "A field of the input is missing, unknown or malformed." },
        requestId: expect.any(String) as string,
        fields: [
          { path: "to", message: expect.stringContaining("must be the id of an account") as string },
          { path: "amount", message: expect.stringContaining("must be whole Qirat") as string },
        ],
      },
    });
    const wide = { to: ADA, amount: "1", ammount: "2" };
    expect(await emma.send("transfer", wide)).toMatchObject({
      error: { code: "INVALID_INPUT", fields: [{ path: "ammount", message: "is unknown" }] },
    });
    expect(await emma.send("pauseSystem", { reason: "no" })).toMatchObject({
      ...{ accepted: false, error: { code: "FORBIDDEN", fields: [] } },
    });
  });

  it("keeps the caller's key: the same ticket for the same input, a conflict for another one", async () => {
    const key = randomUUID();
    const first = await emma.send("transfer", { to: ADA, amount: "3" }, { key });
    const again = await emma.send("transfer", { to: ADA, amount: "3" }, { key });
    expect([first, again]).toMatchObject([{ existing: false }, { existing: true }]);
    expect(again.accepted && first.accepted && again.commandId === first.commandId).toBe(true);
    expect(await emma.send("transfer", { to: ADA, amount: "4" }, { key })).toMatchObject({
      ...{ accepted: false, error: { code: "IDEMPOTENCY_CONFLICT" } },
    });
  });

  it("that is not answered is told with its key; a store remembers the key until the answer", async () => {
    const entries = new Map<string, string>();
    const storage = {
      getItem: (entry: string) => entries.get(entry) ?? null,
      setItem: (entry: string, key: string) => void entries.set(entry, key),
      removeItem: (entry: string) => void entries.delete(entry),
    };
    const token = await graph.token("USER", EMMA);
    const before = (await accepted()) ?? 0;
    const first = connect({ url: proxy.url, token, storage, patienceMs: 0 });
    proxy.dropAnswers(1);
    const error = await first.send("transfer", { to: ADA, amount: "5", remark: "rent" }).then(fail, unchanged);
    expect(error).toBeInstanceOf(NoAnswerError);
    first.close();
    // The page is opened anew, and the same is sent once more.
    const second = connect({ url: proxy.url, token, storage });
    const sent = await second.send("transfer", { remark: "rent", amount: "5", to: ADA });
    expect(sent).toMatchObject({ accepted: true, existing: true, key: (error as NoAnswerError).key });
    expect([await accepted(), entries.size]).toEqual([before + 1, 0]);
    expect(await second.send("transfer", { to: ADA, amount: "5", remark: "rent" })).toMatchObject({ existing: false });
    second.close();
  });

  it("stops at the caller's signal, and when the client is closed", async () => {
    const lonely = connect({ url: "http://127.0.0.1:9/graphql", token: "x", patienceMs: 60_000 });
    const reason = new Error("enough");
    const aborted = lonely.send("resumeSystem", {}, { signal: AbortSignal.abort(reason) });
    expect(await aborted.then(fail, unchanged)).toBe(reason);
    const closed = lonely.send("resumeSystem", {}).then(fail, unchanged);
    lonely.close();
    expect(await closed).toMatchObject({ code: "CLOSED" });
  });
});

describe("after a command that was followed", () => {
  it("the ledger's refusal is a result with its code", async () => {
    const sent = await emma.send("transfer", { to: ADA, amount: "999999999999999" });
    if (!sent.accepted) throw new Error(sent.error.code);
    const steps: string[] = [];
    const following = emma.follow(sent, { onStatus: ({ status }) => steps.push(status) });
    await eventually(() => steps.length > 0, "a first look at the command");
    await graph.history.refused("INSUFFICIENT_FUNDS", { commandId: sent.commandId });
    expect(await following).toMatchObject({
      ...{ status: "REFUSED", commandId: sent.commandId, blockNumber: last() },
      error: { code: "INSUFFICIENT_FUNDS", message: "The account does not hold enough.", status: 422 },
    });
    expect(steps).toEqual(["ACCEPTED", "REFUSED"]);
  });

  it("every query of the client asks for its block, and shows what it did", async () => {
    const sent = await emma.send("transfer", { to: ADA, amount: "7" });
    if (!sent.accepted) throw new Error(sent.error.code);
    const events = [tokenomics.BalanceChanged({ accountId: EMMA, balance: "4242" })];
    await graph.history.happened(events, { commandId: sent.commandId });
    const outcome = await emma.follow(sent.commandId);
    expect(outcome).toMatchObject({ status: "COMMITTED", blockNumber: last(), events: ["BalanceChanged"] });
    const { wallet } = await emma.query<Read>(WALLET, { id: EMMA });
    expect(wallet.balance).toBe("4242");
    expect(proxy.headers.at(-1)?.["x-gx-after"]).toBe(String(last()));
  });

  it("a query may ask for more, and waits for it", async () => {
    const block = last() + 1;
    const reading = emma.query<Read>(WALLET, { id: EMMA }, { after: block });
    await graph.history.happened([tokenomics.BalanceChanged({ accountId: EMMA, balance: "4243" })]);
    expect((await reading).wallet.balance).toBe("4243");
  });
});

describe("a query", () => {
  it("after a command shows no older world than was shown before", async () => {
    await emma.query(WALLET, { id: EMMA }, { after: last() });
    const old = graph.history.blocks.length - 3;
    proxy.answerOnce(200, { "x-gx-block": String(old) }, JSON.stringify({ data: { wallet: { balance: "1" } } }));
    const { wallet } = await emma.query<Read>(WALLET, { id: EMMA }, { after: randomUUID() });
    expect(wallet.balance).toBe("4243");
    expect(proxy.headers.at(-1)?.["x-gx-after"]).toBe(String(last()));
  });

  it("with an error is an error with its code, and with what could be answered", async () => {
    const asked = emma.query("query ($id: UUID!) { user(id: $id) { status wallet { balance } } }", { id: ADA });
    const error = await asked.then(fail, unchanged);
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({ code: "FORBIDDEN", data: { user: { status: "ACTIVE", wallet: null } } });
  });

  it("of a world that does not come in time is BEHIND", async () => {
    const asked = emma.query(WALLET, { id: EMMA }, { after: last() + 1_000_000, patienceMs: 0 });
    expect(await asked.then(fail, unchanged)).toMatchObject({ name: "GraphError", code: "BEHIND" });
  });

  it("with a mutation is tried once only", async () => {
    proxy.bodies.length = 0;
    proxy.dropAnswers(1);
    const document = `mutation ($key: String!) { transfer(to: "${ADA}", amount: "1", idempotencyKey: $key) { commandId } }`;
    expect(await emma.query(document, { key: randomUUID() }).then(fail, unchanged)).toBeInstanceOf(NoAnswerError);
    expect(proxy.bodies).toHaveLength(1);
  });

  it("of a command that there is not, or of another person's, ends following with the gateway's word", async () => {
    const admin = connect({ url: proxy.url, token: await graph.token("ADMIN") });
    expect(await admin.follow(randomUUID()).then(fail, unchanged)).toMatchObject({ code: "NOT_FOUND" });
    expect(await emma.follow(randomUUID()).then(fail, unchanged)).toMatchObject({ code: "FORBIDDEN" });
    admin.close();
  });
});

const unchanged = (error: unknown) => error;
function fail(): never {
  throw new Error("it should not have succeeded");
}
