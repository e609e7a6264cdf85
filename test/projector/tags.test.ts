// The cache is told of every row that a block changes, before the block is committed, and only by the present leader.
import type { Pool } from "pg";
import { project } from "../../workers/projector/project.js";
import { tables, snake, type Table } from "../../workers/projector/tables.js";
import { tagsOf } from "../../workers/projector/tags.js";
import { newDatabase, type TestDatabase } from "../environment.js";
import { newWorld } from "../gateway/world.js";
import { historyOf } from "./history.js";

let made: TestDatabase;
let database: TestDatabase;
beforeAll(async () => {
  [made, database] = [await newDatabase(), await newDatabase()];
});
afterAll(async () => {
  await made.close();
  await database.close();
});

const asked = Object.values(tables)
  .flatMap((of) => Object.entries(of as Readonly<Record<string, Table>>))
  .filter(([, { key }]) => key.length === 1);

/** All rows that may be asked for by key, as text by tag. */
async function rowsOf(pool: Pool): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const [name, { key }] of asked) {
    const sql = `select ${snake(key[0] ?? "")}::text as key, to_jsonb(t)::text as row from read."${snake(name)}" t`;
    const { rows } = await pool.query<{ key: string; row: string }>(sql);
    for (const { key: id, row } of rows) all.set(`${name}:${id}`, row);
  }
  return all;
}
const lead = (number: number) =>
  database.pool.query(
    `insert into app.leadership (name, number, beat_at) values ('projector', $1, now())
     on conflict (name) do update set number = excluded.number`,
    [number],
  );

test("each row that a block of the world changes has its tag, told while nothing of the block is there", async () => {
  const history = historyOf(made.pool);
  await newWorld(history);
  await lead(1);
  let compared = 0;
  for (const block of history.blocks) {
    const before = await rowsOf(database.pool);
    let tags: string[] = [];
    await project(database.pool, [block], undefined, {
      tenure: { name: "projector", number: 1 },
      announce: async (changes, number) => {
        expect(number).toBe(block.number);
        expect(await rowsOf(database.pool)).toEqual(before);
        tags = [...(tagsOf(changes) ?? new Map<string, string[]>()).values()].flat();
      },
    });
    const after = await rowsOf(database.pool);
    const changed = [...after.keys()].filter((tag) => before.get(tag) !== after.get(tag));
    compared += changed.length;
    expect(changed.filter((tag) => !tags.includes(tag))).toEqual([]);
  }
  expect(compared).toBeGreaterThan(50);
});

test("a leader that has a successor commits nothing", async () => {
  const history = historyOf(made.pool);
  const before = await database.pool.query("select * from read.checkpoint");
  await lead(2);
  const block = { ...history.make([{}]), number: Number((before.rows as { block: string }[])[0]?.block) + 1 };
  const late = project(database.pool, [block], undefined, {
    tenure: { name: "projector", number: 1 },
    announce: () => Promise.resolve(),
  });
  await expect(late).rejects.toMatchObject({ code: "LEADERSHIP_OVER" });
  expect((await database.pool.query("select * from read.checkpoint")).rows).toEqual(before.rows);
});

test("a block whose rows cannot be told is not committed", async () => {
  const history = historyOf(made.pool);
  const before = await database.pool.query("select * from read.checkpoint");
  const refused = project(database.pool, [history.make([{}])], undefined, {
    tenure: { name: "projector", number: 2 },
    announce: () => Promise.reject(new Error("not told")),
  });
  await expect(refused).rejects.toThrow("not told");
  expect((await database.pool.query("select * from read.checkpoint")).rows).toEqual(before.rows);
});
