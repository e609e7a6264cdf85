// Each part of the running system is killed once while 2,000 transfers are under way: every one ends, exactly once.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { newSystem, until, type System } from "../../bench/system.js";
import { createUser, ended, inBursts, newPerson } from "../../bench/load.js";

const TRANSFERS = 2_000;
const OPEN_AT_LEAST = 200;
const OFFSET = 900;

let system: System;
let database: pg.Client;
beforeAll(async () => {
  // Slow blocks keep a backlog standing, so that every kill meets open commands.
  system = await newSystem(OFFSET, { LEDGER_BATCH_TIMEOUT_MS: "1500" });
  database = await connected();
}, 120_000);
afterAll(async () => {
  await database.end().catch(() => undefined);
  await system.remove();
}, 60_000);

/** PostgreSQL is killed too: a query that meets it asks again. */
async function connected(): Promise<pg.Client> {
  return until("PostgreSQL to accept", async () => {
    const client = new pg.Client({ connectionString: system.databaseUrl() });
    client.on("error", () => undefined);
    return client.connect().then(
      () => client,
      () => undefined,
    );
  });
}
async function rows<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
  try {
    return (await database.query<T>(sql)).rows;
  } catch {
    database = await connected();
    return (await database.query<T>(sql)).rows;
  }
}
const openCommands = async () =>
  (
    await rows<{ open: number }>("select count(*)::int open from app.command where status in ('ACCEPTED', 'SUBMITTED')")
  )[0]?.open ?? 0;

const TRANSFER = `mutation ($to: ID!, $amount: Qirat!, $key: String!) {
  transfer(to: $to, amount: $amount, idempotencyKey: $key) { commandId existing }
}`;

interface Sent {
  readonly commandId: string;
  readonly refusedBefore: number;
}

/** Asks under one key until there is a ticket: what a client does that got no answer. */
async function sendUntilAccepted(token: string, to: string, amount: string, key: string): Promise<Sent> {
  for (let tries = 0; ; tries++) {
    const answer = await system
      .ask<{ transfer: { commandId: string } | null }>(TRANSFER, { to, amount, key }, token)
      .catch(() => undefined);
    if (answer?.data?.transfer) return { commandId: answer.data.transfer.commandId, refusedBefore: tries };
    const code = answer?.errors[0]?.extensions.code;
    if (code && code !== "UNAVAILABLE") throw new Error(`transfer: ${JSON.stringify(answer?.errors)}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function onRedis<T>(act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(readFileSync(join(system.home, "keys", "redis-url"), "utf8"), { maxRetriesPerRequest: null });
  redis.on("error", () => undefined);
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

const killed: { part: string; open: number }[] = [];
const healthPorts: Readonly<Record<string, number>> = {
  subgraphs: 3001,
  submitter: 9090,
  projector: 9091,
  ledger: 7053,
};

async function isReady(part: string): Promise<boolean> {
  const port = healthPorts[part];
  if (port === undefined) return true;
  const answer = await fetch(`http://127.0.0.1:${port + OFFSET}/readyz`).catch(() => undefined);
  return answer?.status === 200;
}

/** SIGKILL with at least 200 commands open, then wait until the supervisor has brought it back, able to do its job. */
async function kill(part: string, beside: () => void = () => undefined): Promise<void> {
  const open = await until(`${OPEN_AT_LEAST} open commands before ${part} is killed`, async () => {
    const now = await openCommands();
    return now >= OPEN_AT_LEAST && now;
  });
  const pid = system.pid(part);
  beside();
  process.kill(pid, "SIGKILL");
  killed.push({ part, open });
  await until(`${part} to be back`, async () => {
    try {
      return system.pid(part) !== pid && (await isReady(part));
    } catch {
      return false;
    }
  });
}

it("ends every one of 2,000 transfers exactly once although each part is killed once", async () => {
  const partner = system.tokens("PARTNER_API")[0] as string;
  const admin = system.tokens("ADMIN")[0] as string;
  const people = Array.from({ length: 50 }, newPerson);
  const tokens = system.tokens("USER", people);
  const created = await inBursts(people, 10, (userId) => createUser(system, partner, userId, "NG"));
  expect((await ended(system, admin, created)).filter(({ status }) => status !== "COMMITTED")).toEqual([]);

  const sending = inBursts(
    Array.from({ length: TRANSFERS }, (_, i) => i),
    60,
    (i) => {
      const from = i % 50;
      const to = people[(from + 1 + (i % 49)) % 50] as string;
      return sendUntilAccepted(tokens[from] as string, to, String(1 + (i % 9_000)), `faults-${i}`);
    },
  );
  const killing = (async () => {
    await kill("submitter");
    await kill("projector");
    await kill("subgraphs");
    await kill("ledger", () => process.kill(system.pid("chaincode"), "SIGKILL"));
    await onRedis((redis) => redis.set("kept", "yes"));
    // Back empty: what Redis kept on disk goes with it.
    await kill("redis", () => {
      const folder = join(system.home, "redis");
      for (const name of readdirSync(folder))
        if (/appendonly|\.rdb$/.test(name)) rmSync(join(folder, name), { recursive: true });
    });
    expect(await onRedis((redis) => redis.get("kept"))).toBeNull();
    await kill("postgres");
  })();
  const [tickets] = await Promise.all([sending, killing]);
  console.log(killed.map(({ part, open }) => `killed ${part} with ${open} commands open`).join("\n"));
  expect(killed.map(({ part }) => part)).toEqual([
    "submitter",
    "projector",
    "subgraphs",
    "ledger",
    "redis",
    "postgres",
  ]);
  expect(new Set(tickets.map(({ commandId }) => commandId)).size).toBe(TRANSFERS);

  const outcomes = await ended(
    system,
    admin,
    tickets.map(({ commandId }) => commandId),
    180_000,
  );
  expect(outcomes.filter(({ status }) => status !== "COMMITTED")).toEqual([]);
  const sent = await rows<{ commands: number; lines: number }>(
    "select count(distinct command_id)::int commands, count(*)::int lines from read.entry where type = 'SENT'",
  );
  expect(sent).toEqual([{ commands: TRANSFERS, lines: TRANSFERS }]);
  expect(system.gx("verify")).toMatch(/\bok\b/);
  expect(readFileSync(join(system.home, "logs", "submitter.log"), "utf8")).not.toMatch(/"level":"FATAL"/);
}, 420_000);
