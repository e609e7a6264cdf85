// What the processes of the image stand on in the dry run: an empty PostgreSQL and an empty Redis of this installation, and free ports.
// Never the system of the developer: all of it is in a folder of its own.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { removePostgres, startPostgres } from "../cli/ground/postgres.js";
import { startRedis } from "../cli/ground/redis.js";

export interface Ground {
  /** DATABASE_URL and REDIS_URL. */
  readonly addresses: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

export async function openGround(home: string): Promise<Ground> {
  const output = () => undefined;
  const [first, second] = await freePorts(2);
  const postgres = await startPostgres({ home, port: first ?? 0, output });
  const redis = await startRedis({ home, port: second ?? 0, output });
  const kept = (name: string) => readFileSync(join(home, "keys", name), "utf8").trim();
  return {
    addresses: { DATABASE_URL: kept("database-url"), REDIS_URL: kept("redis-url") },
    remove: async () => {
      await Promise.all([postgres.stop(), redis.stop()]);
      removePostgres(home);
    },
  };
}

/** The first of `count` ports in a row that nobody listens on, and those behind it. */
export async function freePorts(count: number): Promise<number[]> {
  for (;;) {
    const first = await freePort();
    const row = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(row.slice(1).map((port) => freePort(port).catch(() => 0)));
    if (!free.includes(0)) return row;
  }
}

function freePort(port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === "object" && bound ? bound.port : 0));
    });
  });
}
