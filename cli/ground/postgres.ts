// The embedded PostgreSQL: made once, adopted when an earlier start left it running, recovered after a crash.
// Never use a server that does not serve our own data folder.
import { execFile, execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { keepOnce } from "../../platform/devkeys.js";
import { codeOf, GxError, messageOf } from "../../platform/errors.js";
import type { PidFile } from "../system/pidfile.js";
import { commandLineOf, endProcess, startOf } from "../system/processes.js";
import { adopt, launch, type Running, type StopRule } from "../system/running.js";
import { keepAddress, lastWords } from "./address.js";
import { findPostgres, isOpenToAll, nobody, type PostgresPrograms } from "./postgres-programs.js";

export interface PostgresOptions {
  /** GX_HOME. */
  home: string;
  port: number;
  /** Gets what the server logs. */
  output: (chunk: Buffer) => void;
}

const USER = "gx";
const DATABASE = "gx";
const READY_MS = 60_000;
/** SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is flushed. */
const rule: StopRule = { signal: "SIGINT", limitMs: 8_000 };

/** Small on purpose: the whole development system stays below 1 GB. Durability keeps its defaults. */
const tuning = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "100",
  shared_buffers: "64MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_worker_processes: "2",
  max_parallel_workers: "0",
  autovacuum_max_workers: "1",
  // Memory and flash find a row as fast as its neighbour: an index in the order of a list is worth its way.
  random_page_cost: "1.1",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
};

/** Starts or adopts the server and leaves its address in GX_HOME/keys/database-url. */
export async function startPostgres(options: PostgresOptions): Promise<Running> {
  const folder = dataFolder(options.home);
  const password = keepOnce(join(options.home, "keys", "postgres-password"), randomBytes(24).toString("base64url"));
  const url = `postgresql://${USER}:${password}@127.0.0.1:${options.port}`;
  const running =
    (await adoptLeft(options.home, options.port, url)) ?? (await startNew(options, folder, password, url));
  await ensureDatabase(url);
  keepAddress(options.home, "DATABASE_URL", `${url}/${DATABASE}`);
  return running;
}

/** Where the data lies. Under root the server runs as nobody, who may be unable to reach GX_HOME. */
export function dataFolder(home: string): string {
  mkdirSync(home, { recursive: true });
  if (!nobody || isOpenToAll(home)) return join(home, "postgres");
  return join(tmpdir(), `gx-postgres-data-${createHash("sha256").update(home).digest("hex").slice(0, 16)}`);
}

/** Removes the data, wherever it lies. The server must be stopped. */
export function removePostgres(home: string): void {
  rmSync(dataFolder(home), { recursive: true, force: true });
}

/** Whether our own server answers. */
export async function servedPostgres({ home, databaseUrl }: { home: string; databaseUrl: string }): Promise<boolean> {
  return databaseUrl !== "" && (await serves(databaseUrl.slice(0, databaseUrl.lastIndexOf("/")), dataFolder(home)));
}

/** The server that an earlier start left running on our folder. */
export function leftPostgres(home: string): PidFile | undefined {
  const left = postmasterOf(dataFolder(home));
  const started = left && startOf(left.pid);
  return left && started !== undefined ? { ...left, started } : undefined;
}

interface Postmaster {
  pid: number;
  port: number;
}

function postmasterOf(folder: string): Postmaster | undefined {
  const file = join(folder, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").split("\n");
  const pid = Number(lines[0]);
  if (commandLineOf(pid).includes("postgres")) return { pid, port: Number(lines[3]) };
  // The number belongs to some other process by now; the server would take it for its own predecessor.
  rmSync(file, { force: true });
  return undefined;
}

async function adoptLeft(home: string, port: number, url: string): Promise<Running | undefined> {
  const left = leftPostgres(home);
  if (!left) return undefined;
  if (left.port === port && (await serves(url, dataFolder(home)))) return adopt(left, rule);
  await endProcess(left, rule.signal, rule.limitMs);
  return undefined;
}

async function serves(url: string, folder: string): Promise<boolean> {
  const row = await withClient(url, (client) => client.query<{ data_directory: string }>("show data_directory")).catch(
    () => undefined,
  );
  return row?.rows[0]?.data_directory === folder;
}

async function startNew(options: PostgresOptions, folder: string, password: string, url: string): Promise<Running> {
  const programs = findPostgres();
  if (existsSync(join(folder, "PG_VERSION"))) sameVersion(programs, folder);
  else await initialise(programs, folder, password);
  for (let attempt = 1; ; attempt += 1) {
    const said = lastWords(options.output);
    const settings = Object.entries(tuning).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const args = ["-D", folder, "-p", String(options.port), ...settings];
    const running = await launch({
      command: programs.postgres,
      args,
      options: { cwd: folder, ...nobody },
      rule,
      output: said.output,
    });
    const failure = await readyOrFailed(running, url);
    if (failure === undefined) return running;
    // Right after a kill the predecessor's children still hold the folder.
    const held = /lock file .* already exists|pre-existing shared memory block/.test(said.text());
    if (!held || attempt === 20) throw new GxError("POSTGRES_START", `PostgreSQL ${failure}: ${said.text()}`);
    await sleep(250);
  }
}

function sameVersion({ postgres }: PostgresPrograms, folder: string): void {
  const written = readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
  const found = /\d+/.exec(execFileSync(postgres, ["--version"]).toString())?.[0];
  if (written === found) return;
  throw new GxError(
    "POSTGRES_VERSION",
    `${folder} was written by PostgreSQL ${written}, this machine has ${found ?? "another one"}. Start empty with: npm start -- --fresh`,
  );
}

/** Makes the cluster beside its place and moves it there: a start that is killed meanwhile leaves no half of one. */
async function initialise({ initdb }: PostgresPrograms, folder: string, password: string): Promise<void> {
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(draft, { mode: 0o700 });
  const secrets = mkdtempSync(join(tmpdir(), "gx-initdb-"));
  const file = join(secrets, "password");
  try {
    writeFileSync(file, password, { mode: 0o600 });
    if (nobody) for (const path of [draft, secrets, file]) chownSync(path, nobody.uid, nobody.gid);
    const args = [
      "-D",
      draft,
      "-U",
      USER,
      "-A",
      "scram-sha-256",
      `--pwfile=${file}`,
      "-E",
      "UTF8",
      "--locale=C",
      "--no-sync",
    ];
    await promisify(execFile)(initdb, args, { ...nobody, cwd: draft });
  } catch (error) {
    throw new GxError("POSTGRES_START", `initdb failed: ${messageOf(error)}`, { cause: error });
  } finally {
    rmSync(secrets, { recursive: true, force: true });
  }
  renameSync(draft, folder);
}

async function readyOrFailed(running: Running, url: string): Promise<string | undefined> {
  let ended: string | undefined;
  void running.exited.then((reason) => (ended = reason));
  for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(20)) {
    if (ended !== undefined) return `ended at its start (${ended})`;
    const fault = await withClient(url, () => Promise.resolve(undefined)).catch((error: unknown) => error);
    if (fault === undefined) return undefined;
    if (codeOf(fault) === "28P01") {
      await running.stop();
      return "does not know the password in GX_HOME/keys/postgres-password; start empty with: npm start -- --fresh";
    }
  }
  await running.stop();
  return `was not ready within ${READY_MS / 1_000} s`;
}

async function ensureDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
}

async function withClient<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: `${url}/postgres`, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await act(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
