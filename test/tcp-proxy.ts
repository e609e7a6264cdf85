// Between a client and a server: what a network or a host does to their connections. Knows nothing of what they say.
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** Connections accepted so far. */
  accepted(): number;
  /** Every connection is cut and none is accepted, as when the server's process is killed. */
  kill(): Promise<void>;
  /** Connections stay and are accepted, but nothing passes, as when the server's process is stopped. */
  hang(): void;
  /** Lets everything pass (again); `port`: to another server from now on. */
  pass(port?: number): Promise<void>;
  close(): Promise<void>;
}

export async function newTcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const state = { target, hangs: false, accepted: 0 };
  const accept = (client: Socket) => {
    state.accepted++;
    const server = connect(state.target, "127.0.0.1");
    const pair = [client, server] as const;
    pairs.add(pair);
    client.pipe(server).pipe(client);
    if (state.hangs) for (const socket of pair) socket.pause();
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
  };
  const listen = (port: number) =>
    new Promise<Server>((resolve, reject) => {
      const made = createServer(accept).on("error", reject);
      made.listen(port, "127.0.0.1", () => resolve(made));
    });
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };
  const kill = async () => {
    const old = server;
    server = undefined;
    cut();
    if (old) await new Promise((resolve) => old.close(resolve));
  };
  return {
    port,
    accepted: () => state.accepted,
    kill,
    hang: () => {
      state.hangs = true;
      for (const pair of pairs) for (const socket of pair) socket.unpipe().pause();
    },
    pass: async (to = state.target) => {
      if (to !== state.target) cut();
      state.target = to;
      if (state.hangs) {
        state.hangs = false;
        for (const [client, upstream] of pairs) client.pipe(upstream).pipe(client);
      }
      server ??= await listen(port);
    },
    close: kill,
  };
}
