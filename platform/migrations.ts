// Applies prisma/migrations in order, one transaction each, with the bookkeeping that Prisma's own tools read.
// Never changes or undoes a migration that was applied.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { root } from "./config.js";
import { asUnavailable } from "./database-errors.js";
import { GxError, messageOf } from "./errors.js";

// The lock that Prisma's engine takes, so that two migrators of any kind wait for each other.
const PRISMA_LOCK = 72_707_369;

export interface MigrateOptions {
  /** Folder of the migrations; default prisma/migrations of this installation. */
  folder?: string;
  /** Told of each migration that was applied, and of what is odd. */
  say?: (line: string) => void;
}

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Brings the database to the level of this installation; returns the names applied now. Safe to run twice at once.
 * @throws GxError MIGRATION that names the migration and what to do; UNAVAILABLE when PostgreSQL is away.
 */
export async function migrate(url: string, { folder = migrationsFolder, say = () => undefined }: MigrateOptions = {}) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // Errors reach us through the statement that they end.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select pg_advisory_lock($1)", [PRISMA_LOCK]);
    return await applyPending(client, readMigrations(folder), say);
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export const migrationsFolder = join(root, "prisma", "migrations");

/**
 * Names of the migrations of this installation that the database lacks; for readiness.
 * @throws whatever the query throws; a database without bookkeeping lacks all.
 */
export async function pendingMigrations(
  query: (sql: string) => Promise<{ rows: unknown[] }>,
  folder = migrationsFolder,
): Promise<string[]> {
  const known = await query("select to_regclass('_prisma_migrations') is not null as known");
  const names = readMigrations(folder).map(({ name }) => name);
  if (!(known.rows[0] as { known: boolean }).known) return names;
  const applied = await query("select migration_name as name from _prisma_migrations where finished_at is not null");
  const done = new Set(applied.rows.map((row) => (row as { name: string }).name));
  return names.filter((name) => !done.has(name));
}

function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return names.map((name) => {
    const file = join(folder, name, "migration.sql");
    if (!existsSync(file)) throw fault(`${file} is missing`);
    const sql = readFileSync(file, "utf8");
    return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

const BOOKKEEPING = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
  migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
  started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

interface Applied {
  name: string;
  checksum: string;
  finished: Date | null;
}

async function applyPending(client: pg.Client, wanted: Migration[], say: (line: string) => void): Promise<string[]> {
  await client.query("set client_min_messages = warning");
  await client.query(BOOKKEEPING);
  const { rows } = await client.query<Applied>(
    "select migration_name as name, checksum, finished_at as finished from _prisma_migrations where rolled_back_at is null",
  );
  const before = new Map(rows.map((row) => [row.name, row]));
  for (const name of before.keys()) {
    if (!wanted.some((migration) => migration.name === name))
      say(`The database has migration ${name}, this version does not`);
  }
  const pending = wanted.filter((migration) => isPending(migration, before.get(migration.name)));
  for (const migration of pending) {
    await apply(client, migration);
    say(`Applied migration ${migration.name}`);
  }
  return pending.map(({ name }) => name);
}

function isPending({ name, checksum }: Migration, before: Applied | undefined): boolean {
  if (!before) return true;
  if (!before.finished)
    throw fault(`${name} failed before; mend the database, then delete its row in _prisma_migrations`);
  if (before.checksum !== checksum)
    throw fault(`${name} was changed after it was applied; put the file back, or start from an empty database`);
  return false;
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(sql);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    const away = asUnavailable(error);
    throw away === error ? fault(`${name}: ${messageOf(error)}`, error) : away;
  }
}

const fault = (message: string, cause?: unknown) => new GxError("MIGRATION", `migration ${message}`, { cause });
