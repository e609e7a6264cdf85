// Redis clients by the address of Sentinels: the primary that they name, as a user, and the next one. Failover itself is
// proved with the settings that are shipped: test/ops/cluster.
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
let other: TestRedis;
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
  const ended = new Promise((resolve) => server.once("exit", resolve));
  closing.push(() => {
    server.kill("SIGKILL");
    return ended;
  });
  const client = new Redis(port, "127.0.0.1", { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  closing.push(() => client.disconnect());
  await client.ping();
  return { url: `redis+sentinel://reader:secret@127.0.0.1:${port}/gx`, client };
}

function open(url: string): Redis {
  const client = openRedis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null, disconnectTimeout: 50 });
  client.on("error", () => undefined);
  closing.push(() => client.disconnect());
  return client;
}

const portOf = (url: string) => Number(new URL(url).port);

beforeAll(async () => {
  [primary, other] = await Promise.all([newRedis(), newRedis()]);
  closing.push(
    () => primary.close(),
    () => other.close(),
  );
  sentinel = await startSentinel(portOf(primary.url));
  for (const server of [primary.client, other.client, sentinel.client])
    await server.call("ACL", "SETUSER", "reader", "on", ">secret", "~*", "&*", "+@all");
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

it("speaks to the primary that a Sentinel names, as the user of the address, and to the next one when that is gone", async () => {
  const client = open(sentinel.url);
  const server = async () => Number(/^tcp_port:(\d+)/m.exec(await client.info("server"))?.[1]);
  expect(await server()).toBe(portOf(primary.url));
  expect(await client.call("ACL", "WHOAMI")).toBe("reader");
  await sentinel.client.call("SENTINEL", "REMOVE", "gx");
  await sentinel.client.call("SENTINEL", "MONITOR", "gx", "127.0.0.1", String(portOf(other.url)), "1");
  await primary.kill();
  await until(async () => (await server().catch(() => 0)) === portOf(other.url));
  expect(await client.set("key", "value")).toBe("OK");
});

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
