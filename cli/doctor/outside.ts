// Servers outside that the settings name: reachable, and as they must be. Changes nothing on them.
import pg from "pg";
import type { Config } from "../../platform/config.js";
import { openConnection } from "../../platform/connection.js";
import { messageOf } from "../../platform/errors.js";
import { pendingMigrations } from "../../platform/migrations.js";
import { readProfile } from "../../platform/profile.js";
import { found, lacking, type Finding } from "./finding.js";
import { openRedis } from "../../platform/redis.js";

const PATIENCE_MS = 3_000;
const CLOCK_MS = 2_000;
const SYSTEM = "every process";

export async function outsideServers(config: Config): Promise<Finding[]> {
  const { embedded, databaseUrl, redisUrl, cacheUrl, fabricProfile } = config;
  return Promise.all([
    ...(embedded.postgres ? [] : [database(databaseUrl)]),
    ...(embedded.redis ? [] : [redis("REDIS_URL", redisUrl, "may drop jobs")]),
    ...(cacheUrl === redisUrl ? [] : [redis("CACHE_URL", cacheUrl, "is not used as a cache")]),
    ...(embedded.ledger ? [] : [peer(fabricProfile)]),
  ]);
}

async function database(url: string): Promise<Finding> {
  const subject = { what: "DATABASE_URL", for: SYSTEM };
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PATIENCE_MS });
  // Errors reach us through the statement that they end.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; now: Date }>(
      "select current_setting('server_version') as version, clock_timestamp() as now",
    );
    const apart = Math.abs((rows[0]?.now.getTime() ?? 0) - Date.now());
    if (apart > CLOCK_MS) {
      const detail = `its clock is ${Math.round(apart / 1_000)} s apart from ours`;
      return lacking(subject, detail, "let both machines follow a time server: sudo timedatectl set-ntp true");
    }
    const pending = await pendingMigrations((sql) => client.query(sql));
    const version = `PostgreSQL ${rows[0]?.version ?? ""}`;
    if (pending.length === 0) return found(subject, `${version}, every migration applied`);
    return lacking(subject, `${version} lacks ${pending.length} migrations`, "npm run gx -- migrate");
  } catch (error) {
    return lacking(subject, `does not answer: ${messageOf(error)}`, "start that server, or correct DATABASE_URL");
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Neither a queue nor the cache may lose a key for want of memory; `harm` is what comes of one that evicts. */
async function redis(setting: string, url: string, harm: string): Promise<Finding> {
  const subject = { what: setting, for: SYSTEM };
  const client = openRedis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: PATIENCE_MS });
  let why = "";
  client.on("error", (error) => (why = messageOf(error)));
  try {
    await client.connect();
    const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info("memory"))?.[1] ?? "unknown";
    if (policy === "noeviction") return found(subject, `answers, maxmemory-policy ${policy}`);
    const mend = "redis-cli config set maxmemory-policy noeviction, and the same in its configuration";
    return lacking(subject, `${harm}: maxmemory-policy is ${policy}`, mend);
  } catch (error) {
    return lacking(subject, `does not answer: ${why || messageOf(error)}`, `start that server, or correct ${setting}`);
  } finally {
    client.disconnect();
  }
}

async function peer(path: string): Promise<Finding> {
  const subject = { what: "FABRIC_PROFILE", for: "submitter, projector" };
  try {
    const profile = readProfile(path);
    const connection = openConnection(profile);
    try {
      await connection.ready(PATIENCE_MS);
      return found(subject, `peer ${connection.peer.address} of channel ${profile.channel} answers`);
    } catch {
      const detail = `peer ${connection.peer.address} does not answer by TLS within ${PATIENCE_MS / 1_000} s`;
      return lacking(subject, detail, "start the peer, or correct its address or tlsRoots in the profile");
    } finally {
      connection.close();
    }
  } catch (error) {
    return lacking(subject, messageOf(error), "correct FABRIC_PROFILE or the file it names");
  }
}
