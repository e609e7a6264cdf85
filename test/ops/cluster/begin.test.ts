// Jobs that may be run twice: migrations, and the begin of a ledger by gx bootstrap.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { newSystem, type System } from "../../../bench/system.js";
import { migrate } from "../../../platform/migrations.js";
import { newCluster } from "../../environment.js";
import { check } from "../checks.js";

const OFFSET = 1500;
const ADMIN = "00000000-0000-7000-8000-000000000002";
const SOMEBODY = "00000000-0000-7000-8000-0000000000aa";

describe("migrate", () => {
  check("OPS-2.12", "D", "migrate twice, and twice at once: the second is a no-op", async () => {
    const cluster = await newCluster();
    try {
      await cluster.pool.query("create database empty");
      const url = new URL(cluster.url);
      url.pathname = "/empty";
      const applied = await Promise.all([migrate(url.href), migrate(url.href)]);
      const [none, all] = applied.toSorted((one, other) => one.length - other.length);
      expect(none).toEqual([]);
      expect(all?.length).toBeGreaterThan(10);
      expect(await migrate(url.href)).toEqual([]);
      const client = new pg.Client(url.href);
      await client.connect();
      const { rows } = await client.query<{ name: string }>("select migration_name as name from _prisma_migrations");
      await client.end();
      expect(rows.map(({ name }) => name).toSorted()).toEqual(all);
    } finally {
      await cluster.close();
    }
  });
});

describe("bootstrap", () => {
  let system: System;
  beforeAll(async () => {
    system = await newSystem(OFFSET, {}, "--empty");
    writeFileSync(join(system.home, "bootstrap.json"), JSON.stringify({ admins: [ADMIN] }));
  }, 120_000);
  afterAll(() => system.remove(), 60_000);

  const bootstrapAs = (...subs: string[]) => {
    const token = join(system.home, "token");
    writeFileSync(token, system.tokens("SUPER_ADMIN", subs).join("\n"), { mode: 0o600 });
    const given = ["--gateway", system.graphql, "--token-file", token, "--input", join(system.home, "bootstrap.json")];
    return system.gx("bootstrap", ...given);
  };
  const began = async () => {
    const query = "{ systemStatus { bootstrapped profile countries shareTotal } countries(first: 100) { totalCount } }";
    const { data, errors } = await system.ask(query, {}, system.tokens("ADMIN")[0]);
    expect(errors).toEqual([]);
    return data;
  };

  check(
    "OPS-2.12",
    "L",
    "bootstrap twice, by the same person and by another: same ledger",
    async () => {
      const DONE = "Bootstrapped the ledger with profile devnet\nLoaded 234 countries\n";
      expect(bootstrapAs()).toBe(DONE);
      const after = await began();
      expect(bootstrapAs()).toBe(DONE);
      expect(bootstrapAs(SOMEBODY)).toBe(DONE);
      expect(await began()).toEqual(after);
      expect(system.gx("verify")).toContain("Everything agrees");
    },
    120_000,
  );
});
