// Between a client and a gateway: what a network does to an answer on its way.
import { createServer, request as ask, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

export interface Proxy {
  /** Address of /graphql through it. */
  readonly url: string;
  /** Bodies of the requests that came through, in order. */
  readonly bodies: { query: string; variables: Record<string, unknown> }[];
  /** Headers of them. */
  readonly headers: IncomingMessage["headers"][];
  /** The gateway answers this many times, and nobody hears it. */
  dropAnswers(count: number): void;
  /** Answers instead of the gateway, this once. */
  answerOnce(status: number, headers: Record<string, string>, body: string): void;
  /** Every WebSocket is cut, as by a cable. */
  cut(): number;
  /** WebSockets that are open. */
  sockets(): number;
  /** WebSockets are refused, or let through again. */
  refuseSockets(refuse: boolean): void;
  close(): Promise<void>;
}

export async function newProxy(target: string): Promise<Proxy> {
  const { port } = new URL(target);
  const bodies: Proxy["bodies"] = [];
  const headers: Proxy["headers"] = [];
  const instead: [number, Record<string, string>, string][] = [];
  const open = new Set<Socket>();
  let dropped = 0;
  let refused = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      bodies.push(JSON.parse(body.toString()) as Proxy["bodies"][number]);
      headers.push(request.headers);
      const own = instead.shift();
      if (own) return response.writeHead(own[0], own[1]).end(own[2]);
      const { method, url } = request;
      const onward = ask({ host: "127.0.0.1", port, path: url, method, headers: request.headers }, (answer) => {
        if (dropped > 0) {
          dropped -= 1;
          answer.resume().on("end", () => request.socket.destroy());
          return;
        }
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => request.socket.destroy());
      return onward.end(body);
    });
  });
  server.on("upgrade", (request, socket: Socket, head) => {
    if (refused) return socket.destroy();
    const onward = connect(Number(port), "127.0.0.1", () => {
      const lines = request.rawHeaders.flatMap((name, i) =>
        i % 2 === 0 ? [`${name}: ${request.rawHeaders[i + 1]}`] : [],
      );
      onward.write([`GET ${request.url} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    open.add(socket);
    const end = () => {
      open.delete(socket);
      onward.destroy();
      return socket.destroy();
    };
    for (const each of [onward, socket]) each.on("error", end).on("close", end);
    return socket;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ...{ bodies, headers },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    dropAnswers: (count) => void (dropped = count),
    answerOnce: (...answer) => void instead.push(answer),
    cut: () => {
      const sockets = [...open];
      for (const socket of sockets) socket.destroy();
      return sockets.length;
    },
    sockets: () => open.size,
    refuseSockets: (refuse) => void (refused = refuse),
    close: async () => {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
