// One leader among processes: an advisory lock of PostgreSQL on a connection of its own, proved by a heartbeat.
// Never says that it leads when the last proof is older than the limit.
import pg from "pg";
import { isUnavailable } from "./database-errors.js";
import type { Logger } from "./log.js";

const HEARTBEAT_MS = 1_000;
/** Without an answer for so long, leadership is given up. */
const LIMIT_MS = 2_000;
// First half of every key of ours: advisory locks are shared by all users of a database.
const SPACE = 0x6778;

export interface Leadership {
  /** True while the last heartbeat was answered in time and nobody released it. */
  held(): boolean;
  /** Aborted when leadership has ended, whatever the reason. */
  readonly ended: AbortSignal;
  release(): Promise<void>;
}

export interface LeadershipOptions {
  url: string;
  /** What is led; one leader per name and database. */
  name: string;
  log: Logger;
  /** Gives up waiting. */
  signal: AbortSignal;
}

/** Waits until the lock is ours, through outages of the database too; undefined when the signal came first. */
export async function becomeLeader(options: LeadershipOptions): Promise<Leadership | undefined> {
  const { log, name, signal } = options;
  const told = new Set<string>();
  const tellOnce = (message: string, error?: unknown) => {
    if (!told.has(message)) log.warn({ name, ...(error === undefined ? {} : { error }) }, message);
    told.add(message);
  };
  while (!signal.aborted) {
    try {
      const client = await tryLock(options);
      if (client) return lead(client, options);
      tellOnce("Another process leads, waiting");
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      tellOnce("Database connection error", error);
    }
    await pause(HEARTBEAT_MS, signal);
  }
  return undefined;
}

async function tryLock({ url, name }: LeadershipOptions): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
    keepAlive: true,
    application_name: `leader ${name}`,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock($1, hashtext($2)) as got", [
      SPACE,
      name,
    ]);
    if (rows[0]?.got) return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  await client.end();
  return undefined;
}

function lead(client: pg.Client, { name, log }: LeadershipOptions): Leadership {
  const ended = new AbortController();
  let proved = Date.now();
  let timer: NodeJS.Timeout | undefined;
  const end = (message?: string, error?: unknown) => {
    if (ended.signal.aborted) return;
    clearTimeout(timer);
    ended.abort();
    if (message) log.warn({ name, error }, message);
    // The connection may hang: nobody waits for its goodbye, and its end on the server frees the lock.
    client.end().catch(() => undefined);
  };
  const beat = async () => {
    const begin = Date.now();
    try {
      await client.query("select 1");
      proved = begin;
    } catch (error) {
      return end("Leadership lost", error);
    }
    if (!ended.signal.aborted) timer = setTimeout(() => void beat(), HEARTBEAT_MS);
  };
  client.on("error", (error) => end("Leadership lost", error));
  client.on("end", () => end("Leadership lost"));
  timer = setTimeout(() => void beat(), HEARTBEAT_MS);
  log.info({ name }, "Leading");
  return {
    // Two limits: a heartbeat is sent each second and answered within the limit.
    held: () => !ended.signal.aborted && Date.now() - proved <= HEARTBEAT_MS + LIMIT_MS,
    ended: ended.signal,
    release: async () => {
      clearTimeout(timer);
      if (ended.signal.aborted) return;
      ended.abort();
      await client.end().catch(() => undefined);
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
  });
}
