// The edge of live updates: who may connect, what a connection may hold, what ends it, and what else a socket can do.
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import WebSocket from "ws";
import { tax } from "../../catalogue/events/tax.js";
import { eventually } from "../environment.js";
import { valueOf } from "../platform/parts.js";
import { newGraph, post, type Graph } from "./graph.js";
import { byEvents, bySocket, socketUrl, type Subscriber } from "./streams.js";
import { EMMA, newWorld } from "./world.js";

const LINES = "subscription ($id: ID!) { transactionAdded(walletId: $id) { amount } }";
const FUND = { id: "SYSTEM_OPERATIONS_FUND" };
const PUBLIC = "{ systemStatus { paused } }";

/** An operation of 3 + 2 × `levels` levels. */
const deep = (levels: number) => {
  const wallet = Array.from({ length: levels }).reduce<string>(
    (inner) => `{ owner { ... on User { wallet ${inner} } } }`,
    "{ id }",
  );
  return `subscription ($id: ID!) { transactionAdded(walletId: $id) { wallet ${wallet} } }`;
};

let graph: Graph;
beforeAll(async () => {
  graph = await newGraph({ LIMIT_SUBSCRIPTIONS: "2", LIMIT_CONNECTIONS: "3", LIVE_PING_MS: "200" });
  await newWorld(graph.history);
});
afterAll(() => graph.close());

const subscribers: Subscriber[] = [];
const open = (by: typeof bySocket, token?: string) => {
  const subscriber = by(graph.url, token);
  subscribers.push(subscriber);
  return subscriber;
};
const openCount = async () => (await valueOf(graph.metrics, "gateway_subscriptions", `kind="transactionAdded"`)) ?? 0;
const opened = (count: number) => eventually(async () => (await openCount()) === count, `${count} subscriptions`);
afterEach(async () => {
  for (const subscriber of subscribers.splice(0)) await subscriber.close();
  await opened(0);
});

interface Raw {
  readonly socket: WebSocket;
  /** All messages so far. */
  readonly messages: { type: string; id?: string; payload?: unknown }[];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** HTTP status that was answered instead of a socket. */
  readonly refused: Promise<number | undefined>;
  send(message: object | string): void;
}

function raw(headers: Record<string, string> = {}, url = socketUrl(graph.url), protocol = "graphql-transport-ws"): Raw {
  const socket = new WebSocket(url, protocol, { headers });
  const messages: Raw["messages"] = [];
  socket.on("message", (data: Buffer) => messages.push(JSON.parse(data.toString("utf8")) as Raw["messages"][number]));
  socket.on("error", () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString("utf8") })),
  );
  const refused = new Promise<number | undefined>((resolve) => {
    socket.once("unexpected-response", (_, response) => {
      resolve(response.statusCode);
      response.resume();
      socket.terminate();
    });
    socket.once("open", () => resolve(undefined));
  });
  const send = (message: object | string) =>
    socket.send(typeof message === "string" ? message : JSON.stringify(message));
  return { socket, messages, closed, refused, send };
}
/** A connection that was let in. */
async function acknowledged(payload: object = {}): Promise<Raw> {
  const connection = raw();
  await connection.refused;
  connection.send({ type: "connection_init", payload });
  await eventually(() => connection.messages[0]?.type === "connection_ack", "connection_ack");
  return connection;
}
const streamed = (body: object, headers: Record<string, string> = {}) =>
  post(`${graph.url}/graphql/stream`, JSON.stringify(body), { accept: "text/event-stream", ...headers });

describe("a connection", () => {
  it.each([
    ["another Host", { host: "evil.example" }, 403],
    ["a page of another origin", { origin: "https://evil.example" }, 403],
    ["a local page", { origin: "http://localhost:5173" }, undefined],
  ])("from %s is answered as a request would be", async (_, headers, status) => {
    const connection = raw(headers);
    expect(await connection.refused).toBe(status);
    connection.socket.terminate();
    const events = await streamed({ query: PUBLIC }, "origin" in headers ? headers : {});
    if ("origin" in headers) expect(events.status).toBe(status ?? 200);
  });

  it("to another path is 404, without the protocol 4406, without a first word 4408", async () => {
    expect(await raw({}, `${graph.url.replace("http", "ws")}/graphql/other`).refused).toBe(404);
    expect(await raw({}, socketUrl(graph.url), "graphql-ws").closed).toMatchObject({
      code: expect.any(Number) as number,
    });
    expect(await raw().closed).toMatchObject({ code: 4408 });
  });

  it("with a bad token, or two, is ended with 4403; one that asks before its first word with 4401", async () => {
    const bad = [{ authorization: "Bearer abc" }, { authorization: 5 }, { authorization: "", Authorization: "" }];
    for (const payload of bad) {
      const connection = raw();
      await connection.refused;
      connection.send({ type: "connection_init", payload });
      expect((await connection.closed).code).toBe(4403);
    }
    const early = raw();
    await early.refused;
    early.send({ type: "subscribe", id: "1", payload: { query: PUBLIC } });
    expect((await early.closed).code).toBe(4401);
    const events = await streamed({ query: PUBLIC }, { authorization: "Bearer abc" });
    expect([events.status, events.errors[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("that sends what is no message, or too much, is ended and disturbs nobody", async () => {
    const calm = await acknowledged();
    for (const [message, code] of [
      ["{", 4400],
      [JSON.stringify({ type: "x" }), 4400],
      ["x".repeat(150_000), 1009],
    ] as const) {
      const connection = await acknowledged();
      connection.send(message);
      expect((await connection.closed).code).toBe(code);
    }
    calm.send({ type: "ping" });
    await eventually(() => calm.messages.at(-1)?.type === "pong", "pong");
    calm.socket.close();
    await calm.closed;
    expect(graph.lines.filter(({ message }) => message === "Unexpected error")).toEqual([]);
  });

  it("beyond those that a gateway holds is 503, whatever its transport, until one leaves", async () => {
    const sockets = [raw(), raw()];
    for (const { refused } of sockets) expect(await refused).toBeUndefined();
    const events = open(byEvents).subscribe(LINES, FUND);
    await opened(1);
    expect(await raw().refused).toBe(503);
    expect((await streamed({ query: PUBLIC })).status).toBe(503);
    sockets[0]?.socket.close();
    await eventually(async () => {
      const next = raw();
      const status = await next.refused;
      next.socket.terminate();
      return status === undefined;
    }, "a free place");
    sockets[1]?.socket.terminate();
    events.stop();
  });

  it("may have so many operations open, then an error names the number and the others go on", async () => {
    const client = open(bySocket);
    const streams = [client.subscribe(LINES, FUND), client.subscribe(LINES, FUND)];
    await opened(2);
    const third = client.subscribe(LINES, FUND);
    await expect(third.ended).rejects.toMatchObject({
      cause: [
        {
          message: "A connection may have 2 operations open at a time.",
          extensions: { code: "TOO_MANY_SUBSCRIPTIONS" },
        },
      ],
    });
    streams[0]?.stop();
    await opened(1);
    client.subscribe(LINES, FUND);
    await opened(2);
  });

  it("whose client does not answer pings any more is ended", async () => {
    const connection = await acknowledged();
    connection.send({ type: "subscribe", id: "1", payload: { query: LINES, variables: FUND } });
    await opened(1);
    // The socket lives, and nobody reads it.
    connection.socket.pause();
    await opened(0);
    connection.socket.terminate();
  });

  it("that is cut in the middle leaves nothing behind, over either transport", async () => {
    const connection = await acknowledged();
    connection.send({ type: "subscribe", id: "1", payload: { query: LINES, variables: FUND } });
    const { port } = new URL(graph.url);
    const body = JSON.stringify({ query: LINES, variables: FUND });
    const request =
      `POST /graphql/stream HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const events = connect(Number(port), "127.0.0.1");
    events.write(request);
    await opened(2);
    connection.socket.terminate();
    events.resetAndDestroy();
    await opened(0);
    // At any moment, also before the feed is there.
    for (let turns = 0; turns < 30; turns += 1) {
      const hasty = connect(Number(port), "127.0.0.1");
      hasty.on("error", () => undefined);
      await new Promise<void>((resolve) => hasty.write(request, () => resolve()));
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      hasty.resetAndDestroy();
    }
    await eventually(async () => (await streamed({ query: PUBLIC })).status === 200, "a free place");
    await opened(0);
    expect(await graph.redis.client.pubsub("CHANNELS", "gx:live:*")).toEqual([]);
  });
});

describe("an operation", () => {
  const ask = async (payload: object, token?: string) => {
    const connection = await acknowledged(token === undefined ? {} : { authorization: `Bearer ${token}` });
    connection.send({ type: "subscribe", id: "1", payload });
    await eventually(() => connection.messages.some(({ type }) => type === "complete" || type === "error"), "an end");
    connection.socket.close();
    await connection.closed;
    return connection.messages.slice(1);
  };
  const codeOf = (messages: Raw["messages"]) =>
    (messages[0]?.payload as { extensions: { code: string } }[] | undefined)?.[0]?.extensions.code;

  it("that is a query or a mutation is answered once, as the caller, over both transports", async () => {
    expect(await ask({ query: PUBLIC })).toEqual([
      { id: "1", type: "next", payload: { data: { systemStatus: { paused: false } } } },
      { id: "1", type: "complete" },
    ]);
    const mutation = `mutation ($key: String!) { transfer(to: "SYSTEM_LOAN_POOL", amount: "1", idempotencyKey: $key) { status } }`;
    const request = { query: mutation, variables: { key: randomUUID() } };
    const [answer] = await ask(request, await graph.token("USER", EMMA));
    expect(answer?.payload).toEqual({ data: { transfer: { status: "ACCEPTED" } } });
    const [refused] = await ask({ ...request, variables: { key: randomUUID() } });
    expect(refused?.payload).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
    expect((await streamed({ query: PUBLIC })).text).toBe(
      `event: next\ndata: {"data":{"systemStatus":{"paused":false}}}\n\nevent: complete\ndata:\n\n`,
    );
  });

  it.each([
    ["GRAPHQL_PARSE_FAILED", { query: "subscription {" }],
    ["GRAPHQL_VALIDATION_FAILED", { query: "subscription { nothing }" }],
    [
      "GRAPHQL_VALIDATION_FAILED",
      { query: `subscription { commandUpdated(id: "a") { id } b: commandUpdated(id: "b") { id } }` },
    ],
    ["OPERATION_RESOLUTION_FAILURE", { query: PUBLIC, operationName: "Other" }],
    ["INVALID_INPUT", { query: "subscription { commandUpdated { id } }" }],
    ["INVALID_INPUT", { query: LINES, variables: {} }],
    [
      "BAD_REQUEST",
      { query: `subscription { ...F } fragment F on Subscription { transactionAdded(walletId: "a") { id } }` },
    ],
    ["BAD_REQUEST", { query: LINES, variables: { id: "a".repeat(101) } }],
    ["QUERY_TOO_DEEP", { query: deep(5), variables: FUND }],
    [
      "TOO_MANY_ALIASES",
      {
        query: `subscription { transactionAdded(walletId: "a") { ${Array.from({ length: 20 }, (_, i) => `a${i}: id`).join(" ")} } }`,
      },
    ],
  ])("that is wrong is refused with %s, over both transports", async (code, payload) => {
    expect(codeOf(await ask(payload))).toBe(code);
    const events = await streamed(payload);
    expect([events.status, events.errors[0]?.extensions.code]).toEqual([400, code]);
  });

  it("with the most levels that a request may have is read with ours around it", async () => {
    const stream = open(bySocket).subscribe<{ transactionAdded: { wallet: object } }>(deep(4), FUND);
    await opened(1);
    await eventually(async () => {
      const fee = tax.FeeCharged({ payer: EMMA, amount: "5", kind: "P2P", scope: "LOCAL", rateBps: 1 });
      await graph.history.happened([fee]);
      return stream.values.length > 0;
    }, "a line");
    expect(stream.values[0]?.data).toEqual({ transactionAdded: { wallet: { owner: null } } });
  });

  it("that streams is 400 at /graphql, and 406 without its accept header", async () => {
    const answer = await graph.ask(LINES, FUND);
    expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([400, "BAD_REQUEST"]);
    const events = await streamed({ query: LINES, variables: FUND }, { accept: "application/json" });
    expect([events.status, events.errors[0]?.message]).toEqual([
      406,
      "Ask for events with the header: accept: text/event-stream",
    ]);
  });

  it("over event streams may come from local pages", async () => {
    const headers = { origin: "http://localhost:5173" };
    const asked = await fetch(`${graph.url}/graphql/stream`, { method: "OPTIONS", headers });
    expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([204, headers.origin]);
    const answer = await streamed({ query: PUBLIC }, headers);
    expect(answer.headers.get("access-control-allow-origin")).toBe(headers.origin);
    expect(answer.headers.get("x-request-id")).toBeTruthy();
  });
});

it("a gateway that ends closes its sockets with 1001, ends its event streams without `complete`, and waits for neither", async () => {
  const other = await newGraph();
  await newWorld(other.history);
  const socket = raw({}, socketUrl(other.url));
  await socket.refused;
  const events = await fetch(`${other.url}/graphql/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query: LINES, variables: FUND }),
  });
  await other.close();
  expect(await socket.closed).toEqual({ code: 1001, reason: "Going away" });
  const text = await events.text();
  expect(text).not.toContain("complete");
  expect(text).toMatch(/retry: 1000\n\n$/);
});
