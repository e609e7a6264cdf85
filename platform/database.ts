// PostgreSQL: a pool with limits on time, one name for "it is away", and metrics. Knows no table.
// Never waits long for a connection and never retries: the caller knows whether that is safe.
import pg from "pg";
import { between } from "./boundary.js";
import { asUnavailable, isUnavailable } from "./database-errors.js";
import type { Logger } from "./log.js";
import { buckets, type Metrics } from "./metrics.js";

export { asUnavailable, isUnavailable } from "./database-errors.js";
export { migrate, pendingMigrations } from "./migrations.js";

export interface DatabaseOptions {
  url: string;
  /** Connections that the pool may hold. */
  connections: number;
  log: Logger;
  metrics: Metrics;
  /** Milliseconds for one statement; default 10,000. */
  statementMs?: number;
  /** Settings of PostgreSQL for the sessions of this pool. */
  session?: Readonly<Record<string, string>>;
}

export interface Database {
  readonly pool: pg.Pool;
  /**
   * Runs one statement; `name` is its label in the metrics.
   * @throws GxError UNAVAILABLE (retry later) when PostgreSQL is away or did not answer in time: what a write did is unknown then.
   */
  query<R extends pg.QueryResultRow>(name: string, sql: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
  /** Runs `work` in one transaction: committed when it returns, rolled back when it throws. Errors as `query`. */
  transaction<T>(name: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  /** Runs work that reaches the pool by other means, for example the typed client; measured, errors as `query`. */
  guard<T>(name: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const CONNECT_MS = 2_000;

/** Opens a pool; connects with the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, connections, log, metrics, statementMs = 10_000, session = {} } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: statementMs,
    // Longer than the server's own limit: ends the wait for a server that does not answer at all.
    query_timeout: statementMs + 2_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    options: Object.entries(session)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(" "),
  });
  const away = onceUntilBack((error) => log.error({ error }, "Database connection error"));
  pool.on("error", away.failed);
  const measured = measure(metrics, pool);
  const guarded = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const done = measured(name);
    try {
      const result = await between("database", name, work);
      away.back();
      return result;
    } catch (error) {
      if (isUnavailable(error)) away.failed(error);
      throw asUnavailable(error);
    } finally {
      done();
    }
  };
  return {
    pool,
    query: (name, sql, values = []) => guarded(name, () => pool.query(sql, values)),
    transaction: (name, work) => guarded(name, () => inTransaction(pool, work)),
    guard: guarded,
    close: () => pool.end(),
  };
}

/** Runs `work` between begin and commit, or rolls back; errors as the driver throws them. */
export async function inTransaction<T>(
  pool: Pick<pg.Pool, "connect">,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that ends between two statements tells it by an event, which would end the process unheard.
  const lost = (error: Error) => void (broken = error);
  client.on("error", lost);
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((failed: Error) => (broken = failed));
    throw error;
  } finally {
    client.off("error", lost);
    // A connection that could not roll back is thrown away.
    client.release(broken);
  }
}

/** Tells of a failure once, then stays silent until something worked again. */
function onceUntilBack(tell: (error: unknown) => void): { failed: (error: unknown) => void; back: () => void } {
  let told = false;
  return {
    failed: (error) => {
      if (!told) tell(error);
      told = true;
    },
    back: () => void (told = false),
  };
}

function measure(metrics: Metrics, pool: pg.Pool): (query: string) => () => void {
  metrics.gauge("gx_db_pool_connections", "Connections of the pool by state.", ["state"], (gauge) => {
    gauge.set({ state: "idle" }, pool.idleCount);
    gauge.set({ state: "busy" }, pool.totalCount - pool.idleCount);
    gauge.set({ state: "waiting" }, pool.waitingCount);
  });
  const durations = metrics.histogram("gx_db_query_duration_seconds", "Time of a statement.", buckets.block, ["query"]);
  return (query) => durations.startTimer({ query });
}
