// A PostgreSQL cluster for one run: a migrated template, and clones of it, one for each sequence. Nothing of it stays.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { removePostgres, startPostgres } from "../../cli/ground/postgres.js";
import { migrate } from "../../platform/migrations.js";
import type { ModelDatabase } from "./rows.js";

export interface Databases {
  /** An empty database. */
  fresh(): Promise<ModelDatabase>;
  remove(): Promise<void>;
}

const TEMPLATE = "gx";

export async function openDatabases(): Promise<Databases> {
  const home = mkdtempSync(join(tmpdir(), "gx-model-"));
  const running = await startPostgres({ home, port: await freePort(), output: () => undefined });
  const url = readFileSync(join(home, "keys", "database-url"), "utf8").trim();
  const at = (name: string) => url.replace(/[^/]*$/, name);
  await migrate(url);
  const server = new pg.Pool({ connectionString: at("postgres"), max: 2 });
  server.on("error", () => undefined);
  // What a crash of the machine takes, nobody misses here.
  await server.query("alter system set fsync = off");
  await server.query("select pg_reload_conf()");
  return {
    fresh: async () => {
      const name = `m_${randomBytes(6).toString("hex")}`;
      await server.query(`create database ${name} template ${TEMPLATE}`);
      const pool = new pg.Pool({ connectionString: at(name), max: 2 });
      pool.on("error", () => undefined);
      return {
        pool,
        close: async () => {
          await pool.end();
          await server.query(`drop database ${name} with (force)`);
        },
      };
    },
    remove: async () => {
      await server.end();
      await running.stop();
      removePostgres(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
