// The one chain that a database belongs to, named by the header hash of block 0.
import type { Pool } from "pg";
import { ChainMismatch } from "./blocks.js";

/**
 * Notes the chain of this database, or compares it with the noted one.
 * `genesisHash`: header hash of block 0, hex.
 * @throws ChainMismatch saying what to do, when the database belongs to another chain.
 */
export async function sameChain(pool: Pick<Pool, "query">, channel: string, genesisHash: string): Promise<void> {
  await pool.query("insert into app.chain (channel, genesis_hash) values ($1, $2) on conflict do nothing", [
    channel,
    genesisHash,
  ]);
  const { rows } = await pool.query<{ channel: string; genesis_hash: string }>(
    "select channel, genesis_hash from app.chain",
  );
  const noted = rows[0];
  if (noted?.channel === channel && noted.genesis_hash === genesisHash) return;
  throw new ChainMismatch(
    `this database belongs to channel ${noted?.channel} with block 0 = ${noted?.genesis_hash}, ` +
      `but the peer holds channel ${channel} with block 0 = ${genesisHash}. ` +
      "Point FABRIC_PROFILE or DATABASE_URL at the pair that belongs together; " +
      "in development start both empty with: npm start -- --fresh",
  );
}
