// The write path on real parts: development ledger with the real chaincode, PostgreSQL, Redis, and the mutation's own accept.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { randomBytes, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandOf } from "../../catalogue/index.js";
import { wireOutcomes, type WireOutcome } from "../../catalogue/wire.js";
import { issueWallet } from "../../ledger/authority.js";
import { newFaults, type Arming } from "../../ledger/faults.js";
import { startLedger, type Ledger } from "../../ledger/index.js";
import { chainInfo, followBlocks, type BlockTransaction } from "../../platform/blocks.js";
import { openConnection, type Connection } from "../../platform/connection.js";
import { openDatabase, type Database } from "../../platform/database.js";
import type { PoolClient } from "pg";
import { readProfile, writeProfile } from "../../platform/profile.js";
import { openProducer } from "../../platform/queue.js";
import { readIdentity } from "../../platform/wallet.js";
import { openAcceptance, type Ticket } from "../../platform/accept.js";
import { eventually, freePort, newDatabase, newRedis, type TestDatabase, type TestRedis } from "../environment.js";
import { newLines, newMetrics } from "../platform/parts.js";

export const identities = [
  { name: "org1-super-admin", attrs: { gxc_role: "gx_super_admin" } },
  { name: "org1-admin", attrs: { gxc_role: "gx_admin" } },
  { name: "org1-partner-api", attrs: { gxc_role: "gx_partner_api" } },
  { name: "reader", attrs: {} },
];
export const ADMIN = "00000000-0000-7000-8000-000000000002";

const chaincodePath = join(import.meta.dirname, "..", "..", "dist", "peer");

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

export interface World {
  readonly home: string;
  readonly profilePath: string;
  readonly database: TestDatabase;
  /** Of the platform, over the same PostgreSQL. */
  readonly store: Database;
  readonly redis: TestRedis;
  readonly connection: Connection;
  /** Of the ledger, whenever it runs. */
  readonly faults: Arming;
  ledger(): Ledger;
  /** False while the ledger is stopped. */
  runs(): boolean;
  /** Stops the ledger and its chaincode; what it holds stays. */
  stopLedger(): Promise<void>;
  startLedger(): Promise<void>;
  /** Issues the wallet of this ledger's authority again. */
  issueWallet(): Promise<void>;
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

export interface WorldOptions {
  batchTimeoutMs?: number;
  /** Instead of one of the run's own cluster. */
  database?: TestDatabase;
  /** Arguments of the Redis server. */
  redisSettings?: readonly string[];
}

export async function newWorld({ batchTimeoutMs = 10, ...options }: WorldOptions = {}): Promise<World> {
  if (!existsSync(join(chaincodePath, "index.cjs"))) throw new Error("dist/peer is missing: npm run build");
  const home = mkdtempSync(join(tmpdir(), "gx-submitter-"));
  const [port, chaincodePort] = [await freePort(), await freePort()];
  const quiet = newLines("error");
  const faults = newFaults();
  const start = () =>
    startLedger({
      ...{ home: join(home, "ledger"), port, chaincodePort, channel: "gx", chaincode: "gx", mspId: "Org1MSP" },
      ...{ chaincodePath, batchTimeoutMs, faults, log: quiet.log },
    });
  let ledger: Ledger | undefined = await start();
  const wallet = join(home, "wallet");
  const profilePath = join(home, "profile.json");
  await issueWallet(ledger.authority, wallet, identities);
  writeProfile(profilePath, ledger.profile(wallet));
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
  const acceptOver = (over: Database): World["acceptAs"] => {
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
  const running = () => {
    if (!ledger) throw new Error("the ledger is stopped");
    return ledger;
  };
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
    ...{ home, profilePath, database, store, redis, connection, transactions, faults },
    ledger: running,
    runs: () => ledger !== undefined,
    stopLedger: async () => {
      await running().stop();
      ledger = undefined;
    },
    startLedger: async () => {
      ledger = await start();
      await connection.ready(10_000);
    },
    issueWallet: () => issueWallet(running().authority, wallet, identities),
    ...{ acceptAs, faults },
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
      await ledger?.stop();
      await Promise.all([database.close(), redis.close()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Resolves when the ledger holds an outcome of every id. */
export const onLedger = (world: World, ids: readonly string[], withinMs?: number): Promise<LedgerOutcome[]> =>
  eventually(
    async () => {
      const outcomes = await world.outcomes();
      const held = new Set(outcomes.map(({ commandId }) => commandId));
      return ids.every((id) => held.has(id)) ? outcomes : undefined;
    },
    `${ids.length} outcomes on the ledger`,
    withinMs,
  );

export const person = () => ({
  userId: randomUUID(),
  biometricHash: randomBytes(32).toString("hex"),
  nationality: "VA",
  ageYears: 30,
});

/** What a system needs before the first person: bootstrap and one country. */
export const bootstrap = { profile: "devnet", admins: [ADMIN], parameters: null };
export const country = { countries: [{ code: "VA", name: "Vatican", region: "Europe", share: "0.00100000" }] };
