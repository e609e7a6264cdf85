// The share of a process in the connections of PostgreSQL.
import { holdBudget, poolOf } from "../../platform/budget.js";
import { openDatabase, type Database } from "../../platform/database.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { newTcpProxy } from "../tcp-proxy.js";
import { newLines, newMetrics } from "./parts.js";

let server: TestDatabase;
const opened: Database[] = [];
beforeAll(async () => {
  server = await newDatabase();
});
afterAll(async () => {
  for (const database of opened) await database.close();
  await server.close();
});

function open(url = server.url): Database {
  const database = openDatabase({ url, connections: 2, log: newLines().log, metrics: newMetrics() });
  opened.push(database);
  return database;
}
const never = () => undefined;

it("is refused with both numbers when it is larger than what is free", async () => {
  const { rows } = await server.pool.query<{ most: string }>("select current_setting('max_connections') as most");
  const most = Number(rows[0]?.most);
  await expect(holdBudget(open(), most, never)).rejects.toThrow(
    new RegExp(
      `this process may hold ${most} connections, but PostgreSQL has \\d+ free \\(max_connections ${most}, 3 reserved`,
    ),
  );
  await holdBudget(open(), 5, never);
});

it("counts the connections of everybody", async () => {
  const freeNow = async () => {
    const refused = await holdBudget(open(), 10_000, never).catch((error: Error) => error.message);
    return Number(/has (\d+) free/.exec(String(refused))?.[1]);
  };
  const before = await freeNow();
  const others = await Promise.all(Array.from({ length: 6 }, () => server.pool.connect()));
  await eventually(async () => (await freeNow()) <= before - 4, "fewer to be free");
  for (const other of others) other.release();
});

it("is looked at as soon as PostgreSQL answers, and not any more when the process ends before", async () => {
  const url = new URL(server.url);
  const proxy = await newTcpProxy(Number(url.port));
  await proxy.kill();
  url.port = String(proxy.port);
  const database = open(url.href);
  const releases: (() => unknown)[] = [];
  await holdBudget(database, 5, (_, step) => void releases.push(step));
  expect(releases).toHaveLength(1);
  await proxy.pass();
  await eventually(() => proxy.accepted() > 0, "another look");
  for (const release of releases) await release();
  await proxy.close();
});

it("leaves the pool what the process does not hold itself, and at least one", () => {
  expect(poolOf({ databaseConnections: 6 }, 1)).toBe(5);
  expect(() => poolOf({ databaseConnections: 3 }, 3)).toThrow("GX_DB_POOL: 3 connections are not enough");
});
