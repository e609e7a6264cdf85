// The connections between gateway and subgraphs: renewed, and not missed when the other side ends one of them.
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Dispatcher } from "undici";
import { openConnections } from "../../gateway/connections.js";
import { post } from "../../gateway/post.js";
import { eventually } from "../environment.js";

let server: Server;
let dispatcher: Dispatcher;
let sockets: Socket[] = [];
let asked: string[] = [];
let answer: (request: string, socket: Socket) => string | undefined;
beforeEach(async () => {
  [sockets, asked, answer] = [[], [], () => "answered"];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push(body);
      const text = answer(body, request.socket);
      if (text !== undefined) response.end(text);
    });
  });
  server.on("connection", (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await dispatcher.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
const open = (renewMs?: number) => (dispatcher = openConnections({ readWaitMs: 0 }, renewMs));
/** Resolves when the connection is free again. */
const send = (body: string) =>
  post(dispatcher, url(), { "content-type": "application/json" }, body).finally(() => new Promise(setImmediate));

it("keeps a connection from one request to the next", async () => {
  open();
  for (const body of ["1", "2", "3"]) expect((await send(body)).text).toBe("answered");
  expect(sockets).toHaveLength(1);
});

it("leaves a connection that has served its time, so that who came later behind the same address is found", async () => {
  open(50);
  await send("first");
  await eventually(async () => {
    await send("more");
    return sockets.length > 1;
  }, "another connection");
  await eventually(() => sockets[0]?.destroyed, "the end of the first one");
});

it("sends a request again whose connection ended without a byte of an answer", async () => {
  open();
  await send("first");
  answer = (_, socket) => {
    if (socket !== sockets[0]) return "answered";
    socket.destroy();
    return undefined;
  };
  expect((await send("second")).text).toBe("answered");
  expect(asked).toEqual(["first", "second", "second"]);
});

it("gives up when the second time ends like the first, and when an answer had begun", async () => {
  open();
  answer = (_, socket) => void socket.destroy();
  await expect(send("again")).rejects.toThrow("other side closed");
  expect(asked).toEqual(["again", "again"]);
  answer = (_, socket) => void socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf an ans");
  await expect(send("half")).rejects.toThrow();
  expect(asked).toEqual(["again", "again", "half"]);
});
