// One leader among processes: an advisory lock of PostgreSQL on a connection of its own, a number, and a heartbeat.
// Never says that it leads when the last proof is older than the limit; what a leader writes is conditional on its number.
import pg from "pg";
import { between } from "./boundary.js";
import { isUnavailable } from "./database-errors.js";
import { GxError } from "./errors.js";
import type { Logger } from "./log.js";
import { pause } from "./pause.js";

const HEARTBEAT_MS = 1_000;
/** Without an answer for so long, leadership is given up. */
const LIMIT_MS = 2_000;
/** A leader that has given no sign of life for so long has its session ended by who waits. */
const SILENT_MS = 3_000;
const POLL_MS = 500;
/** Until the lock of a session that was ended is free. */
const ENDING_MS = 20;
// First half of every key of ours: advisory locks are shared by all users of a database.
const SPACE = 0x6778;

/** One time of leading. A later one of the same name has a higher number. */
export interface Tenure {
  readonly name: string;
  readonly number: number;
}

/** For who finds that its number is not the present one any more. */
export const leadershipOver = ({ name, number }: Tenure): GxError =>
  new GxError("LEADERSHIP_OVER", `leader ${number} of ${name} has a successor`);
export const isLeadershipOver = (error: unknown): boolean =>
  error instanceof GxError && error.code === "LEADERSHIP_OVER";

export interface Leadership extends Tenure {
  /** True while the last heartbeat was answered in time and nobody released it. */
  held(): boolean;
  /** Aborted when leadership has ended, whatever the reason. */
  readonly ended: AbortSignal;
  /** When the last heartbeat that was answered began, by `performance.now()`: no successor had led by then. */
  provedAt(): number;
  /** Milliseconds since the last heartbeat of the leader before, when this one began; Infinity for the first. */
  readonly predecessorMs: number;
  release(): Promise<void>;
}

export interface LeadershipOptions {
  url: string;
  /** What is led; one leader per name and database. */
  name: string;
  log: Logger;
  /** Gives up waiting. */
  signal: AbortSignal;
  /** Ends the session of whoever leads now, instead of waiting. */
  takeOver?: boolean;
}

/**
 * Waits until leadership is ours, through outages of the database too; undefined when the signal came first. When it
 * returns, no statement that carries an earlier number can change anything any more.
 */
export async function becomeLeader(options: LeadershipOptions): Promise<Leadership | undefined> {
  const { log, name, signal } = options;
  const told = new Set<string>();
  const tellOnce = (message: string, error?: unknown) => {
    if (!told.has(message)) log.warn({ name, ...(error === undefined ? {} : { error }) }, message);
    told.add(message);
  };
  let client: pg.Client | undefined;
  while (!signal.aborted) {
    let wait = POLL_MS;
    try {
      client ??= await connect(options);
      const beginning = await tryToLead(client, name);
      if (beginning) return lead(client, beginning, options);
      tellOnce("Another process leads, waiting");
      if (await endHolder(client, name, options.takeOver === true ? 0 : SILENT_MS)) {
        log.warn({ name }, options.takeOver ? "Taking over from the leader" : "Ended the session of a silent leader");
        wait = ENDING_MS;
      }
    } catch (error) {
      // Its session may hold the lock.
      client?.end().catch(() => undefined);
      client = undefined;
      if (!isUnavailable(error)) throw error;
      tellOnce("Database connection error", error);
    }
    await pause(wait, signal);
  }
  await client?.end().catch(() => undefined);
  return undefined;
}

async function connect({ url, name }: LeadershipOptions): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: LIMIT_MS,
    statement_timeout: LIMIT_MS,
    query_timeout: LIMIT_MS,
    keepAlive: true,
    application_name: `leader ${name}`,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

// Lock and number in one statement: whoever holds the lock without a fresh beat is known to hang. The new number waits for
// the statements of the leader before, which hold its row. Its last beat is read as it was before this statement.
const LEAD = `with got as materialized (select pg_try_advisory_lock($1, hashtext($2)) as got)
  insert into app.leadership as present (name, number, beat_at) select $2::text, 1, clock_timestamp() from got where got
  on conflict (name) do update set number = present.number + 1, beat_at = excluded.beat_at
  returning number::float8 as number, (select extract(epoch from clock_timestamp() - before.beat_at)::float8 * 1000
    from app.leadership as before where before.name = $2::text) as silent`;
// With two keys the second half of the lock's name has objsubid 2. A holder that has just begun a statement does not hang.
const END_HOLDER = `select pg_terminate_backend(l.pid) as ended from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.pid <> pg_backend_pid()
  and l.database = (select oid from pg_database where datname = current_database())
  and l.classid = $1::bigint::oid and l.objid = (hashtext($2)::bigint & 4294967295)::oid
  and ($3::int = 0 or (coalesce(a.query_start, a.backend_start) < clock_timestamp() - $3::int * interval '1 millisecond'
    and not exists (select from app.leadership where name = $2
      and beat_at >= clock_timestamp() - $3::int * interval '1 millisecond')))`;
const BEAT = "update app.leadership set beat_at = clock_timestamp() where name = $1 and number = $2";

interface Beginning {
  readonly number: number;
  /** Milliseconds since the last beat of the leader before. */
  readonly silent: number | null;
  readonly proved: number;
}

async function tryToLead(client: pg.Client, name: string): Promise<Beginning | undefined> {
  const proved = performance.now();
  const asked = between("database", "lead", () => client.query<Omit<Beginning, "proved">>(LEAD, [SPACE, name]));
  const { rows } = await asked;
  return rows[0] && { ...rows[0], proved };
}

/** True when a session was ended; only one that was silent for `silentMs`. */
async function endHolder(client: pg.Client, name: string, silentMs: number): Promise<boolean> {
  const { rows } = await client.query<{ ended: boolean }>(END_HOLDER, [SPACE, name, silentMs]);
  return rows.some(({ ended }) => ended);
}

async function lead(
  client: pg.Client,
  { number, silent, ...beginning }: Beginning,
  { name, log }: LeadershipOptions,
): Promise<Leadership> {
  const ended = new AbortController();
  let { proved } = beginning;
  let timer: NodeJS.Timeout | undefined;
  const end = (message?: string, error?: unknown) => {
    if (ended.signal.aborted) return;
    clearTimeout(timer);
    ended.abort();
    if (message) log.warn({ name, number, ...(error === undefined ? {} : { error }) }, message);
    // The connection may hang: nobody waits for its goodbye, and its end on the server frees the lock.
    client.end().catch(() => undefined);
  };
  const beat = async () => {
    const begin = performance.now();
    try {
      const { rowCount } = await between("database", "lead beat", () => client.query(BEAT, [name, number]));
      if (rowCount !== 1) return end("Leadership lost: another process has led since");
      proved = begin;
    } catch (error) {
      return end("Leadership lost", error);
    }
    if (!ended.signal.aborted) timer = setTimeout(() => void beat(), HEARTBEAT_MS);
  };
  client.on("error", (error) => end("Leadership lost", error));
  client.on("end", () => end("Leadership lost"));
  // The number had to be on disk; a beat that a crash forgets has done its work.
  await client.query("set synchronous_commit = off").catch((error: unknown) => end("Leadership lost", error));
  if (!ended.signal.aborted) timer = setTimeout(() => void beat(), HEARTBEAT_MS);
  log.info({ name, number }, "Leading");
  return {
    name,
    number,
    // Two limits: a heartbeat is sent each second and answered within the limit.
    held: () => !ended.signal.aborted && performance.now() - proved <= HEARTBEAT_MS + LIMIT_MS,
    ended: ended.signal,
    provedAt: () => proved,
    predecessorMs: silent ?? Infinity,
    release: async () => {
      clearTimeout(timer);
      if (ended.signal.aborted) return;
      ended.abort();
      await client.end().catch(() => undefined);
    },
  };
}
