// The faults of the table of alerts as they can be brought about without a cluster, and what must come of each.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Queue } from "bullmq";
import pg from "pg";
import { signers, type SigningRole } from "../../../catalogue/roles.js";
import { openAuthority } from "../../../ledger/authority.js";
import { issue } from "../../../ledger/certificates.js";
import { eventually } from "../../environment.js";
import { programPath, type Program } from "../programs.js";
import { calm, type Platform } from "./platform.js";
import type { Monitoring } from "./monitoring.js";
import { deploymentOf, type Watched } from "./watched.js";

export interface Stage {
  readonly watched: Watched;
  readonly monitoring: Monitoring;
}

/** Puts right what the fault did. */
type Mend = () => Promise<unknown>;

export interface Expected {
  readonly alert: string;
  /** Labels that it must carry, beside its class. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Fault {
  /** What is done, for people. */
  readonly what: string;
  /** Played: a recorded series of a platform that is not here changes its value. */
  readonly how: "real" | "played";
  readonly needs?: readonly Program[];
  /** Reach their receivers, in any order. */
  readonly alerts: readonly Expected[];
  /** Are on too, and kept from people by a graver one. */
  readonly held?: readonly string[];
  inject(stage: Stage): Promise<Mend>;
}

const ROLE: SigningRole = "gx_partner_api";
const PARTNER = deploymentOf(ROLE);
const role = { role: ROLE };

const away =
  (...names: string[]) =>
  async ({ watched }: Stage): Promise<Mend> => {
    await watched.kill(...names);
    return () => watched.start(names);
  };

/** What the program sets for its child. It is not run itself: it would stand between us and the process that we end. */
function aMinuteAhead(): readonly string[] {
  const preload = execFileSync(programPath("faketime"), ["-f", "+0s", "printenv", "LD_PRELOAD"], { encoding: "utf8" });
  return [`LD_PRELOAD=${preload.trim()}`, "FAKETIME=+60s", "FAKETIME_DONT_FAKE_MONOTONIC=1"];
}

const processes: readonly Fault[] = [
  {
    ...{ what: "both submitters of a role are killed", how: "real" },
    alerts: [
      { alert: "SubmitterDown", labels: role },
      { alert: "TargetMissing", labels: { job: "submitter" } },
    ],
    inject: away(PARTNER, `${PARTNER} 2`),
  },
  {
    ...{ what: "the gateway is killed", how: "real", alerts: [{ alert: "GatewayDown" }] },
    inject: away("gateway"),
  },
  {
    ...{ what: "a subgraph is killed", how: "real" },
    alerts: [{ alert: "SubgraphDown", labels: { domain: "tax" } }],
    inject: away("subgraph-tax"),
  },
  {
    ...{ what: "the subgraph that takes payments is killed while people pay", how: "real" },
    alerts: [{ alert: "ApiErrorRateHigh" }, { alert: "SloFastBurn", labels: { objective: "S1" } }],
    inject: async (stage) => {
      const stop = stage.watched.load(6);
      const mend = await away("subgraph-tokenomics")(stage);
      return async () => {
        await mend();
        // The share falls only while answers come.
        setTimeout(() => void stop(), 45_000);
      };
    },
  },
  {
    ...{ what: "both projectors are killed", how: "real", alerts: [{ alert: "ProjectorStopped" }] },
    inject: away("projector", "projector 2"),
  },
  {
    ...{ what: "the ledger is killed while people pay", how: "real" },
    alerts: [{ alert: "FabricConnectionLost", labels: role }],
    held: ["BreakerOpen"],
    inject: async (stage) => {
      const stop = stage.watched.load(4);
      const mend = await away("ledger")(stage);
      return async () => {
        await stop();
        await mend();
        await stage.watched.idle();
      };
    },
  },
  {
    ...{ what: "a submitter's clock is a minute ahead", how: "real", needs: ["faketime"] },
    alerts: [{ alert: "ClockSkew" }],
    inject: async ({ watched }) => {
      const name = "submitter-admin 2";
      await watched.kill(name);
      await watched.start([name], ["env", ...aMinuteAhead()]);
      return async () => {
        await watched.kill(name);
        await watched.start([name]);
      };
    },
  },
];

const onRedis = (watched: Watched, settings: Readonly<Record<string, string>>) =>
  Promise.all(Object.entries(settings).map(([name, value]) => watched.redis.client.config("SET", name, value)));

const FILL: readonly string[] = Array.from({ length: 2_000 }, (_, n) => `fill:${n}`);

const servers: readonly Fault[] = [
  {
    ...{ what: "PostgreSQL is stopped", how: "real", alerts: [{ alert: "PostgresDown" }] },
    inject: async ({ watched }) => {
      await watched.database.crash();
      return watched.database.start;
    },
  },
  {
    ...{ what: "130 connections are held", how: "real", alerts: [{ alert: "DbConnectionsHigh" }] },
    inject: async ({ watched }) => {
      const clients: pg.Client[] = [];
      for (let held = 0; held < 130; held += 1) {
        const client = new pg.Client({ connectionString: watched.database.url });
        client.on("error", () => undefined);
        await client.connect();
        clients.push(client);
      }
      return () => Promise.all(clients.map((client) => client.end()));
    },
  },
  {
    ...{ what: "Redis is killed", how: "real", alerts: [{ alert: "RedisDown" }] },
    inject: async ({ watched }) => {
      await watched.redis.kill();
      return watched.redis.start;
    },
  },
  {
    ...{ what: "Redis is filled, and set to drop keys", how: "real" },
    alerts: [{ alert: "RedisEvicts" }, { alert: "RedisMemoryHigh", labels: { app: "redis" } }],
    inject: async ({ watched }) => {
      const { client } = watched.redis;
      const used = Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]);
      await onRedis(watched, { maxmemory: String(used + 6_000_000), "maxmemory-policy": "allkeys-lru" });
      // Small ones, so that what is dropped for the last leaves Redis as good as full.
      for (const key of FILL) await client.set(key, "x".repeat(4_000));
      return async () => {
        await client.del([...FILL]);
        await onRedis(watched, { maxmemory: "0", "maxmemory-policy": "noeviction" });
      };
    },
  },
];

/** Holds the queue of the role; resolves with what lets it go. */
async function paused({ redis }: Watched): Promise<Mend> {
  const queue = new Queue(ROLE, { connection: { url: redis.url } });
  await queue.pause();
  return async () => {
    await queue.resume();
    await queue.close();
  };
}

const commands: readonly Fault[] = [
  {
    ...{ what: "commands are spoiled in the log, and one is for nobody", how: "real" },
    alerts: [
      { alert: "CommandsFailed", labels: role },
      { alert: "RoutingError", labels: { code: "UNKNOWN_COMMAND" } },
    ],
    inject: async ({ watched }) => {
      const resume = await paused(watched);
      await watched.pay(16);
      const open = "select id from app.command where status = 'ACCEPTED' order by seq";
      const { rows } = await watched.database.pool.query<{ id: string }>(open);
      const [first, ...others] = rows.map(({ id }) => id);
      const spoil = (name: string, ids: readonly (string | undefined)[]) =>
        watched.database.pool.query(
          "update app.command set name = $1, lanes = array['spoiled:' || id] where id = any($2)",
          [name, ids],
        );
      await spoil("tokenomics.unheardOf", [first]);
      await spoil("x".repeat(61), others);
      await resume();
      return () => watched.idle();
    },
  },
  {
    ...{ what: "the rows of the projector are locked while many pay", how: "real" },
    alerts: [
      { alert: "OutboxQueueGrowing" },
      { alert: "OutboxQueueGrowingFast" },
      { alert: "OutboxCommandsStuck", labels: role },
      { alert: "ProjectorLagHigh" },
      { alert: "SloFastBurn", labels: { objective: "S5" } },
      { alert: "SloSlowBurn", labels: { objective: "S5" } },
      { alert: "SloTrend", labels: { objective: "S5" } },
    ],
    inject: async ({ watched }) => {
      const client = new pg.Client({ connectionString: watched.database.url });
      await client.connect();
      await client.query("begin");
      await client.query("lock table read.checkpoint in exclusive mode");
      await watched.pay(560);
      const stop = watched.load(8);
      return async () => {
        await stop();
        await client.query("rollback");
        await client.end();
        await watched.idle();
      };
    },
  },
  {
    ...{ what: "a row is put into quarantine", how: "real", alerts: [{ alert: "EventsQuarantined" }] },
    inject: async ({ watched }) => {
      const { pool } = watched.database;
      const values = ["000000000001-planted", 1, randomUUID(), "UNKNOWN_EVENT", "planted", Buffer.from("{}")];
      const insert =
        "insert into read.quarantine (position, block, tx_id, reason, detail, raw) values ($1, $2, $3, $4, $5, $6)";
      await pool.query(insert, values);
      await restart(watched, "projector");
      return async () => {
        await pool.query("delete from read.quarantine where position = $1", [values[0]]);
        await restart(watched, "projector");
      };
    },
  },
];

/** Whoever leads reads the rows anew. */
async function restart(watched: Watched, name: string): Promise<void> {
  for (const one of [name, `${name} 2`]) {
    await watched.kill(one);
    await watched.start([one]);
  }
}

const DAY_S = 86_400;

/** Another pair of the role's own authority in the wallet; what comes back puts the former one into its place. */
async function pairFor({ home, profilePath }: Watched, seconds: number): Promise<Mend> {
  const wallet = dirname(profilePath);
  const { identity } = signers[ROLE];
  const files = [join(wallet, `${identity}-key`), join(wallet, `${identity}-cert`)] as const;
  const former = files.map((file) => readFileSync(file, "utf8"));
  const { org } = await openAuthority(join(home, "ledger"), "Org1MSP");
  const request = { commonName: identity, unit: "client", mspId: "Org1MSP", attrs: { gxc_role: ROLE } } as const;
  const pair = await issue(org, { ...request, days: seconds / DAY_S });
  const put = (contents: readonly string[]) =>
    files.forEach((file, place) => {
      writeFileSync(`${file}.new`, contents[place] ?? "", { mode: 0o600 });
      renameSync(`${file}.new`, file);
    });
  put([pair.key, pair.certificate]);
  return () => Promise.resolve(put(former));
}

const certificates: readonly Fault[] = [
  {
    ...{ what: "a role's certificate has 20 days left", how: "real" },
    alerts: [{ alert: "FabricIdentityExpiring30d", labels: role }],
    inject: ({ watched }) => pairFor(watched, 20 * DAY_S),
  },
  {
    ...{ what: "a role's certificate has 5 days left", how: "real" },
    alerts: [{ alert: "FabricIdentityExpiring7d", labels: role }],
    inject: ({ watched }) => pairFor(watched, 5 * DAY_S),
  },
  {
    ...{ what: "a role's certificate ends while people pay", how: "real" },
    alerts: [{ alert: "FabricIdentityExpiring1d", labels: role }],
    held: ["LaneStopped"],
    inject: async ({ watched }) => {
      const mend = await pairFor(watched, 25);
      const stop = watched.load(2);
      return async () => {
        await stop();
        await mend();
        await watched.idle();
      };
    },
  },
];

const played = (what: string, change: Partial<Platform>, alerts: readonly string[], held?: string[]): Fault => ({
  ...{ what, how: "played", alerts: alerts.map((alert) => ({ alert })), ...(held ? { held } : {}) },
  inject: ({ monitoring }) => {
    Object.assign(monitoring.platform, change);
    // A counter goes on from where it is.
    const { restarts: _, ...former } = calm;
    return Promise.resolve(() => Promise.resolve(Object.assign(monitoring.platform, former)));
  },
});

/** Touch nothing that is here, so that they are played beside the others. */
export const besides: readonly Fault[] = [
  played(
    "a cluster tells of a pod that restarts, an image that is missing, a job that failed and a standby that is missing",
    { restarts: 6, pulling: 1, failedJobs: 1, available: 1 },
    ["PodCrashLoop", "ImagePullFailing", "JobFailed", "SubmitterReplicaDown"],
  ),
  played(
    "a cluster tells of a node that is lost, with an image that is missing on it",
    { nodeReady: 0, pulling: 1 },
    ["NodeNotReady"],
    ["ImagePullFailing"],
  ),
  played(
    "a cluster tells of cpu, memory, a volume and a quota near their limits",
    { cpu: 0.95, memory: 0.95, free: 0.05, quota: 0.97 },
    ["CpuHigh", "MemoryHigh", "DiskSpaceLow", "QuotaNearlyUsed"],
  ),
];

const members: readonly Fault[] = [
  played("Patroni tells of a standby that is missing", { standbys: 1 }, ["ReplicationBroken"]),
  played("Patroni tells that nobody is primary", { primaries: 0 }, ["PostgresNoPrimary"]),
];

/** One after the other: each wants a system that is whole. */
export const faults: readonly Fault[] = [...members, ...certificates, ...commands, ...servers, ...processes];

/** Alerts that no fault here brings, with the reason; rules' own tests judge them. */
export const notHere: Readonly<Record<string, string>> = {
  ConflictsHigh: "needs a writer that goes round our lanes for half a minute",
};

/** Nothing is on but the watchdog and what is played beside. */
export const settled = (stage: Stage, limitMs: number): Promise<unknown> =>
  eventually(
    async () => (await stage.monitoring.ask('ALERTS{alertname!="Watchdog",component!="kubernetes"}')).length === 0,
    "alerts to end",
    limitMs,
  );
