// Blocks → rows: read models, outcomes of commands, event log, quarantine and checkpoint in one database transaction.
// The only writer of schema `read` and of outcomes. Writes all of a block or nothing; no column comes from a clock.
import type { Pool, PoolClient } from "pg";
import { ChainMismatch, type Block } from "../../platform/blocks.js";
import { inTransaction } from "../../platform/database.js";
import { GxError } from "../../platform/errors.js";
import { leadershipOver, type Tenure } from "../../platform/leader.js";
import { BLOCK_CHANNEL } from "../../platform/watermark.js";
import { newSteps, type Clock } from "./clock.js";
import type { Decoded } from "./decode.js";
import { derive, type Target } from "./derive.js";
import type { TableChanges } from "./fold.js";
import { builtVersion } from "./version.js";
import { run } from "./write.js";

/** One set of read models, and by which projections it is made. */
export interface ReadModels extends Target {
  readonly version: string;
}

let built: ReadModels | undefined;
const liveModels = () => (built ??= { schema: "read", outcomes: "app.command", version: builtVersion() });

/** Milliseconds between two statements after which the database ends the transaction. */
const IDLE_MS = 3_000;

/** What was written, for metrics and logs. */
export interface Projected extends Decoded {
  /** Number of the last block written. */
  readonly block: number;
  /** Tables in which a row to be changed was missing, with how many: nothing in a sound ledger does that. */
  readonly missing: Readonly<Record<string, number>>;
  /** Rows that were changed, folded to one change each. */
  readonly tables: readonly TableChanges[];
}

/** Somebody else has projected these blocks: this process must not go on. */
export class Overtaken extends GxError {
  override readonly name = "Overtaken";
  constructor(block: number) {
    super("OVERTAKEN", `block ${block} is not the next one of the checkpoint: another projector or a rebuild went on`, {
      retry: "later",
    });
  }
}

/** What the rows that readers see need besides. */
export interface Live {
  /** Whose number must be the present one when the rows are written. */
  readonly tenure: Tenure;
  /** Is told, before anything is committed, which rows the blocks up to `block` change. Nothing is written when it rejects. */
  announce(changes: readonly TableChanges[], block: number): Promise<void>;
}

/**
 * Projects consecutive blocks, of which the first follows the checkpoint.
 * @throws Overtaken, ChainMismatch, leadershipOver; errors of the database as the driver gives them. Nothing is written then.
 */
export async function project(
  pool: Pick<Pool, "connect">,
  blocks: readonly Block[],
  models: ReadModels = liveModels(),
  live?: Live,
): Promise<Projected> {
  const { statements, tables, clock, ...found } = derive(blocks, models);
  const missing: Record<string, number> = {};
  const last = blocks.at(-1)?.number ?? -1;
  await live?.announce(tables, last);
  await inTransaction(pool, async (client) => {
    // A checkpoint that a crash takes back would make a COMMITTED that was shown disappear. Rows beside are begun anew.
    // A process that hangs in here must not keep the next one waiting; for a rebuild nobody waits.
    await client.query(
      models.schema === "read"
        ? `set local synchronous_commit = on; set local idle_in_transaction_session_timeout = ${IDLE_MS}`
        : "set local synchronous_commit = off",
    );
    if (live) await demandTenure(client, live.tenure);
    await moveCheckpoint(client, blocks, models, clock);
    for (const statement of statements) {
      const lacking = await run(client, statement);
      if (lacking > 0) missing[statement.table] = (missing[statement.table] ?? 0) + lacking;
    }
    if (models.schema === "read") await client.query("select pg_notify($1, $2)", [BLOCK_CHANNEL, String(last)]);
  });
  return { ...found, block: last, missing, tables };
}

/** Held to the end of the transaction: a successor's number waits for it. */
async function demandTenure(client: PoolClient, tenure: Tenure): Promise<void> {
  const { rowCount } = await client.query(
    "select 1 from app.leadership where name = $1 and number = $2 for key share",
    [tenure.name, tenure.number],
  );
  if (rowCount !== 1) throw leadershipOver(tenure);
}

/** The first statement: it holds the row until the end, so that nobody else writes or swaps these models meanwhile. */
async function moveCheckpoint(
  client: PoolClient,
  blocks: readonly Block[],
  { schema, version }: ReadModels,
  clock: Clock | undefined,
): Promise<void> {
  const first = blocks[0];
  const last = blocks.at(-1);
  if (!first || !last) throw new Error("no block to project");
  const time = blocks.findLast(({ timeMs }) => timeMs !== undefined)?.timeMs;
  const { rows } = await client.query<{ hash: string; latest: Date | null }>(
    `update ${schema}.checkpoint as c set block = $2, block_hash = $3, block_time = coalesce($4, c.block_time),
       latest = greatest(old.latest, to_timestamp($6::bigint)),
       behind = greatest(c.behind, $7::bigint, extract(epoch from old.latest)::bigint - $8::bigint)
     from (select block, block_hash, latest from ${schema}.checkpoint for update) as old
     where old.block = $1 and (old.block = -1 or exists (select from ${schema}.version where hash = $5))
     returning old.block_hash as hash, old.latest`,
    [
      ...[first.number - 1, last.number, last.hash, time === undefined ? null : new Date(time), version],
      ...timesOf(clock),
    ],
  );
  const [before] = rows;
  if (!before) throw new Overtaken(first.number);
  if (before.hash !== first.previousHash && first.number > 0) {
    throw new ChainMismatch(
      `block ${first.number} follows ${first.previousHash}, but the rows were made from a chain with ${before.hash} there`,
    );
  }
  if (clock) await moveClock(client, schema, clock, before.latest);
  if (first.number > 0) return;
  await client.query(
    `insert into ${schema}.version (hash) values ($1) on conflict (one) do update set hash = excluded.hash`,
    [version],
  );
}

const timesOf = (clock: Clock | undefined) =>
  clock ? [clock.latest, clock.behind, clock.earliest] : [null, null, null];

async function moveClock(client: PoolClient, schema: string, clock: Clock, before: Date | null): Promise<void> {
  const steps = newSteps(clock, before === null ? undefined : before.getTime() / 1_000);
  if (steps.length === 0) return;
  await client.query(
    `insert into ${schema}.clock (at, block) select to_timestamp(at), block from unnest($1::bigint[], $2::bigint[]) as s(at, block)`,
    [steps.map(({ at }) => at), steps.map(({ block }) => block)],
  );
}
