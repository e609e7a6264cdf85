// Our side of the pipeline benchmark: a command log that is filled at one moment, and the time until all of it is committed.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { catalogue } from "../catalogue/index.js";
import { READER } from "../catalogue/roles.js";
import { openAcceptance, type Accept } from "../platform/accept.js";
import { chainInfo, followBlocks } from "../platform/blocks.js";
import { openConnection, type Connection } from "../platform/connection.js";
import { openDatabase, type Database } from "../platform/database.js";
import { createLog } from "../platform/log.js";
import { createMetrics } from "../platform/metrics.js";
import { readProfile } from "../platform/profile.js";
import { openProducer, type Producer } from "../platform/queue.js";
import { readIdentity, type Identity } from "../platform/wallet.js";
import type { Payments, Slice } from "./sdk.js";
import { until, type System } from "./system.js";

const { transfer } = catalogue.tokenomics.commands;
/** Jobs that are added in one call. */
const PAGE = 500;

export interface Filling {
  /** Accepts `count` payments in one database transaction, so that all are there at once, and waits for the last one's rows. */
  slice(count: number, payments: Payments): Promise<Slice>;
  close(): Promise<void>;
}

interface Parts {
  readonly client: pg.Client;
  readonly accept: Accept;
  readonly producer: Producer;
  readonly connection: Connection;
  readonly identity: Identity;
}

export async function openFilling(system: System): Promise<Filling> {
  const identity = { service: "bench", environment: "development", version: "0" };
  const log = createLog({ ...identity, level: "error" });
  const metrics = createMetrics({ ...identity, digest: "", catalogue: "" });
  const client = new pg.Client({ connectionString: system.databaseUrl() });
  await client.connect();
  const database = openDatabase({ url: system.databaseUrl(), connections: 1, log, metrics });
  // Acceptance as mutations use it, on the one connection whose transaction shows all commands at the same moment.
  const together: Database = { ...database, query: (_, sql, values) => client.query(sql, values) };
  const producer = openProducer({ url: system.redisUrl(), log, metrics });
  const profile = readProfile(system.profilePath);
  const connection = openConnection(profile);
  const parts: Parts = {
    ...{ client, producer, connection, identity: readIdentity(profile, READER) },
    accept: openAcceptance({ database: together, wake: () => Promise.resolve(), metrics }),
  };
  return {
    slice: (count, payments) => slice(parts, count, payments),
    close: async () => {
      connection.close();
      await producer.close();
      await client.end();
      await database.close();
    },
  };
}

async function slice(parts: Parts, count: number, payments: Payments): Promise<Slice> {
  const { client, producer, connection, identity } = parts;
  await client.query("begin");
  const ids = await fill(parts, count, payments);
  const { height: from } = await chainInfo(connection, identity);
  const start = performance.now();
  await client.query("commit");
  const { role, name } = transfer;
  const jobs = ids.map((id) => ({ id, name }));
  for (let at = 0; at < count; at += PAGE) await producer.wake(role, jobs.slice(at, at + PAGE));
  await until(`${count} commands to end`, () => allEnded(client), 240_000, 10);
  const seconds = (performance.now() - start) / 1_000;
  const { rows } = await client.query<{ n: number }>(
    "select count(*)::int as n from app.command where id = any($1::uuid[]) and status = 'COMMITTED'",
    [ids],
  );
  if (rows[0]?.n !== count) throw new Error(`${rows[0]?.n ?? 0} of ${count} commands are committed`);
  return { rate: count / seconds, invalid: await invalidShare(parts, from) };
}

async function fill({ accept }: Parts, count: number, payments: Payments): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const { from: actor, to } = payments(i);
    const content = transfer.schema.parse({ to, amount: "1" });
    const request = { command: transfer, actor, key: randomUUID(), content, inputs: [content], requestId: "bench" };
    ids.push(...(await accept(request)).map(({ commandId }) => commandId));
  }
  return ids;
}

async function allEnded(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ open: boolean }>(
    "select exists (select from app.command where role = $1 and status in ('ACCEPTED', 'SUBMITTED')) as open",
    [transfer.role],
  );
  return rows[0]?.open === false;
}

/** Per cent of the transactions since block `from` that are invalid. */
async function invalidShare({ connection, identity }: Parts, from: number): Promise<number> {
  const { height } = await chainInfo(connection, identity);
  let [all, invalid] = [0, 0];
  for await (const block of followBlocks({ connection, identity, from })) {
    all += block.transactions.length;
    invalid += block.transactions.filter(({ valid }) => !valid).length;
    if (block.number + 1 >= height) break;
  }
  return (100 * invalid) / Math.max(1, all);
}
