import { createServer, type Server } from "node:net";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { eventually } from "../environment.js";
import { workerOffset } from "../environment.js";
import { newHome, runs, type Call, type Home } from "./gx.js";

const GROUND = ["up", "--only", "postgres,redis"];
let home: Home;

beforeAll(() => {
  home = newHome();
});
afterAll(() => home.remove());

const address = (name: string) => readFileSync(join(home.path, "keys", name), "utf8");

async function sql<R extends pg.QueryResultRow>(text: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: address("database-url") });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}

async function redis<T>(act: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(address("redis-url"));
  try {
    return await act(client);
  } finally {
    client.disconnect();
  }
}

async function stop(up: Call, signal: NodeJS.Signals = "SIGTERM") {
  up.child.kill(signal);
  return up.ended;
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

it("starts the servers with a password, on loopback, in their own folder, and stops them without a trace", async () => {
  const up = home.call(...GROUND);
  await up.says("Stop with Ctrl-C");
  expect(await sql("show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  expect(await sql("show password_encryption")).toEqual([{ password_encryption: "scram-sha-256" }]);
  expect(await sql("show synchronous_commit")).toEqual([{ synchronous_commit: "on" }]);
  const wrong = new pg.Client({ connectionString: address("database-url").replace(/:[^:@]+@/, ":wrong@") });
  wrong.on("error", () => undefined);
  await expect(wrong.connect()).rejects.toMatchObject({ code: "28P01" });
  const settings = await redis((client) => client.config("GET", "*policy*"));
  expect(settings).toEqual(["maxmemory-policy", "noeviction"]);
  expect(await redis((client) => client.config("GET", "append*"))).toEqual(
    expect.arrayContaining(["appendonly", "yes", "appendfsync", "everysec"]),
  );
  for (const key of readdirSync(join(home.path, "keys"))) {
    expect(statSync(join(home.path, "keys", key)).mode & 0o077).toBe(0);
  }
  const { status, stdout } = await stop(up, "SIGINT");
  expect(status).toBe(0);
  expect(stdout).toMatch(/Stopped in \d\.\d s/);
  expect(readdirSync(join(home.path, "pids"))).toEqual([]);
  expect(readdirSync(home.path)).not.toContain("lock");
});

it("kills everything at the second signal, and the next start recovers", async () => {
  const up = home.call(...GROUND);
  await up.says("Stop with Ctrl-C");
  process.kill(home.pidOf("redis"), "SIGSTOP");
  up.child.kill("SIGINT");
  await up.says("Stopping; once more kills");
  up.child.kill("SIGINT");
  const { status, stdout } = await up.ended;
  expect(status).toBe(1);
  expect(stdout).not.toContain("starting it again");
  expect(readdirSync(join(home.path, "pids"))).toEqual([]);
  const again = home.call(...GROUND);
  await again.says("Stop with Ctrl-C");
  expect((await stop(again)).status).toBe(0);
});

it("stops what stands when the signal comes during the start", async () => {
  const up = home.call(...GROUND);
  await eventually(() => runs(home, "redis"));
  expect((await stop(up)).status).toBe(0);
  expect(readdirSync(join(home.path, "pids"))).toEqual([]);
});

it("tells a second start where the first one runs", async () => {
  const up = home.call(...GROUND);
  await up.says("Stop with Ctrl-C");
  expect(await home.run("up")).toMatchObject({
    status: 1,
    stderr: `gx: a system already runs on ${home.path} as process ${up.child.pid}. Stop it with: npm run gx -- stop\n`,
  });
  expect(await home.run("stop")).toMatchObject({ status: 0, stdout: `Stopped the system on ${home.path}\n` });
  expect((await up.ended).status).toBe(0);
});

it("names every taken port, who has it and the settings that move ours", async () => {
  const [postgres, gateway] = [15_432 + workerOffset, 4_000 + workerOffset];
  const [first, second] = [await listen(postgres), await listen(gateway)];
  const { status, stderr } = await home.run("up");
  first.close();
  second.close();
  expect(status).toBe(1);
  expect(stderr).toContain(`port ${postgres} of postgres is taken by`);
  expect(stderr).toContain("end that, or set POSTGRES_PORT, or GX_PORT_OFFSET");
  expect(stderr).toContain(`port ${gateway} of gateway is taken by`);
  expect(stderr).not.toContain("redis");
});

it("starts a part that dies again, says so, and loses nothing", async () => {
  const up = home.call(...GROUND);
  await up.says("Stop with Ctrl-C");
  await sql("create table kept (value text)");
  await sql("insert into kept values ('a coin')");
  for (const part of ["postgres", "redis"]) {
    process.kill(home.pidOf(part), "SIGKILL");
    await up.says(`${part} ended (SIGKILL), starting it again in 0.2 s`);
    await up.says(`${part} is ready again`);
  }
  expect(await sql("select value from kept")).toEqual([{ value: "a coin" }]);
  await stop(up);
});

it("goes on with what is left after a kill of the parent: adopts the servers, keeps the data", async () => {
  const killed = home.call(...GROUND);
  await killed.says("Stop with Ctrl-C");
  await sql("insert into kept values ('another coin')");
  await redis((client) => client.set("kept", "a job"));
  const before = [home.pidOf("postgres"), home.pidOf("redis")];
  killed.child.kill("SIGKILL");
  await killed.ended;
  expect(runs(home, "postgres") && runs(home, "redis")).toBe(true);
  // As if the kill had come before the file was written.
  rmSync(join(home.path, "pids", "redis.json"));

  const up = home.call(...GROUND);
  await up.says("Stop with Ctrl-C");
  expect([home.pidOf("postgres"), home.pidOf("redis")]).toEqual(before);
  expect(await sql("select value from kept order by value")).toEqual([{ value: "a coin" }, { value: "another coin" }]);
  expect(await redis((client) => client.get("kept"))).toBe("a job");
  expect((await stop(up)).status).toBe(0);
  expect(runs(home, "postgres") || runs(home, "redis")).toBe(false);
});

it("recovers when parent and servers were killed together", async () => {
  const killed = home.call(...GROUND);
  await killed.says("Stop with Ctrl-C");
  const servers = [home.pidOf("postgres"), home.pidOf("redis")];
  killed.child.kill("SIGKILL");
  for (const pid of servers) process.kill(pid, "SIGKILL");
  await killed.ended;
  const up = home.call(...GROUND);
  await up.says("Stop with Ctrl-C");
  expect(await sql("select count(*)::int as coins from kept")).toEqual([{ coins: 2 }]);
  await stop(up);
});

it("moves servers that an earlier start left on other ports", async () => {
  const killed = home.call(...GROUND);
  await killed.says("Stop with Ctrl-C");
  const before = home.pidOf("postgres");
  killed.child.kill("SIGKILL");
  await killed.ended;
  const moved = String(15_433 + workerOffset);
  home.env["POSTGRES_PORT"] = moved;
  const up = home.call(...GROUND);
  await up.says("Stop with Ctrl-C");
  delete home.env["POSTGRES_PORT"];
  expect(address("database-url")).toContain(`:${moved}/`);
  expect(home.pidOf("postgres")).not.toBe(before);
  expect(await sql("select count(*)::int as coins from kept")).toEqual([{ coins: 2 }]);
  await stop(up);
});

it("ends with gx stop what a killed parent left", async () => {
  const killed = home.call(...GROUND);
  await killed.says("Stop with Ctrl-C");
  killed.child.kill("SIGKILL");
  await killed.ended;
  const { status, stdout } = await home.run("stop");
  expect({ status, stdout }).toEqual({ status: 0, stdout: `Stopped what was left on ${home.path}: redis, postgres\n` });
  await eventually(() => !runs(home, "postgres") && !runs(home, "redis"));
});

it("shows why a part does not start, and stops what it had started", async () => {
  const up = home.call("up", "--only", "redis,projector");
  const { status, stderr } = await up.ended;
  expect(status).toBe(1);
  expect(stderr).toContain("projector did not start: exit status 1");
  expect(stderr).toContain(join(home.path, "logs", "projector.log"));
  expect(runs(home, "redis")).toBe(false);
});

it("starts empty with --fresh", async () => {
  const up = home.call(...GROUND, "--fresh");
  await up.says("Stop with Ctrl-C");
  expect(await sql("select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
  expect(await redis((client) => client.exists("kept"))).toBe(0);
  await stop(up);
});

it("does not clear what is outside", async () => {
  home.env["DATABASE_URL"] = "postgresql://127.0.0.1:1/theirs";
  const { status, stderr } = await home.run("up", "--fresh");
  delete home.env["DATABASE_URL"];
  expect(status).toBe(1);
  expect(stderr).toBe("gx: --fresh clears only what is embedded; DATABASE_URL is outside: empty that yourself\n");
});
