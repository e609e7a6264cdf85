// A throw-away system to be hurt: what it stands on, everything that `gx up` starts, and a standby of each worker beside it.
// Knows how to find each process, end it, and tell when all are whole again.
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import pg from "pg";
import { until, type System } from "../bench/system.js";
import { READER } from "../catalogue/roles.js";
import { readyz } from "../cli/system/readyz.js";
import { environment, root } from "../platform/config.js";
import { openConnection, type Connection } from "../platform/connection.js";
import { readProfile } from "../platform/profile.js";
import { readIdentity, type Identity } from "../platform/wallet.js";
import { openPeers, type Peers } from "./peers.js";
import { ownTargets, type Ground, type Target } from "./ground.js";

export type { Target } from "./ground.js";

export type Worker = "submitter" | "projector";
/** Which of the two processes of a worker: the one under `gx up` or the one beside it. */
export type Place = "up" | "beside";

export interface Arena {
  readonly system: System;
  readonly ground: Ground;
  /** Everybody that may be hurt. */
  readonly targets: readonly Target[];
  readonly connection: Connection;
  readonly reader: Identity;
  readonly peers: Peers;
  /** Asks again through outages of PostgreSQL. */
  query<R extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
  onRedis<T>(act: (redis: Redis) => Promise<T>): Promise<T>;
  /** Commands that have not ended. */
  open(): Promise<number>;
  /** The place of the leader; undefined while nobody leads. */
  leader(worker: Worker): Promise<Place | undefined>;
  /** Process id; undefined while there is none. */
  pid(target: Target): Promise<number | undefined>;
  pidAt(worker: Worker, place: Place): number | undefined;
  /** Every process of the system that runs now, by name. */
  processes(): ReadonlyMap<string, number>;
  /** Sends a signal; false when the process is not there. */
  signal(target: Target, signal: NodeJS.Signals): Promise<boolean>;
  /** What is missing until everything is whole; empty = nothing. */
  missing(): Promise<string[]>;
  /** Resolves when everything is whole. */
  whole(): Promise<void>;
  remove(): Promise<void>;
}

const OPS: Readonly<Record<string, number>> = {
  gateway: 4000,
  subgraphs: 3001,
  submitter: 9090,
  projector: 9091,
};
const BESIDE: Readonly<Record<Worker, number>> = { submitter: 9092, projector: 9093 };
const OPEN = "select count(*)::int as open from app.command where status in ('ACCEPTED', 'SUBMITTED')";

/** Takes the ground over: it is removed with the arena, and where none can be opened. */
export async function openArena(ground: Ground, offset: number, settings: Record<string, string>): Promise<Arena> {
  const system = await ground.newSystem(offset, settings).catch(async (error: unknown) => {
    await ground.remove();
    throw error;
  });
  const database = newAsker(system);
  const standbys = { submitter: keepStandby("submitter"), projector: keepStandby("projector") };
  const profile = readProfile(system.profilePath);
  const connection = openConnection(profile);
  const reader = readIdentity(profile, READER);
  const peers = openPeers(profile, reader);

  /** A worker beside `gx up`: the same settings, a home of its own for its pid file, restarted as soon as it ends. */
  function keepStandby(worker: Worker) {
    let child: ChildProcess | undefined;
    let stopping = false;
    const start = () => {
      const port = String(BESIDE[worker] + offset);
      child = spawn(
        process.execPath,
        ["--max-old-space-size=256", join(root, "dist", "cli", "index.js"), "start", worker],
        {
          stdio: "ignore",
          env: environment({
            ...settings,
            ...{ GX_ENV: "development", GX_HOME: join(system.home, "beside"), GX_PORT_OFFSET: "0", LOG_LEVEL: "error" },
            ...{ DATABASE_URL: system.databaseUrl(), REDIS_URL: redisUrl(system) },
            ...{ FABRIC_PROFILE: system.profilePath, [`${worker.toUpperCase()}_PORT`]: port },
            ...{ NODE_OPTIONS: settings["NODE_OPTIONS"] ?? "" },
          }),
        },
      );
      child.once("exit", () => {
        if (!stopping) setTimeout(start, 100);
      });
    };
    start();
    return {
      pid: () => (child?.exitCode === null && child.signalCode === null ? child.pid : undefined),
      stop: async () => {
        stopping = true;
        const last = child;
        if (!last || last.exitCode !== null || last.signalCode !== null) return;
        last.kill("SIGKILL");
        while (last.exitCode === null && last.signalCode === null) await sleep(20);
      },
    };
  }

  const underUp = (part: string): number | undefined => {
    try {
      return system.pid(part);
    } catch {
      return undefined;
    }
  };
  const pidAt = (worker: Worker, place: Place) => (place === "up" ? underUp(worker) : standbys[worker].pid());
  const leads = async (worker: Worker, place: Place) => {
    const answer = await readyz((place === "up" ? (OPS[worker] ?? 0) : BESIDE[worker]) + offset);
    const { roles, leader } = answer?.body ?? {};
    return worker === "projector"
      ? leader === true
      : (roles as Record<string, string> | undefined)?.["gx_partner_api"] === "leader";
  };
  const leader = async (worker: Worker): Promise<Place | undefined> => {
    const [up, beside] = await Promise.all([leads(worker, "up"), leads(worker, "beside")]);
    return up ? "up" : beside ? "beside" : undefined;
  };
  const pid = async (target: Target) => {
    const [name, role] = target.split(" ") as [string, string | undefined];
    if (role === undefined) return ground.pid(target) ?? underUp(name);
    const worker = name as Worker;
    const place = await leader(worker);
    if (place === undefined) return undefined;
    return pidAt(worker, role === "leader" ? place : place === "up" ? "beside" : "up");
  };
  const missing = async () => {
    const asked = [
      ...Object.entries(OPS),
      ...Object.entries(BESIDE).map(([name, port]) => [`standby ${name}`, port] as const),
    ];
    const answers = await Promise.all(
      asked.map(async ([name, port]) => ((await readyz(port + offset))?.ok ? [] : [name])),
    );
    return [...answers.flat(), ...(await ground.missing())];
  };
  return {
    targets: [...ownTargets, ...ground.targets],
    ...{ system, ground, connection, reader, peers, leader, pid, pidAt, missing },
    query: database.query,
    onRedis: (act) => onRedis(system, act),
    open: async () => (await database.query<{ open: number }>(OPEN))[0]?.open ?? 0,
    processes: () => {
      const found = new Map<string, number>();
      for (const file of readdirSync(join(system.home, "pids"))) {
        const name = file.replace(".json", "");
        const known = file.endsWith(".json") ? underUp(name) : undefined;
        if (known !== undefined) found.set(name, known);
      }
      for (const worker of ["submitter", "projector"] as const) {
        const beside = standbys[worker].pid();
        if (beside !== undefined) found.set(`${worker} beside`, beside);
      }
      return found;
    },
    signal: async (target, signal) => {
      const found = await pid(target);
      if (found === undefined) return false;
      try {
        process.kill(found, signal);
        return true;
      } catch {
        return false;
      }
    },
    whole: () =>
      until("everything to be whole again", async () => (await missing()).length === 0, 90_000, 100).then(
        () => undefined,
        async (error: unknown) => {
          throw new Error(`not whole: ${(await missing()).join(", ")}`, { cause: error });
        },
      ),
    remove: async () => {
      await Promise.all([standbys.submitter.stop(), standbys.projector.stop()]);
      peers.close();
      connection.close();
      await database.close();
      await system.remove();
      await ground.remove();
    },
  };
}

const redisUrl = ({ home }: System) => readFileSync(join(home, "keys", "redis-url"), "utf8");

async function onRedis<T>(system: System, act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(redisUrl(system), { maxRetriesPerRequest: null, retryStrategy: () => 100 });
  redis.on("error", () => undefined);
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

const GIVE_UP_MS = 60_000;

function newAsker(system: System) {
  const pool = new pg.Pool({ connectionString: system.databaseUrl(), max: 4, connectionTimeoutMillis: 2_000 });
  pool.on("error", () => undefined);
  return {
    close: () => pool.end(),
    query: async <R extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<R[]> => {
      for (const end = Date.now() + GIVE_UP_MS; ; await sleep(100)) {
        try {
          return (await pool.query<R>(sql, values)).rows;
        } catch (error) {
          if (Date.now() > end) throw error;
        }
      }
    },
  };
}
