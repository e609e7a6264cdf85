// Redis clients by the address of Sentinels: the primary that they name, with users, through a change of it.
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { findRedis } from "../../cli/ground/redis-programs.js";
import { readConfig, root } from "../../platform/config.js";
import { openRedis } from "../../platform/redis.js";
import { freePort, newRedis, runFolder, type TestRedis } from "../environment.js";
import { noteServer } from "../servers.mjs";

const until = async (is: () => boolean | Promise<boolean>) => {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 20));
};

let primary: TestRedis;
let standby: TestRedis;
let sentinel: { url: string; client: Redis };
const closing: (() => unknown)[] = [];

async function startSentinel(watched: number): Promise<{ url: string; client: Redis }> {
  const port = await freePort();
  const folder = mkdtempSync(join(runFolder(), "sentinel-"));
  const file = join(folder, "sentinel.conf");
  const lines = [`port ${port}`, "bind 127.0.0.1", `dir ${folder}`, `sentinel monitor gx 127.0.0.1 ${watched} 1`];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const { command, env } = await findRedis(join(root, ".gx"));
  const server = spawn(command, [file, "--sentinel"], { stdio: "ignore", env: { ...env } });
  if (server.pid !== undefined) noteServer(runFolder(), `sentinel-${port}`, { pid: server.pid, signal: "SIGKILL" });
  closing.push(() => server.kill("SIGKILL"));
  const client = new Redis(port, "127.0.0.1", { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  closing.push(() => client.disconnect());
  await client.ping();
  return { url: `redis+sentinel://reader:secret@127.0.0.1:${port}/gx`, client };
}

function open(url: string): Redis {
  const client = openRedis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  closing.push(() => client.disconnect());
  return client;
}

const portOf = (url: string) => Number(new URL(url).port);

beforeAll(async () => {
  [primary, standby] = await Promise.all([newRedis(), newRedis()]);
  closing.push(
    () => primary.close(),
    () => standby.close(),
  );
  await standby.client.replicaof("127.0.0.1", portOf(primary.url));
  // A Sentinel asks a server that is well for its standbys every ten seconds: there is one when it asks first.
  await until(async () => /state=online/.test(await primary.client.info("replication")));
  sentinel = await startSentinel(portOf(primary.url));
  for (const server of [primary.client, standby.client, sentinel.client])
    await server.call("ACL", "SETUSER", "reader", "on", ">secret", "~*", "&*", "+@all");
  await until(async () => ((await sentinel.client.call("SENTINEL", "REPLICAS", "gx")) as unknown[]).length === 1);
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

it("speaks to the primary that a Sentinel names, as the user of the address, and to the next one after a failover", async () => {
  const client = open(sentinel.url);
  const server = async () => Number(/^tcp_port:(\d+)/m.exec(await client.info("server"))?.[1]);
  expect(await server()).toBe(portOf(primary.url));
  expect(await client.call("ACL", "WHOAMI")).toBe("reader");
  await until(() =>
    sentinel.client.call("SENTINEL", "FAILOVER", "gx").then(
      () => true,
      () => false,
    ),
  );
  await until(async () => (await server().catch(() => 0)) === portOf(standby.url));
  expect(await client.set("key", "value")).toBe("OK");
}, 60_000);

it("takes further Sentinels, so that the first may be away", async () => {
  const away = await freePort();
  const url = `redis+sentinel://reader:secret@127.0.0.1:${away}/gx?sentinel=${new URL(sentinel.url).host}`;
  const client = open(url);
  expect(await client.ping()).toBe("PONG");
});

it("is a setting that is refused elsewhere than on loopback in development", () => {
  const read = (host: string) =>
    readConfig({ GX_ENV: "development", REDIS_URL: `redis+sentinel://a:b@${host}:26379/gx` });
  expect(read("127.0.0.1").redisUrl).toBe("redis+sentinel://a:b@127.0.0.1:26379/gx");
  expect(() => read("redis.example.org")).toThrow("REDIS_URL: must be on a loopback address in development");
});
