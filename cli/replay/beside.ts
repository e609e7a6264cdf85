// The second set of read models, schema read_next: made empty with the same tables as the live one, and swapped with it.
// Nobody reads it before the swap; what a killed rebuild left is cleared by the next one.
import type { Pool, PoolClient } from "pg";
import { inTransaction } from "../../platform/database.js";
import { outcomeTypes } from "../../workers/projector/derive.js";

export const NEXT = "read_next";
export const PREVIOUS = "read_prev";

export type Client = Pick<PoolClient, "query">;

export interface LiveTable {
  readonly name: string;
  /** Loses its rows in a crash. */
  readonly unlogged: boolean;
}

/** Tables of schema read, by name. */
export async function liveTables(client: Client): Promise<LiveTable[]> {
  const { rows } = await client.query<LiveTable>(
    `select relname as name, relpersistence = 'u' as unlogged from pg_class
     where relnamespace = to_regnamespace('read') and relkind = 'r' order by relname`,
  );
  return rows;
}

export const dropBeside = (client: Client) => client.query(`drop schema if exists ${NEXT} cascade`);

/** Makes the tables with defaults, constraints and indexes named as the live ones, and an empty checkpoint. */
export async function makeBeside(pool: Pick<Pool, "connect">): Promise<void> {
  await inTransaction(pool, async (client) => {
    await dropBeside(client);
    await client.query(`create schema ${NEXT}`);
    for (const { name, unlogged } of await liveTables(client)) {
      await client.query(
        `create ${unlogged ? "unlogged" : ""} table ${NEXT}."${name}"
         (like read."${name}" including all excluding indexes)`,
      );
      for (const statement of await keysOf(client, name)) await client.query(statement);
    }
    await client.query(`insert into ${NEXT}.checkpoint (block, block_hash) values (-1, '')`);
    const columns = outcomeTypes.map(([column, type]) => `${column} ${type}`);
    await client.query(`create table ${NEXT}.outcome (${columns.join(", ")}, primary key (id))`);
  });
}

/** Statements that make a table's keys and indexes again under their own names: LIKE would invent others. */
async function keysOf(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `select case when c.oid is not null
              then format('alter table ${NEXT}.%I add constraint %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid))
              else replace(pg_get_indexdef(i.indexrelid), ' ON read.', ' ON ${NEXT}.') end as statement
     from pg_class t join pg_index i on i.indrelid = t.oid
     left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = t.oid and c.contype in ('p', 'u', 'x')
     where t.relnamespace = to_regnamespace('read') and t.relname = $1`,
    [table],
  );
  return rows.map(({ statement }) => statement);
}

// A reader that holds one table and waits for another would be a deadlock, which PostgreSQL breaks after a second.
const LOCK_MS = 500;

/**
 * Puts the rebuilt rows in the place of the live ones, in one transaction; outcomes that differ are set in the command log.
 * False when somebody has written rows since block `block`: nothing has changed then.
 * @throws the driver's error 55P03 when readers held a table for too long.
 */
export const swap = (pool: Pick<Pool, "connect">, block: number | undefined): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    await client.query(`set local lock_timeout = ${LOCK_MS}`);
    // Whoever is inside a transaction with these rows ends it first; whoever comes now finds the new ones behind the name.
    const tables = (await liveTables(client)).map(({ name }) => `read."${name}"`);
    await client.query(`lock table ${tables.join(", ")} in access exclusive mode`);
    const { rows } = await client.query<{ block: string }>("select block from read.checkpoint");
    if (rows.length > 0 && Number(rows[0]?.block) !== block) return false;
    await settleAgain(client);
    await client.query(`drop table ${NEXT}.outcome`);
    await client.query(`drop schema if exists ${PREVIOUS} cascade`);
    await client.query(`alter schema read rename to ${PREVIOUS}`);
    await client.query(`alter schema ${NEXT} rename to read`);
    return true;
  });

const settled = outcomeTypes.map(([column]) => column).filter((column) => column !== "id");
const rowOf = (alias: string) => `row(${settled.map((column) => `${alias}.${column}`).join(", ")})`;

/** Outcomes are derived from the blocks too: a mended decoder completes what was incomplete. */
async function settleAgain(client: Client): Promise<void> {
  await client.query(
    `update app.command as c set ${settled.map((column) => `${column} = o.${column}`).join(", ")}
     from ${NEXT}.outcome as o where o.id = c.id and ${rowOf("o")} is distinct from ${rowOf("c")}`,
  );
}
