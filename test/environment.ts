// Real servers for suites: a PostgreSQL database of its own, cloned from a migrated template, and a Redis of its own.
// One PostgreSQL cluster serves a whole jest run. It is started by the first who asks, and thrown away at the end.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import pg from "pg";
import { findPostgres, nobody } from "../cli/ground/postgres-programs.js";
import { findRedis } from "../cli/ground/redis-programs.js";
import { migrate } from "../platform/migrations.js";
import { isAlive, noteServer } from "./servers.mjs";

const run = promisify(execFile);
const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const TEMPLATE = "gx_template";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface TestDatabase {
  /** Connection string of a database that holds the migrated schemas and no row of anybody else. */
  readonly url: string;
  readonly pool: pg.Pool;
  /** Ends the pool, cuts whoever is still connected, and drops the database. */
  close(): Promise<void>;
}

/** A database of its own, cloned in some 50 ms. */
export async function newDatabase(): Promise<TestDatabase> {
  const port = await postgresPort();
  const name = `t_${randomBytes(6).toString("hex")}`;
  await administer(port, `create database ${name} template ${TEMPLATE}`);
  const url = urlOf(port, name);
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  // A suite may end the server's side of a connection on purpose.
  pool.on("error", () => undefined);
  return {
    url,
    pool,
    close: async () => {
      await pool.end();
      await administer(port, `drop database if exists ${name} with (force)`);
    },
  };
}

export interface TestCluster extends TestDatabase {
  /** Immediate shutdown, as a crash: sessions are cut, what was not committed is gone. */
  crash(): Promise<void>;
  /** Starts it again on the same port; resolves when it accepts. */
  start(): Promise<void>;
}

/** A migrated database in a cluster of its own, which may be stopped. Keeps what it has acknowledged. */
export async function newCluster(): Promise<TestCluster> {
  const port = await freePort();
  const data = join(runFolder(), `postgres-${port}`);
  await makeCluster(data);
  // Without fsync the end of the process loses nothing either: the machine goes on.
  let server = await startCluster(data, port, "on");
  const url = urlOf(port, "postgres");
  await migrate(url);
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  pool.on("error", () => undefined);
  const crash = async () => {
    server.kill("SIGQUIT");
    while (server.exitCode === null && server.signalCode === null) await pause(5);
  };
  return {
    ...{ url, pool, crash },
    start: async () => {
      server = await startCluster(data, port, "on");
    },
    close: async () => {
      await pool.end();
      await crash();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export interface TestRedis {
  readonly url: string;
  readonly client: Redis;
  /** SIGKILL; what it held is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A Redis of its own: empty, without persistence, noeviction. `settings` are further arguments ("--maxmemory-policy", …). */
export async function newRedis(...settings: string[]): Promise<TestRedis> {
  const port = await freePort();
  let server = await startRedis(port, settings);
  const client = new Redis(port, "127.0.0.1", { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  const kill = async () => {
    server.kill("SIGKILL");
    while (server.exitCode === null && server.signalCode === null) await pause(5);
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    client,
    kill,
    start: async () => {
      server = await startRedis(port, settings);
    },
    close: async () => {
      client.disconnect();
      await kill();
    },
  };
}

async function startRedis(port: number, settings: string[]) {
  const folder = join(runFolder(), `redis-${port}`);
  mkdirSync(folder, { recursive: true });
  const fixed = ["--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"];
  const given = ["--port", String(port), ...fixed, "--maxmemory-policy", "noeviction", ...settings];
  // The title keeps the folder on the command line, by which the end of the run knows its own.
  const { command, env } = await findRedis(join(repository, ".gx"));
  const server = spawn(command, [...given, "--proc-title-template", `redis-server ${folder}`], {
    stdio: "ignore",
    env: { ...env },
  });
  let failed: Error | undefined;
  server.once("error", (error) => (failed = error));
  if (server.pid !== undefined) noteServer(runFolder(), `redis-${port}`, { pid: server.pid, signal: "SIGKILL" });
  while (!(await isListening(port))) {
    if (failed || server.exitCode !== null) throw new Error(`redis-server did not start on port ${port}`);
    await pause(5);
  }
  return server;
}

/** A port of 127.0.0.1 that nobody listens on now; the first one of `count` such ports in a row. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const first = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
}

// Above every default port with its offset, below those that outgoing connections are given by chance.
const FIRST_PORT = 20_000;
const PORTS = 12_000;

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

// No other suite has these; there is one for each worker that the configuration of the tests allows.
const OFFSETS = [1200, 100, 1300, 1600];

/** GX_PORT_OFFSET for a suite without one of its own: its worker runs one suite at a time, and no other worker takes it. */
export const workerOffset = OFFSETS[(Number(process.env["JEST_WORKER_ID"] ?? 1) - 1) % OFFSETS.length] ?? 1200;

const PATIENCE_MS = Number(process.env.GX_TEST_PATIENCE_MS ?? 30_000);

/** Resolves as soon as `condition` gives a truthy value, which is returned; rejects after `withinMs`. */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what = condition.toString(),
  withinMs = PATIENCE_MS,
): Promise<NonNullable<T>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await pause(20);
  }
}

// ---------------------------------------------------------------- the cluster of the run

export function runFolder(): string {
  const folder = process.env.GX_TEST_RUN;
  if (!folder) throw new Error("GX_TEST_RUN is not set: run the suite by jest with the repository's jest.config.mjs");
  return folder;
}

/** Port of the running cluster; whoever holds the lock starts it, the others wait. */
async function postgresPort(): Promise<number> {
  const ready = join(runFolder(), "postgres.port");
  const lock = join(runFolder(), "postgres.lock");
  while (!existsSync(ready)) {
    if (takeLock(lock)) {
      try {
        if (existsSync(ready)) break;
        const port = await freePort();
        const data = join(runFolder(), "postgres");
        await makeCluster(data);
        // Outlives the jest worker that started it; teardown.mjs ends it.
        (await startCluster(data, port, "off")).unref();
        await makeTemplate(port);
        writeFileSync(ready, String(port));
      } finally {
        rmSync(lock, { force: true });
      }
    } else await pause(20);
  }
  return Number(readFileSync(ready, "utf8"));
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const holder = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true });
    return false;
  }
}

async function makeCluster(data: string): Promise<void> {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  if (nobody) chownSync(data, nobody.uid, nobody.gid);
  const settled = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  await run(findPostgres().initdb, ["-D", data, ...settled], { ...nobody, cwd: data });
}

async function startCluster(data: string, port: number, synchronousCommit: "on" | "off"): Promise<ChildProcess> {
  const { postgres } = findPostgres();
  const log = openSync(join(runFolder(), "postgres.log"), "a");
  const settings = {
    ...{ listen_addresses: "127.0.0.1", unix_socket_directories: "", max_connections: "200", shared_buffers: "64MB" },
    ...{ synchronous_commit: synchronousCommit, fsync: "off", full_page_writes: "off" },
  };
  const given = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(postgres, ["-D", data, "-p", String(port), ...given], {
    ...nobody,
    cwd: data,
    detached: true,
    stdio: ["ignore", log, log],
  });
  if (server.pid === undefined) throw new Error(`${postgres} cannot be run`);
  noteServer(runFolder(), basename(data), { pid: server.pid, signal: "SIGQUIT" });
  await accepting(port, () => server.exitCode !== null);
  return server;
}

async function accepting(port: number, dead: () => boolean): Promise<void> {
  for (;;) {
    try {
      await administer(port, "select 1");
      return;
    } catch (error) {
      if (dead())
        throw new Error(`PostgreSQL did not start, see ${join(runFolder(), "postgres.log")}`, { cause: error });
      await pause(20);
    }
  }
}

async function makeTemplate(port: number): Promise<void> {
  await administer(port, `create database ${TEMPLATE}`);
  await migrate(urlOf(port, TEMPLATE));
}

const urlOf = (port: number, database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`;

async function administer(port: number, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(port, "postgres") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
