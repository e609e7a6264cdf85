// A Service as a cluster has it: one address, each new connection to the next backend that is ready; a connection stays where
// it is, and nobody looks into it.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Service {
  readonly port: number;
  /** Connections stay, and from now on nothing passes; false: everything passes again. */
  hang(hangs: boolean): void;
  close(): Promise<void>;
}

export async function newService(backends: () => readonly number[]): Promise<Service> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let [turn, hanging] = [0, false];
  const server = createServer((client) => {
    const ready = backends();
    const port = ready[turn++ % Math.max(1, ready.length)];
    client.on("error", () => client.destroy());
    if (port === undefined) return void client.destroy();
    const backend = connect(port, "127.0.0.1");
    const pair = [client, backend] as const;
    pairs.add(pair);
    if (!hanging) client.pipe(backend).pipe(client);
    backend.on("error", () => client.destroy());
    client.on("close", () => backend.destroy());
    backend.on("close", () => {
      pairs.delete(pair);
      client.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hang: (hangs) => {
      hanging = hangs;
      for (const [client, backend] of pairs) {
        if (hangs) for (const socket of [client, backend]) socket.unpipe().pause();
        else client.pipe(backend).pipe(client);
      }
    },
    close: async () => {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
