// The write path around a ledger: PostgreSQL, Redis, the mutation's own accept, and what stands on the chain afterwards.
// Knows the ledger by its connection profile alone.
import { randomUUID } from "node:crypto";
import type { PoolClient } from "pg";
import { commandOf } from "../../catalogue/index.js";
import { wireOutcomes, type WireOutcome } from "../../catalogue/wire.js";
import { openAcceptance, type Ticket } from "../../platform/accept.js";
import { chainInfo, followBlocks, type BlockTransaction } from "../../platform/blocks.js";
import { openConnection, type Connection } from "../../platform/connection.js";
import { openDatabase, type Database } from "../../platform/database.js";
import { readProfile } from "../../platform/profile.js";
import { openProducer } from "../../platform/queue.js";
import { readIdentity } from "../../platform/wallet.js";
import { newDatabase, newRedis, type TestDatabase, type TestRedis } from "../environment.js";
import { newLines, newMetrics } from "../platform/parts.js";

export const ADMIN = "00000000-0000-7000-8000-000000000002";

export interface CommandRow {
  id: string;
  status: string;
  attempt: number;
  failures: number;
  last_error: string | null;
  tx_id: string | null;
}

export interface LedgerOutcome extends WireOutcome {
  block: number;
  txId: string;
}

export interface WritePath {
  readonly profilePath: string;
  readonly database: TestDatabase;
  /** Of the platform, over the same PostgreSQL. */
  readonly store: Database;
  readonly redis: TestRedis;
  readonly connection: Connection;
  /** As a mutation does; the ids in order of acceptance. */
  accept(name: string, ...inputs: Record<string, unknown>[]): Promise<string[]>;
  /** As `accept`, asked for by somebody else than the admin. */
  acceptAs(actor: string, name: string, ...inputs: Record<string, unknown>[]): Promise<string[]>;
  /** As `accept`, by statements on this connection, whose transaction is the caller's. */
  acceptOn(client: PoolClient, name: string, ...inputs: Record<string, unknown>[]): Promise<string[]>;
  rows(ids: readonly string[]): Promise<CommandRow[]>;
  /** Every outcome on the ledger, in its order; `repeatOf` set where a command was executed again. */
  outcomes(): Promise<LedgerOutcome[]>;
  transactions(): Promise<(BlockTransaction & { block: number })[]>;
  close(): Promise<void>;
}

export interface WritePathOptions {
  /** Instead of one of the run's own cluster. */
  database?: TestDatabase;
  /** Arguments of the Redis server. */
  redisSettings?: readonly string[];
}

export async function newWritePath(profilePath: string, options: WritePathOptions = {}): Promise<WritePath> {
  const quiet = newLines("error");
  const profile = readProfile(profilePath);
  const connection = openConnection(profile);
  const reader = readIdentity(profile, "reader");
  const [database, redis] = await Promise.all([
    options.database ?? newDatabase(),
    newRedis(...(options.redisSettings ?? [])),
  ]);
  const metrics = newMetrics();
  const store = openDatabase({ url: database.url, connections: 4, log: quiet.log, metrics });
  const producer = openProducer({ url: redis.url, log: quiet.log, metrics });
  const acceptOver = (over: Database): WritePath["acceptAs"] => {
    const accepting = openAcceptance({ database: over, wake: producer.wake, metrics: newMetrics() });
    return async (actor, name, ...inputs) => {
      const command = commandOf(name);
      if (!command) throw new Error(`no command ${name}`);
      const tickets: Ticket[] = [];
      for (const input of inputs) {
        const content = command.schema.parse(input);
        const request = { command, actor, key: randomUUID(), content, inputs: [content], requestId: "test" };
        tickets.push(...(await accepting(request)));
      }
      return tickets.map(({ commandId }) => commandId);
    };
  };
  const acceptAs = acceptOver(store);
  const transactions = async () => {
    const { height } = await chainInfo(connection, reader);
    const found: (BlockTransaction & { block: number })[] = [];
    for await (const block of followBlocks({ connection, identity: reader, from: 0 })) {
      found.push(...block.transactions.map((transaction) => ({ ...transaction, block: block.number })));
      if (block.number + 1 >= height) return found;
    }
    return found;
  };
  return {
    ...{ profilePath, database, store, redis, connection, transactions, acceptAs },
    accept: (name, ...inputs) => acceptAs(ADMIN, name, ...inputs),
    acceptOn: (client, name, ...inputs) =>
      acceptOver({ ...store, query: (_, sql, values) => client.query(sql, values) })(ADMIN, name, ...inputs),
    rows: async (ids) => {
      const { rows } = await database.pool.query<CommandRow>(
        "select id, status, attempt, failures, last_error, tx_id from app.command where id = any($1::uuid[]) order by seq",
        [ids],
      );
      return rows;
    },
    outcomes: async () =>
      (await transactions()).flatMap(({ block, txId, payload }) => {
        const parsed = payload ? wireOutcomes.parse(JSON.parse(payload.toString("utf8"))).outcomes : [];
        return parsed.map((outcome) => ({ ...outcome, block, txId }));
      }),
    close: async () => {
      await producer.close();
      connection.close();
      await store.close();
      await Promise.all([database.close(), redis.close()]);
    },
  };
}
