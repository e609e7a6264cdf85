// What the submitter tells: its own changes of a command, once the row says so, and nothing that it did not change.
import { randomUUID } from "node:crypto";
import { becomeLeader, type Leadership } from "../../platform/leader.js";
import { openDatabase, type Database } from "../../platform/database.js";
import { openStore, type FullRow, type Store } from "../../workers/submitter/store.js";
import { telling } from "../../workers/submitter/tell.js";
import { newDatabase, type TestDatabase } from "../environment.js";
import { newLines, newMetrics } from "../platform/parts.js";

const ROLE = "gx_admin";
let database: TestDatabase;
let over: Database;
let leader: Leadership;
let store: Store;
/** Ids that were told, with the status that the row had at that moment. */
let told: { id: string; status: Promise<string> }[];
beforeAll(async () => {
  database = await newDatabase();
  over = openDatabase({ url: database.url, connections: 4, log: newLines().log, metrics: newMetrics() });
  const { signal } = new AbortController();
  const led = await becomeLeader({ url: database.url, name: "tell", log: newLines().log, signal });
  if (!led) throw new Error("leadership was not given");
  leader = led;
  store = telling(openStore(over, ROLE, leader), {
    tell: ({ commands = [] }) => {
      for (const id of commands) told.push({ id, status: statusOf(id) });
    },
  });
});
beforeEach(() => (told = []));
afterAll(async () => {
  await leader.release();
  await over.close();
  await database.close();
});

async function statusOf(id: string): Promise<string> {
  const { rows } = await database.pool.query<{ status: string }>("select status from app.command where id = $1", [id]);
  return rows[0]?.status ?? "";
}
async function accepted(): Promise<FullRow> {
  const id = randomUUID();
  await database.pool.query(
    `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size)
     values ($1::uuid, $1::uuid, $1::text, '', 'admin', 'admin.pauseSystem', $2, '{}', '{system}', 1, 100)`,
    [id, ROLE],
  );
  return { id, name: "admin.pauseSystem", domain: "admin", actor: id, input: {}, attempt: 0, failures: 0, trace: null };
}
const toldOf = async () => Promise.all(told.map(async ({ id, status }) => [id, await status]));

test("a submission, each of its commands, after it is noted", async () => {
  const rows = [await accepted(), await accepted()];
  await store.submitted(rows, "tx");
  expect(await toldOf()).toEqual(rows.map(({ id }) => [id, "SUBMITTED"]));
});

test("a wait, a counted failure and the end of trying", async () => {
  const row = await accepted();
  await store.waits([row.id], "WAIT: away");
  expect(await toldOf()).toEqual([[row.id, "ACCEPTED"]]);
  await store.counted(row, "INTERNAL: odd");
  expect(await toldOf()).toHaveLength(2);
  await store.failed(row, "INTERNAL: odd");
  expect(await toldOf()).toEqual(["ACCEPTED", "ACCEPTED", "FAILED"].map((status) => [row.id, status]));
});

test("nothing where somebody else went on with the command", async () => {
  const row = await accepted();
  const late = { ...row, attempt: 5 };
  expect(await store.counted(late, "INTERNAL: odd")).toBeUndefined();
  expect(await store.failed(late, "INTERNAL: odd")).toBe(false);
  expect(told).toEqual([]);
});
