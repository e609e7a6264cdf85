// The processes of gateway and subgraphs: when they are ready, what they tell of themselves, and how they end.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { furnishedDomains } from "../../catalogue/index.js";
import { main as gateway } from "../../gateway/main.js";
import type { Config } from "../../platform/config.js";
import { migrate } from "../../platform/database.js";
import type { ProcessMain } from "../../platform/process.js";
import { main as subgraphs } from "../../subgraphs/main.js";
import { eventually, freePort, newDatabase, newRedis, type TestDatabase, type TestRedis } from "../environment.js";
import { newProcesses } from "../flow/processes.js";

let home: string;
let database: TestDatabase;
let redis: TestRedis;
let settings: Record<string, string>;
const processes = newProcesses();

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "gx-processes-"));
  [database, redis] = [await newDatabase(), await newRedis()];
  // Each domain takes the next port.
  const first = await freePort(9);
  const ports = { SUBGRAPH_PORT: String(first), GATEWAY_PORT: String(first + 8) };
  settings = { GX_HOME: home, DATABASE_URL: database.url, REDIS_URL: redis.url, ...ports };
});
afterEach(() => processes.stopAll());
afterAll(async () => {
  await redis.close();
  await database.close();
  rmSync(home, { recursive: true, force: true });
});

async function start(main: ProcessMain, port: (config: Config) => number, args: string[] = [], over = {}) {
  const process = await processes.start(main, { ...settings, ...over }, ...args);
  const ready = async () => {
    const response = await fetch(`http://127.0.0.1:${port(process.config)}/readyz`);
    return { status: response.status, body: (await response.json()) as Ready };
  };
  return { ...process, ready };
}
type Ready = Record<string, unknown> & { checks: { name: string; ok: boolean; detail: string }[] };
type Started = Awaited<ReturnType<typeof start>>;

const gatewayPort = ({ ports }: Config) => ports.gateway;
const identityPort = ({ ports }: Config) => ports.subgraphs;
const until = (process: Started, status: number) =>
  eventually(async () => (await process.ready()).status === status, `readiness ${status}`);

it("the subgraphs wait for migrations and the database, and tell their watermark; Redis is not needed", async () => {
  const bare = await newDatabase();
  await bare.pool.query("drop schema app cascade; drop schema read cascade; drop table if exists _prisma_migrations");
  const process = await start(subgraphs, identityPort, [], { DATABASE_URL: bare.url });
  const { status, body } = await process.ready();
  expect([status, body.status]).toEqual([503, "failing"]);
  await eventually(
    async () => (await process.ready()).body.checks.some(({ detail }) => /npm run gx -- migrate/.test(detail)),
    "the hint",
  );
  await migrate(bare.url);
  await redis.kill();
  await until(process, 200);
  expect((await process.ready()).body).toMatchObject({ domains: furnishedDomains, watermark: -1, cache: "away" });
  await redis.start();
  await process.stop();
  await bare.close();
});

it("the gateway is ready when every subgraph answered once, stays ready with some, and not with none", async () => {
  const front = await start(gateway, gatewayPort);
  await eventually(
    async () => (await front.ready()).body.checks.some(({ detail }) => /did not answer yet/.test(detail)),
    "the first look",
  );
  expect((await front.ready()).status).toBe(503);
  const behind = await start(subgraphs, identityPort, [], {});
  await until(front, 200);
  await behind.stop();
  await until(front, 503);
  const one = await start(subgraphs, ({ ports }) => ports.subgraphs + 1, ["admin"]);
  await until(front, 200);
  expect((await front.ready()).body["subgraphs"]).toEqual({
    ...{ identity: false, admin: true, tokenomics: false, organization: false },
    ...{ loanpool: false, governance: false, tax: false },
  });
  expect((await one.ready()).body["domains"]).toEqual(["admin"]);
  await eventually(async () => (await front.ready()).body["liveUpdates"] === "connected", "live updates");
});

it.each([
  ["an unknown subgraph", () => start(subgraphs, identityPort, ["taxes"]), /taxes is not one of identity, admin/],
  [
    "an address left out",
    () => start(gateway, gatewayPort, [], { SUBGRAPH_URLS: "admin=http://127.0.0.1:1/graphql" }),
    /SUBGRAPH_URLS: names no address for identity/,
  ],
])("refuses to start with %s and names it", async (_, begin, message) => {
  await expect(begin()).rejects.toThrow(message);
});

it("names a port that is taken and the setting that changes it", async () => {
  const first = await start(gateway, gatewayPort);
  await expect(start(gateway, gatewayPort)).rejects.toThrow(
    `127.0.0.1:${first.config.ports.gateway} is taken; choose another port with GATEWAY_PORT`,
  );
});
