// gx doctor and gx status: what they say of this machine and of servers that the settings name.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Finding } from "../../cli/doctor/finding.js";
import { issueWallet, openAuthority } from "../../ledger/authority.js";
import { newDatabase, newRedis, type TestDatabase, type TestRedis } from "../environment.js";
import { callGx, PORT_OFFSET } from "./gx.js";

let home: string;
let database: TestDatabase;
let redis: TestRedis;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "gx-doctor-"));
  [database, redis] = await Promise.all([newDatabase(), newRedis()]);
});
afterAll(async () => {
  await Promise.all([database.close(), redis.close()]);
  rmSync(home, { recursive: true, force: true });
});

const own = () => ({ GX_HOME: home, GX_PORT_OFFSET: PORT_OFFSET, GX_ENV: "", NO_COLOR: "1" });

async function examine(settings: Record<string, string> = {}) {
  const { status, stdout } = await callGx(["doctor", "--json"], { ...own(), ...settings }).ended;
  const findings = new Map((JSON.parse(stdout) as Finding[]).map((finding) => [finding.what, finding]));
  return { status, findings };
}

it("finds this machine fit and leaves nothing behind in GX_HOME", async () => {
  const { status, findings } = await examine();
  expect(status).toBe(0);
  for (const what of ["Node.js", "PostgreSQL", "Redis", "memory", "disk", "GX_HOME", "ports", "clock"])
    expect([what, findings.get(what)]).toEqual([what, expect.objectContaining({ ok: true, optional: false })]);
  expect(readdirSync(home)).toEqual([]);
});

it("calls a program that only some work needs lacking, with the command that gets it, and ends with 0", async () => {
  const { status, findings } = await examine({ CHROMIUM: "/nowhere/chromium", FABRIC_BIN: home });
  expect(status).toBe(0);
  expect(findings.get("Chromium")).toMatchObject({
    ...{ ok: false, optional: true, for: "tests in a browser" },
    ...{ detail: "CHROMIUM names /nowhere/chromium, which cannot be run", mend: expect.stringContaining("apt-get") },
  });
  for (const line of ["2.5", "3.1"])
    expect(findings.get(`Fabric ${line}`)).toMatchObject({
      ...{ ok: false, optional: true, for: "a real network" },
      detail: `no folder of FABRIC_BIN (${home}) holds peer, orderer and configtxgen of Fabric ${line}.x`,
      mend: expect.stringContaining("hyperledger-fabric.readthedocs.io"),
    });
});

it("finds Fabric's programs by line, and names what a folder holds that does not do", async () => {
  const [partial, whole] = [join(home, "partial"), join(home, "whole")];
  for (const folder of [partial, whole]) {
    mkdirSync(folder);
    for (const name of ["peer", "orderer", ...(folder === whole ? ["configtxgen"] : [])])
      writeFileSync(join(folder, name), "#!/bin/sh\necho 'Version: v2.5.14'\n", { mode: 0o755 });
  }
  const { findings } = await examine({ FABRIC_BIN: [partial, whole].join(delimiter) });
  for (const folder of [partial, whole]) rmSync(folder, { recursive: true });
  expect(findings.get("Fabric 2.5")).toMatchObject({ ok: true, detail: `2.5.14 in ${whole}` });
  expect(findings.get("Fabric 3.1")).toMatchObject({ ok: false, optional: true });
  expect(findings.get("Fabric 3.1")?.detail).toContain(`some without configtxgen in ${partial}`);
});

it("names a taken port, who has it, and the setting that moves ours", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { status, findings } = await examine({ GATEWAY_PORT: String(port) });
  await new Promise((resolve) => server.close(resolve));
  expect(status).toBe(1);
  expect(findings.get("ports")?.detail).toContain(`${port} (GATEWAY_PORT) is taken by`);
  expect(findings.get("ports")?.mend).toContain("GX_PORT_OFFSET");
});

it("says that GX_HOME cannot be written", async () => {
  const file = join(home, "file");
  writeFileSync(file, "");
  const { status, findings } = await examine({ GX_HOME: file });
  rmSync(file);
  expect(status).toBe(1);
  expect(findings.get("GX_HOME")).toMatchObject({ ok: false, detail: `${file} is no folder` });
});

it("reads the supergraph, the own one and the one that SUPERGRAPH names", async () => {
  expect((await examine()).findings.get("SUPERGRAPH")?.detail).toMatch(/^composed of .*identity/);
  const file = join(home, "broken.graphql");
  writeFileSync(file, "type Query { field: Nothing }");
  const { status, findings } = await examine({ SUPERGRAPH: file });
  rmSync(file);
  expect(status).toBe(1);
  expect(findings.get("SUPERGRAPH")).toMatchObject({ ok: false, detail: expect.stringContaining(`${file}: `) });
});

it("says what a killed start left", async () => {
  writeFileSync(join(home, "lock"), JSON.stringify({ pid: process.pid, started: "another life" }));
  const { status, findings } = await examine();
  rmSync(join(home, "lock"));
  expect(status).toBe(0);
  expect(findings.get("leftovers")?.detail).toContain("a lock whose holder is gone");
});

it("finds servers outside that are as they must be, and gx status shows them", async () => {
  const outside = { DATABASE_URL: database.url, REDIS_URL: redis.url };
  const { status, findings } = await examine(outside);
  expect(status).toBe(0);
  expect(findings.get("DATABASE_URL")?.detail).toMatch(/^PostgreSQL \d+\S*, every migration applied$/);
  expect(findings.get("REDIS_URL")?.detail).toBe("answers, maxmemory-policy noeviction");
  const { stdout } = await callGx(["status"], { ...own(), ...outside }).ended;
  expect(stdout).toMatch(/^DATABASE_URL +ready +pid - +outside +PostgreSQL \d+\S*, every migration applied$/m);
  expect(stdout).toMatch(/^REDIS_URL +ready +pid - +outside +answers/m);
  expect(stdout).not.toMatch(/^postgres /m);
});

it("finds faults of servers outside, each with its remedy", async () => {
  await database.pool.query("delete from _prisma_migrations");
  await redis.client.config("SET", "maxmemory-policy", "allkeys-lru");
  const { status, findings } = await examine({
    ...{ DATABASE_URL: database.url, REDIS_URL: redis.url, CACHE_URL: "redis://127.0.0.1:1" },
    FABRIC_PROFILE: join(home, "profile.json"),
  });
  expect(status).toBe(1);
  expect(findings.get("DATABASE_URL")).toMatchObject({
    ...{ ok: false, detail: expect.stringMatching(/lacks \d+ migrations/), mend: "npm run gx -- migrate" },
  });
  expect(findings.get("REDIS_URL")).toMatchObject({ ok: false, detail: expect.stringContaining("allkeys-lru") });
  expect(findings.get("CACHE_URL")).toMatchObject({ ok: false, detail: expect.stringContaining("ECONNREFUSED") });
  expect(findings.get("FABRIC_PROFILE")).toMatchObject({ ok: false, detail: expect.stringContaining("ENOENT") });
});

it("names a certificate that cannot be read, and a peer that takes connections and never answers", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const wallet = join(home, "wallet");
  mkdirSync(wallet);
  for (const [name, mode] of [["one-cert", 0o644] as const, ["one-key", 0o600] as const])
    writeFileSync(join(wallet, name), "nothing", { mode });
  await issueWallet(await openAuthority(home, "Org1MSP"), join(home, "roots"), []);
  const profile = {
    ...{ channel: "gx", chaincode: "gx", mspId: "Org1MSP", peers: [{ address }] },
    ...{ organizations: [{ mspId: "Org1MSP", tlsRoots: "roots/ca-cert" }], wallet: "wallet" },
  };
  writeFileSync(join(home, "profile.json"), JSON.stringify(profile));
  const { status, findings } = await examine({ FABRIC_PROFILE: join(home, "profile.json") });
  for (const socket of sockets) socket.destroy();
  silent.close();
  expect(status).toBe(1);
  expect(findings.get("certificates")).toMatchObject({ ok: false, detail: expect.stringContaining("one-cert") });
  expect(findings.get("FABRIC_PROFILE")).toMatchObject({
    detail: `peer ${address} does not answer by TLS within 3 s`,
    ok: false,
  });
}, 30_000);

it("writes a table that fits 80 columns, every word of it", async () => {
  const settings = { FABRIC_PROFILE: join(home, "profile.json"), CHROMIUM: "/nowhere/chromium" };
  const { stdout } = await callGx(["doctor"], { ...own(), ...settings }).ended;
  const lines = stdout.trimEnd().split("\n");
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(80);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("→ sudo apt-get install chromium, or set CHROMIUM");
  expect(lines.filter((line) => line.startsWith("MISSING FABRIC_PROFILE"))).toHaveLength(1);
}, 30_000);
