// The embedded Redis of the queues: our own folder, a random password, append-only file, nothing evicted.
// Never use a server that does not serve our own folder.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { keepOnce } from "../../platform/devkeys.js";
import { GxError } from "../../platform/errors.js";
import { endProcess, startOf } from "../system/processes.js";
import { runningPart, type PidFile } from "../system/pidfile.js";
import { adopt, launch, type Running, type StopRule } from "../system/running.js";
import { keepAddress, lastWords } from "./address.js";
import { findRedis } from "./redis-programs.js";

export interface RedisOptions {
  /** GX_HOME. */
  home: string;
  port: number;
  /** Gets what the server logs. */
  output: (chunk: Buffer) => void;
}

const READY_MS = 30_000;
const rule: StopRule = { signal: "SIGTERM", limitMs: 5_000 };

/** Starts or adopts the server and leaves its address in GX_HOME/keys/redis-url. */
export async function startRedis(options: RedisOptions): Promise<Running> {
  const { home, port } = options;
  const password = keepOnce(passwordFile(home), randomBytes(24).toString("base64url"));
  const url = urlOf(password, port);
  const running = (await adoptLeft(home, port, url)) ?? (await startNew(options, password, url));
  keepAddress(home, "REDIS_URL", url);
  return running;
}

/** Whether our own server answers. */
export async function servedRedis({ home, redisUrl }: { home: string; redisUrl: string }): Promise<boolean> {
  return redisUrl !== "" && (await ask(redisUrl))?.folder === dataFolder(home);
}

const dataFolder = (home: string) => join(home, "redis");
const passwordFile = (home: string) => join(home, "keys", "redis-password");
const urlOf = (password: string, port: number) => `redis://:${password}@127.0.0.1:${port}`;

/** Removes the data. The server must be stopped. */
export function removeRedis(home: string): void {
  rmSync(dataFolder(home), { recursive: true, force: true });
}

/** The server that an earlier start left running on our folder. */
export async function leftRedis(home: string, port: number): Promise<PidFile | undefined> {
  return runningPart(home, "redis") ?? (await answering(home, port));
}

/** A start that was killed at once may have left no pid file: whoever knows our password and serves our folder is ours. */
async function answering(home: string, port: number): Promise<PidFile | undefined> {
  const file = passwordFile(home);
  if (!existsSync(file)) return undefined;
  const server = await ask(urlOf(readFileSync(file, "utf8"), port));
  const started = server?.folder === dataFolder(home) ? startOf(server.pid) : undefined;
  return server && started !== undefined ? { pid: server.pid, started, port } : undefined;
}

async function adoptLeft(home: string, port: number, url: string): Promise<Running | undefined> {
  const left = await leftRedis(home, port);
  if (!left) return undefined;
  if (left.port === port && (await ask(url))?.folder === dataFolder(home)) return adopt(left, rule);
  await endProcess(left, rule.signal, rule.limitMs);
  return undefined;
}

async function startNew({ home, port, output }: RedisOptions, password: string, url: string): Promise<Running> {
  const { command, env } = await findRedis(home);
  const folder = dataFolder(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const said = lastWords(output);
  const args = [configFile(folder, port, password)];
  const running = await launch({ command, args, options: { cwd: folder, env }, rule, output: said.output });
  let ended: string | undefined;
  void running.exited.then((reason) => (ended = reason));
  for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(20)) {
    if (ended !== undefined) throw new GxError("REDIS_START", `Redis ended at its start (${ended}): ${said.text()}`);
    if ((await ask(url))?.folder === folder) return running;
  }
  await running.stop();
  throw new GxError("REDIS_START", `Redis was not ready within ${READY_MS / 1_000} s: ${said.text()}`);
}

/** In a file of its own, because a command line is readable for every user of the machine. */
function configFile(folder: string, port: number, password: string): string {
  const lines = [
    "bind 127.0.0.1",
    `port ${port}`,
    `dir "${folder}"`,
    `requirepass ${password}`,
    "appendonly yes",
    "appendfsync everysec",
    'save ""',
    "maxmemory-policy noeviction",
    "daemonize no",
  ];
  const file = join(folder, "redis.conf");
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  return file;
}

/** Which process serves which folder; undefined while none answers to our password or it still loads. */
async function ask(url: string): Promise<{ pid: number; folder: string } | undefined> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    const [, folder] = (await redis.config("GET", "dir")) as string[];
    const pid = /^process_id:(\d+)/m.exec(await redis.info("server"))?.[1];
    return folder === undefined ? undefined : { pid: Number(pid), folder };
  } catch {
    return undefined;
  } finally {
    redis.disconnect();
  }
}
