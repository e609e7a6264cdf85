// The share of a process in the connections of PostgreSQL: how large its pool may be, and whether the server has room for it.
// Looked at when the process starts: later a server that came back must not end those that run.
import type { Config } from "./config.js";
import { isUnavailable, type Database } from "./database.js";
import { GxError } from "./errors.js";
import { pause } from "./pause.js";
import type { ProcessContext } from "./process.js";

const AGAIN_MS = 500;

/** What the pool may hold of the share; `beside` connections the process holds itself. @throws GxError SETTINGS */
export function poolOf({ databaseConnections: share }: Pick<Config, "databaseConnections">, beside: number): number {
  if (share > beside) return share - beside;
  throw new GxError(
    "SETTINGS",
    `GX_DB_POOL: ${share} connections are not enough, this process needs ${beside} beside its pool; set at least ${beside + 1}`,
  );
}

/**
 * Refuses a share that is larger than what PostgreSQL has free. While PostgreSQL is away the process goes on starting, and
 * ends when it finds too little later.
 * @throws GxError POOL
 */
export async function holdBudget(database: Database, share: number, release: ProcessContext["release"]): Promise<void> {
  if (await looked(database, share)) return;
  const stop = new AbortController();
  release("connection budget", () => stop.abort());
  void lookAgain(database, share, stop.signal);
}

async function lookAgain(database: Database, share: number, signal: AbortSignal): Promise<void> {
  do await pause(AGAIN_MS, signal);
  while (!signal.aborted && !(await looked(database, share)));
}

// Counted by database, which every user may see. One of them is this very connection.
const ROOM = `select current_setting('max_connections')::int as most,
    current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true), '0')::int as kept,
    (select sum(numbackends)::int - 1 from pg_stat_database) as used`;

/** False while PostgreSQL does not answer. */
async function looked(database: Database, share: number): Promise<boolean> {
  try {
    const { rows } = await database.query<{ most: number; kept: number; used: number }>("connections", ROOM);
    const { most = 0, kept = 0, used = 0 } = rows[0] ?? {};
    const free = most - kept - used;
    if (share <= free) return true;
    throw new GxError(
      "POOL",
      `GX_DB_POOL: this process may hold ${share} connections, but PostgreSQL has ${free} free ` +
        `(max_connections ${most}, ${kept} reserved, ${used} in use)`,
    );
  } catch (error) {
    if (isUnavailable(error)) return false;
    throw error;
  }
}
