// The budget of connections to PostgreSQL (operations.md 2.9): a process whose share is not free does not start.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessMain } from "../../../platform/process.js";
import { main as subgraphs } from "../../../subgraphs/main.js";
import { main as projector } from "../../../workers/projector/main.js";
import { main as submitter } from "../../../workers/submitter/main.js";
import { newProcesses } from "../../flow/processes.js";
import { freePort, newCluster, type TestCluster } from "../../environment.js";
import { newWorld, type World } from "../../submitter/world.js";
import { check } from "../checks.js";

let server: TestCluster;
let world: World;
let home: string;
const processes = newProcesses();
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "gx-budget-"));
  server = await newCluster();
  // Of the 200 that the cluster has.
  await server.pool.query("alter system set superuser_reserved_connections = 170");
  await server.crash();
  await server.start();
  world = await newWorld({ database: server });
}, 120_000);
afterEach(() => processes.stopAll());
afterAll(async () => {
  // Ends the server too, which is its database.
  await world.close();
  rmSync(home, { recursive: true, force: true });
});

/** Refused with more than is free; `own`: connections that it holds beside its pool. */
async function refusesMore(main: ProcessMain, own: number): Promise<void> {
  const start = async (connections: number) =>
    processes.start(main, {
      ...{ GX_HOME: home, DATABASE_URL: server.url, REDIS_URL: world.redis.url, FABRIC_PROFILE: world.profilePath },
      ...{ GX_DB_POOL: String(connections), SUBGRAPH_PORT: String(await freePort(7)) },
    });
  await expect(start(40)).rejects.toThrow(
    /^GX_DB_POOL: this process may hold 40 connections, but PostgreSQL has \d+ free \(max_connections 200, 170 reserved, \d+ in use\)$/,
  );
  await processes.stopAll();
  await start(own + 2);
}

check("OPS-2.11", "D", "subgraphs whose share is not free do not start, and tell both numbers", () =>
  refusesMore(subgraphs, 1),
);
check("OPS-2.11", "D", "a submitter whose share is not free does not start, and tells both numbers", () =>
  refusesMore(submitter, 3),
);
check("OPS-2.11", "D", "a projector whose share is not free does not start, and tells both numbers", () =>
  refusesMore(projector, 1),
);
