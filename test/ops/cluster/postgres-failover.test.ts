// PostgreSQL under Patroni with the settings that are shipped: its users, and the loss of its primary under inserts.
import pg from "pg";
import { migrate } from "../../../platform/migrations.js";
import { eventually } from "../../environment.js";
import { checkWith } from "../checks.js";
import { whyNot } from "../programs.js";
import { settled, startPatroni, type PatroniCluster } from "./patroni.js";

const needs = ["patroni", "etcd"] as const;
let cluster: PatroniCluster | undefined;
beforeAll(async () => {
  if (whyNot(needs) !== undefined) return;
  cluster = await startPatroni();
  await settled(cluster);
}, 180_000);
afterAll(() => cluster?.close(), 60_000);

const theCluster = (): PatroniCluster => {
  if (!cluster) throw new Error("the cluster did not start");
  return cluster;
};

async function asked<R extends pg.QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000, query_timeout: 3_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** As long as it goes on: rows that the primary has acknowledged, one after the other, whoever is primary. */
function inserting(within: PatroniCluster) {
  const acknowledged: number[] = [];
  let going = true;
  const one = async (number: number) => {
    const member = (await within.primary()) ?? 0;
    const row = { id: `x${number}` };
    await asked(within.url("gx_api", member), "insert into app.trial (id) values ($1)", [row.id]);
    acknowledged.push(number);
  };
  const running = (async () => {
    for (let number = 0; going; number += 1) await one(number).catch(() => undefined);
  })();
  return {
    acknowledged,
    stop: async () => {
      going = false;
      await running;
    },
  };
}

describe("PostgreSQL under Patroni", () => {
  checkWith(
    { needs, timeoutMs: 60_000 },
    "OPS-2.9",
    "D",
    "each user may what its processes need: migrations by one, reading by all, read models by the projector alone",
    async () => {
      const here = theCluster();
      const primary = await settled(here);
      const as = (user: string) => here.url(user, primary);
      expect((await migrate(as("gx_migrate"))).length).toBeGreaterThan(10);
      await asked(as("gx_migrate"), "create table app.trial (id text primary key)");
      for (const user of ["gx_api", "gx_submitter", "gx_projector"]) {
        expect(await asked(as(user), "select count(*)::int as n from read.wallet")).toEqual([{ n: 0 }]);
        await asked(as(user), "insert into app.trial (id) values ($1)", [user]);
      }
      await asked(as("gx_projector"), "delete from read.wallet");
      await expect(asked(as("gx_api"), "delete from read.wallet")).rejects.toThrow("permission denied");
      await expect(asked(as("gx_submitter"), "delete from read.wallet")).rejects.toThrow("permission denied");
      await expect(asked(as("gx_api"), "create table app.other (id text)")).rejects.toThrow("permission denied");
      const plain = as("gx_api").replace("?sslmode=no-verify", "");
      await expect(asked(plain, "select 1")).rejects.toThrow(/no encryption|rejects connection/);
    },
  );

  checkWith(
    { needs, timeoutMs: 240_000 },
    "OPS-2.9",
    "D",
    "kill -9 of the primary under inserts: a new one within 30 s, and no acknowledged row is lost",
    async () => {
      const here = theCluster();
      const before = await settled(here);
      const [settings] = await asked<{ name: string }>(
        here.url("gx_api", before),
        "select string_agg(name || '=' || setting, ' ' order by name) as name from pg_settings where name in ('data_checksums', 'max_connections', 'synchronous_commit')",
      );
      expect(settings?.name).toBe("data_checksums=on max_connections=300 synchronous_commit=on");
      const load = inserting(here);
      await eventually(() => load.acknowledged.length > 100, "the first hundred rows", 60_000);
      const killed = Date.now();
      await here.kill(before);
      const after = await eventually(
        async () => {
          const found = await here.primary();
          return found === undefined || found === before ? undefined : { found };
        },
        "a new primary",
        60_000,
      );
      const took = (Date.now() - killed) / 1_000;
      const count = load.acknowledged.length;
      await eventually(() => load.acknowledged.length > count + 100, "a hundred rows more", 60_000);
      await load.stop();
      const rows = await asked<{ id: string }>(here.url("gx_api", after.found), "select id from app.trial");
      const held = new Set(rows.map(({ id }) => id));
      expect(load.acknowledged.filter((number) => !held.has(`x${number}`))).toEqual([]);
      expect(took).toBeLessThan(30);
      here.start(before);
      await eventually(
        async () => /patroni_replica\{[^}]*\} 1/.test(await here.metrics(before).catch(() => "")),
        "the old one as a standby",
        60_000,
      );
      console.log(
        `PostgreSQL: new primary after ${took.toFixed(1)} s, 0 of ${load.acknowledged.length} acknowledged rows lost`,
      );
    },
  );
});
