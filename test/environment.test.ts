// The servers that suites ask for are real, apart from each other, and quick to have.
import { eventually, newDatabase, newRedis } from "./environment.js";

test("a database holds the migrated schemas and is not seen by its neighbour", async () => {
  const one = await newDatabase();
  const other = await newDatabase();
  await one.pool.query("insert into app.chain (channel, genesis_hash) values ('gx', 'ab')");
  const { rows } = await other.pool.query<{ schema: string }>(
    "select distinct table_schema as schema from information_schema.tables where table_schema in ('app', 'read') order by 1",
  );
  expect(rows.map(({ schema }) => schema)).toEqual(["app", "read"]);
  expect((await other.pool.query("select from app.chain")).rowCount).toBe(0);
  await one.close();
  await other.close();
});

test("a Redis that was killed comes back empty on its port", async () => {
  const redis = await newRedis();
  await redis.client.set("a", "1");
  await redis.kill();
  await redis.start();
  expect(await eventually(async () => (await redis.client.get("a")) === null, "the empty Redis")).toBe(true);
  await redis.close();
});
