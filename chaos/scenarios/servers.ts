// Redis and PostgreSQL that go away, come back empty, or cut their connections.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../bench/system.js";
import type { Arena } from "../arena.js";
import type { Scenario, Stage } from "../stage.js";

/** What callers felt while something is away, as the share that was accepted and its p99. */
async function feltWhile(stage: Stage, what: string, away: () => Promise<unknown>): Promise<void> {
  const { driver, figure } = stage;
  // Requests that are under way belong to the time before.
  await stage.pause(300);
  const felt = driver.mark();
  await away();
  const { requests, errors, p99, commands } = felt();
  figure(`mutations accepted while ${what} is away`, "%", requests === 0 ? 0 : (100 * (requests - errors)) / requests, {
    least: 100,
  });
  figure(`mutations sent while ${what} is away`, "commands", commands);
  figure(`p99 of requests while ${what} is away`, "ms", p99);
}

const redisFlush: Scenario = {
  name: "redis-flush",
  sentence: "Redis is flushed under load, again and again",
  share: 1,
  least: 4,
  harm: { errors: 0.02, p99: 3_000 },
  run: async (stage) => {
    while (stage.left() > 0) {
      await stage.hurt("redis flushed", () => stage.arena.onRedis((redis) => redis.flushall()));
      await stage.pause(1_500);
    }
  },
};

const redisBackEmpty: Scenario = {
  name: "redis-killed-and-back-empty",
  sentence: "Redis is killed and comes back without anything that it held",
  share: 1,
  least: 4,
  harm: { errors: 0.02, p99: 3_000 },
  run: async (stage) => {
    const folder = join(stage.arena.system.home, "redis");
    while (stage.left() > 0) {
      await stage.kill("redis");
      for (const name of readdirSync(folder)) {
        if (/appendonly|\.rdb$/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
      }
      await stage.pause(2_000);
      await stage.arena.whole();
    }
  },
};

const redisSilent: Scenario = {
  name: "redis-silent",
  sentence: "Redis answers nobody for some seconds, and mutations are accepted all the same",
  share: 1,
  least: 6,
  harm: { errors: 0.02, p99: 3_000 },
  run: async (stage) => {
    const pid = await stage.arena.pid("redis");
    if (pid === undefined) throw new Error("there is no Redis to be silenced");
    await stage.hurt("redis silent", () => Promise.resolve(process.kill(pid, "SIGSTOP")));
    try {
      await feltWhile(stage, "Redis", () => stage.pause(Math.min(8_000, Math.max(4_000, stage.left()))));
    } finally {
      process.kill(pid, "SIGCONT");
    }
  },
};

/** To everything that makes blocks and hands them out. @throws where a part of it is not there */
async function signalLedger(arena: Arena, signal: NodeJS.Signals): Promise<void> {
  for (const target of arena.ground.ledger) {
    if (!(await arena.signal(target, signal))) throw new Error(`there is no ${target} to be sent ${signal}`);
  }
}

const ledgerSilent: Scenario = {
  name: "ledger-silent",
  sentence: "the ledger answers nobody for some seconds: mutations are accepted, and none of them fails",
  share: 2,
  least: 8,
  harm: { errors: 0.02, p99: 3_000 },
  load: { backlog: 5_000 },
  run: async (stage) => {
    await stage.hurt("ledger silent", () => signalLedger(stage.arena, "SIGSTOP"));
    try {
      await feltWhile(stage, "the ledger", () => stage.pause(Math.min(10_000, Math.max(5_000, stage.left()))));
    } finally {
      await signalLedger(stage.arena, "SIGCONT");
    }
  },
};

const SETTLED = "select count(*)::int as n from app.command where status in ('COMMITTED', 'REFUSED')";

/** Jobs in the queues of Redis, whatever their state. */
async function jobs(stage: Stage): Promise<number> {
  return stage.arena.onRedis(async (redis) => {
    const lists = await Promise.all(["wait", "active"].map((state) => redis.llen(`bull:gx_partner_api:${state}`)));
    return lists.reduce((sum, length) => sum + length, 0);
  });
}

const flushedFull: Scenario = {
  name: "redis-flush-with-10000-open",
  sentence: "10,000 commands wait for a ledger that is away when Redis is flushed; then all are moving again",
  share: 3,
  least: 30,
  harm: { errors: 0.02, p99: 3_000 },
  load: { backlog: 10_300, rate: 4_000 },
  run: async (stage) => {
    const { arena } = stage;
    await signalLedger(arena, "SIGSTOP");
    try {
      await until("10,000 open commands", async () => (await arena.open()) >= 10_000, 120_000, 100);
      stage.driver.load = { ...stage.driver.load, backlog: 0 };
      await stage.hurt("redis flushed with 10,000 open", () => arena.onRedis((redis) => redis.flushall()));
    } finally {
      await signalLedger(arena, "SIGCONT");
    }
    const since = Date.now();
    const before = (await arena.query<{ n: number }>(SETTLED))[0]?.n ?? 0;
    const [waiting] = await Promise.all([
      until(
        "jobs of the open commands",
        async () => (await jobs(stage)) >= Math.min(await arena.open(), 9_000) * 0.95,
        60_000,
        50,
      ).then(
        () => Date.now() - since,
        () => Number.NaN,
      ),
      until(
        "commands to end",
        async () => ((await arena.query<{ n: number }>(SETTLED))[0]?.n ?? 0) > before,
        60_000,
        50,
      ).then(() =>
        stage.figure("10,000 open, Redis flushed → commands end again", "ms", Date.now() - since, { most: 5_000 }),
      ),
    ]);
    stage.figure("10,000 open, Redis flushed → every open command has its job again", "ms", waiting, { most: 5_000 });
    await until("the backlog to end", async () => (await arena.open()) < 300, 240_000, 100);
    stage.figure("10,000 open, Redis flushed → all ended", "ms", Date.now() - since);
  },
};

const postgresRestart: Scenario = {
  name: "postgres-restart",
  sentence: "PostgreSQL is stopped at once in the middle of batches and started again",
  share: 1,
  least: 8,
  harm: { errors: 0.6, p99: 12_000 },
  run: async (stage) => {
    while (stage.left() > 0) {
      // Immediate shutdown: nothing is flushed, the next start recovers from its log.
      await stage.hurt("postgres stopped at once", () => stage.arena.signal("postgres", "SIGQUIT"));
      await stage.pause(4_000);
      await stage.arena.whole();
    }
  },
};

const CUT = `select pg_terminate_backend(pid) from pg_stat_activity
  where pid <> pg_backend_pid() and backend_type = 'client backend' and datname = current_database()`;

const backendsCut: Scenario = {
  name: "postgres-backends-terminated",
  sentence: "every connection to PostgreSQL is cut again and again",
  share: 1,
  least: 4,
  harm: { errors: 0.9, p99: 12_000 },
  run: async (stage) => {
    while (stage.left() > 0) {
      await stage.hurt("connections cut", () => stage.arena.query(CUT));
      for (let times = 0; times < 5; times += 1) {
        await stage.arena.query(CUT);
        await stage.pause(200);
      }
      await stage.pause(1_500);
    }
  },
};

const lockKilled: Scenario = {
  name: "lock-session-killed",
  sentence: "the session that holds a worker's lock is ended: one goes on, never two",
  share: 1,
  least: 6,
  harm: { errors: 0.05, p99: 3_000 },
  run: async (stage) => {
    while (stage.left() > 0) {
      for (const name of ["projector", "submitter gx_partner_api"]) {
        await stage.hurt(`lock of ${name} ended`, () =>
          stage.arena.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", [
            `leader ${name}`,
          ]),
        );
        await stage.pause(1_500);
      }
    }
  },
};

const oneAccount: Scenario = {
  name: "everyone-on-one-account",
  sentence: "everyone pays to and from one account",
  share: 1,
  least: 5,
  harm: { errors: 0.02, p99: 3_000 },
  load: { hot: 1 },
  run: (stage) => stage.pause(stage.left()),
};

export const servers = [
  ...[redisFlush, redisBackEmpty, redisSilent, ledgerSilent, flushedFull],
  ...[postgresRestart, backendsCut, lockKilled, oneAccount],
];
