// Blocks → rows: read models, outcomes of commands, event log, quarantine and checkpoint in one database transaction.
// The only writer of schema `read` and of outcomes. Writes all of a block or nothing; no column comes from a clock.
import type { Pool, PoolClient } from "pg";
import { ChainMismatch, type Block } from "../../platform/blocks.js";
import { inTransaction } from "../../platform/database.js";
import { GxError } from "../../platform/errors.js";
import { decodeBlock, type Decoded, type Outcome, type PlacedEvent, type Quarantined } from "./decode.js";
import { fold } from "./fold.js";
import { changesOfEvent } from "./projections.js";
import { run, statementsFor, unnested } from "./write.js";

/** What was written, for metrics and logs. */
export interface Projected extends Decoded {
  /** Number of the last block written. */
  readonly block: number;
  /** Tables in which a row to be changed was missing, with how many: nothing in a sound ledger does that. */
  readonly missing: Readonly<Record<string, number>>;
}

/** Somebody else has projected these blocks: this process must not go on. */
export class Overtaken extends GxError {
  override readonly name = "Overtaken";
  constructor(block: number) {
    super("OVERTAKEN", `block ${block} is not the next one of the checkpoint: another projector went on`, {
      retry: "later",
    });
  }
}

/**
 * Projects consecutive blocks, of which the first follows the checkpoint.
 * @throws Overtaken, ChainMismatch; errors of the database as the driver gives them. Nothing is written then.
 */
export async function project(pool: Pick<Pool, "connect">, blocks: readonly Block[]): Promise<Projected> {
  const decoded = blocks.map(decodeBlock);
  const all: Decoded = {
    outcomes: decoded.flatMap(({ outcomes }) => outcomes),
    events: decoded.flatMap(({ events }) => events),
    quarantined: decoded.flatMap(({ quarantined }) => quarantined),
  };
  const tables = fold(all.events.flatMap(({ event, place }) => changesOfEvent(event, place)));
  const missing: Record<string, number> = {};
  await inTransaction(pool, async (client) => {
    // A checkpoint that a crash takes back would make a COMMITTED that was shown disappear.
    await client.query("set local synchronous_commit = on");
    await moveCheckpoint(client, blocks);
    for (const table of tables) {
      for (const statement of statementsFor(table)) {
        const lacking = await run(client, statement);
        if (lacking > 0) missing[table.name] = (missing[table.name] ?? 0) + lacking;
      }
    }
    await settleCommands(client, all.outcomes);
    await logEvents(client, all.events);
    await keepQuarantined(client, all.quarantined);
  });
  return { ...all, block: blocks.at(-1)?.number ?? -1, missing };
}

async function moveCheckpoint(client: PoolClient, blocks: readonly Block[]): Promise<void> {
  const first = blocks[0];
  const last = blocks.at(-1);
  if (!first || !last) throw new Error("no block to project");
  const timeMs = blocks.findLast((block) => block.timeMs !== undefined)?.timeMs;
  const { rows } = await client.query<{ hash: string }>(
    `update read.checkpoint as c set block = $2, block_hash = $3, block_time = coalesce($4, c.block_time)
     from (select block, block_hash from read.checkpoint for update) as old
     where old.block = $1 returning old.block_hash as hash`,
    [first.number - 1, last.number, last.hash, timeMs === undefined ? null : new Date(timeMs)],
  );
  const [before] = rows;
  if (!before) throw new Overtaken(first.number);
  if (before.hash !== first.previousHash && first.number > 0) {
    throw new ChainMismatch(
      `block ${first.number} follows ${first.previousHash}, but the rows were made from a chain with ${before.hash} there`,
    );
  }
}

type Columns<T> = readonly (readonly [name: string, type: string, value: (item: T) => string | null])[];

async function writeAll<T>(
  client: PoolClient,
  items: readonly T[],
  columns: Columns<T>,
  textOf: (source: string, names: string) => string,
): Promise<void> {
  if (items.length === 0) return;
  const source = unnested(columns.map(([name, type]) => [name, type]));
  const names = columns.map(([name]) => name).join(", ");
  await client.query(
    textOf(source, names),
    columns.map(([, , value]) => items.map(value)),
  );
}

const isoOf = (timeMs: number) => new Date(timeMs).toISOString();

const outcomeColumns: Columns<Outcome> = [
  ["id", "uuid", ({ commandId }) => commandId],
  ["status", "text", ({ status }) => status],
  ["code", "text", ({ code }) => code],
  ["block", "bigint", ({ block }) => String(block)],
  ["tx_index", "integer", ({ txIndex }) => String(txIndex)],
  ["batch_index", "integer", ({ batchIndex }) => String(batchIndex)],
  ["tx_id", "text", ({ txId }) => txId],
  ["committed_at", "timestamptz", ({ timeMs }) => isoOf(timeMs)],
  ["event_names", "text[]", ({ eventNames }) => `{${eventNames.join(",")}}`],
  ["incomplete", "boolean", ({ incomplete }) => String(incomplete)],
];

/** The outcome wins over every earlier status; commands that are not in our log were sent past it. */
const settleCommands = (client: PoolClient, outcomes: readonly Outcome[]) =>
  writeAll(client, outcomes, outcomeColumns, (source) => {
    const set = outcomeColumns.slice(1).map(([name]) => `${name} = v.${name}`);
    return `update app.command as c set ${set.join(", ")} from (${source}) as v where c.id = v.id`;
  });

const eventColumns: Columns<PlacedEvent> = [
  ["position", "text", ({ place }) => place.position()],
  ["block", "bigint", ({ place }) => String(place.block)],
  ["tx_id", "text", ({ place }) => place.txId],
  ["command_id", "uuid", ({ place }) => place.commandId],
  ["domain", "text", ({ event }) => event.domain],
  ["name", "text", ({ event }) => event.name],
  ["at", "timestamptz", ({ event }) => isoOf(event.at * 1_000)],
  ["payload", "jsonb", ({ event }) => JSON.stringify(event)],
];

const logEvents = (client: PoolClient, events: readonly PlacedEvent[]) =>
  writeAll(client, events, eventColumns, (source, names) => `insert into read.event (${names}) ${source}`);

const quarantineColumns: Columns<Quarantined> = [
  ["position", "text", ({ position }) => position],
  ["block", "bigint", ({ block }) => String(block)],
  ["tx_id", "text", ({ txId }) => txId],
  ["command_id", "uuid", ({ commandId }) => commandId],
  ["reason", "text", ({ reason }) => reason],
  ["detail", "text", ({ detail }) => detail],
  ["raw", "bytea", ({ raw }) => `\\x${raw.toString("hex")}`],
];

const keepQuarantined = (client: PoolClient, quarantined: readonly Quarantined[]) =>
  writeAll(
    client,
    quarantined,
    quarantineColumns,
    (source, names) => `insert into read.quarantine (${names}) ${source}`,
  );
