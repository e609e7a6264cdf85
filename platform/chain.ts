// The one chain that a database belongs to, named by the header hash of block 0.
import type { Pool } from "pg";
import { ChainMismatch, genesisHash } from "./blocks.js";
import type { Connection } from "./connection.js";
import type { Identity } from "./wallet.js";

type Queries = Pick<Pool, "query">;

/**
 * Holds the connection to the chain of this database, and notes which that is where nobody has. Returns the header hash of
 * its block 0, hex.
 * @throws ChainMismatch when the database belongs to another chain; GxError UNAVAILABLE (retry later).
 */
export async function holdChain(connection: Connection, identity: Identity, pool: Queries): Promise<string> {
  await holdNoted(connection, identity, pool);
  const genesis = await genesisHash(connection, identity);
  await sameChain(pool, connection.profile.channel, genesis);
  await connection.hold(genesis, identity);
  return genesis;
}

/**
 * Notes the chain of this database, or compares it with the noted one.
 * `genesisHash`: header hash of block 0, hex.
 * @throws ChainMismatch saying what to do, when the database belongs to another chain.
 */
export async function sameChain(pool: Queries, channel: string, genesisHash: string): Promise<void> {
  await pool.query("insert into app.chain (channel, genesis_hash) values ($1, $2) on conflict do nothing", [
    channel,
    genesisHash,
  ]);
  const noted = await notedChain(pool);
  if (noted?.channel === channel && noted.genesis_hash === genesisHash) return;
  throw new ChainMismatch(
    `this database belongs to channel ${noted?.channel} with block 0 = ${noted?.genesis_hash}, ` +
      `but the peer holds channel ${channel} with block 0 = ${genesisHash}. ` +
      "Point FABRIC_PROFILE or DATABASE_URL at the pair that belongs together; " +
      "in development start both empty with: npm start -- --fresh",
  );
}

/** As holdChain, but only to a chain that is noted already; needs no peer that answers. */
export async function holdNoted(connection: Connection, identity: Identity, pool: Queries): Promise<void> {
  const noted = await notedChain(pool);
  if (noted) await connection.hold(noted.genesis_hash, identity);
}

async function notedChain(pool: Queries): Promise<{ channel: string; genesis_hash: string } | undefined> {
  const { rows } = await pool.query<{ channel: string; genesis_hash: string }>(
    "select channel, genesis_hash from app.chain",
  );
  return rows[0];
}
