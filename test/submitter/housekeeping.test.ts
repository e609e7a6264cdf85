// Housekeeping: which accounts are folded, when, and by which commands; then the whole way, with a leader killed in between.
import { randomBytes } from "node:crypto";
import { admin } from "../../catalogue/events/admin.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { openDatabase, type Database } from "../../platform/database.js";
import { newHousekeeper } from "../../workers/submitter/housekeeping.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { newLines, newMetrics, valueOf, type Lines } from "../platform/parts.js";
import { historyOf, type Event, type History } from "../projector/history.js";
import { ADMIN } from "./world.js";

const OTHER = "00000000-0000-7000-8000-0000000000ff";
const FUND = "SYSTEM_OPERATIONS_FUND";
const rules = { admin: ADMIN, after: 3, afterSeconds: 60 };

let rows: TestDatabase;
let database: Database;
let history: History;
let lines: Lines;
let looks = 0;
let stop: AbortController;
const working: Promise<void>[] = [];

beforeEach(async () => {
  rows = await newDatabase();
  lines = newLines();
  const opened = openDatabase({ url: rows.url, connections: 2, log: lines.log, metrics: newMetrics() });
  const query: Database["query"] = (name, ...rest) => {
    if (name === "housekeeping_system") looks += 1;
    return opened.query(name, ...rest);
  };
  database = { ...opened, query };
  history = historyOf(rows.pool);
  stop = new AbortController();
  await history.happened([
    admin.SystemBootstrapped({ profile: "devnet", operatorMsp: "Org1MSP", admins: [ADMIN] }),
    admin.AdminAppointed({ adminId: ADMIN, appointedBy: ADMIN }),
  ]);
});
afterEach(async () => {
  stop.abort();
  await Promise.all(working.splice(0));
  await database.close();
  await rows.close();
});

function keepHouse(over: Partial<typeof rules> | "off" = {}) {
  const metrics = newMetrics();
  const every = { lookMs: 2, restMs: 20 };
  const wake = async () => true;
  const given = over === "off" ? over : { ...rules, ...over };
  working.push(newHousekeeper({ rules: given, database, wake, log: lines.log, metrics, every }).keep(stop.signal));
  return metrics;
}
/** Resolves when a look that began after this call has ended. */
const looked = (): Promise<unknown> => {
  const before = looks;
  return eventually(() => looks >= before + 1 + working.length, "a look of each");
};

const hash = () => randomBytes(32).toString("hex");
const now = () => Math.floor(Date.now() / 1_000);
/** Credits of one transaction to an account. */
async function credit(txId = hash(), { accountId = FUND, commands = 1, at = now() } = {}): Promise<string> {
  const events = Array.from({ length: commands }, (_, place): Event => ({
    ...tokenomics.AccountCredited({ accountId, deltaKey: `${txId}~${place}`, amount: "2" }),
    at,
  }));
  await history.happened(events);
  return txId;
}
async function credits(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, hash);
  const at = now();
  await history.happened(
    ids.map((txId, place) => ({
      ...tokenomics.AccountCredited({ accountId: FUND, deltaKey: `${txId}~0`, amount: "2" }),
      at: at + place,
    })),
  );
  return ids;
}

interface Asked {
  id: string;
  actor: string;
  role: string;
  status: string;
  input: { accountId: string; txIds: string[] };
}
const asked = async (): Promise<Asked[]> =>
  (await rows.pool.query<Asked>("select id, actor, role, status, input from app.command order by seq")).rows;
const askedOf = (count: number) =>
  eventually(async () => ((await asked()).length >= count ? asked() : undefined), `${count} folds`);
const ends = (status: string) => rows.pool.query("update app.command set status = $1", [status]);

test("an account with more credits than the limit is folded whole, by an ordinary command of the housekeeper", async () => {
  const metrics = keepHouse();
  const first = await credits(3);
  await looked();
  expect(await asked()).toEqual([]);
  const fourth = await credit(hash(), { at: now() + 9 });
  const [fold] = await askedOf(1);
  expect(fold).toMatchObject({ actor: ADMIN, role: "gx_admin", status: "ACCEPTED" });
  expect(fold?.input).toEqual({ accountId: FUND, txIds: [...first, fourth] });
  expect(await valueOf(metrics, "outbox_unfolded_deltas")).toBe(4);
  expect(await valueOf(metrics, "outbox_folds_total")).toBe(1);
});

test("credits of one transaction are one credit on the ledger, and count once", async () => {
  keepHouse();
  await credit(hash(), { commands: 9 });
  await looked();
  expect(await asked()).toEqual([]);
});

test("a credit that is too old has its account folded, and no other", async () => {
  keepHouse();
  await credit(hash(), { accountId: "SYSTEM_GX_POOL" });
  const old = await credit(hash(), { at: now() - 61 });
  const [fold] = await askedOf(1);
  expect(fold?.input).toEqual({ accountId: FUND, txIds: [old] });
  await looked();
  expect(await asked()).toHaveLength(1);
});

test("a long list is parted, as many parts at a time as may be open, and nothing is asked for twice", async () => {
  const ids = await credits(2_100);
  keepHouse();
  keepHouse();
  const folds = await askedOf(10);
  await looked();
  expect(await asked()).toHaveLength(10);
  expect(folds.map(({ input }) => input.txIds.length)).toEqual(Array(10).fill(200));
  expect(folds.flatMap(({ input }) => input.txIds).sort()).toEqual(ids.slice(0, 2_000).sort());
});

test("two leaders at a time, and one after a crash, ask for the same by the same commands", async () => {
  await credits(450);
  keepHouse();
  keepHouse();
  await askedOf(3);
  stop.abort();
  await Promise.all(working.splice(0));
  expect(await asked()).toHaveLength(3);
  // As if they had been killed between the first and the second, and the first is not seen as open.
  await rows.pool.query("delete from app.command where seq > (select min(seq) from app.command)");
  await rows.pool.query("update app.command set status = 'SUBMITTED', input = input || '{\"accountId\": \"other\"}'");
  stop = new AbortController();
  keepHouse();
  const again = await askedOf(3);
  expect(again.map(({ input }) => input.txIds.length)).toEqual([200, 200, 50]);
  await looked();
  expect(await asked()).toHaveLength(3);
});

test("a fold that took no effect is asked for again later, as another command", async () => {
  await credits(4);
  keepHouse();
  await askedOf(1);
  await ends("REFUSED");
  const [first, second] = await askedOf(2);
  expect(second?.input).toEqual(first?.input);
  await ends("FAILED");
  expect(new Set((await askedOf(3)).map(({ id }) => id)).size).toBe(3);
  expect(lines.with("Fold took no effect, asked for again later").map(({ status }) => status)).toEqual(
    expect.arrayContaining(["REFUSED", "FAILED"]),
  );
});

test("nothing is folded while the system is paused", async () => {
  await history.happened([admin.SystemPaused({ reason: "x", actor: ADMIN })]);
  await credits(4);
  const metrics = keepHouse();
  await looked();
  expect(await asked()).toEqual([]);
  expect(await valueOf(metrics, "outbox_unfolded_deltas")).toBe(4);
  await history.happened([admin.SystemResumed({ actor: ADMIN })]);
  await askedOf(1);
});

test("a housekeeper who is not appointed folds nothing, is told so once, and begins when it is appointed", async () => {
  await credits(4);
  keepHouse({ admin: OTHER });
  await looked();
  await looked();
  expect(await asked()).toEqual([]);
  const told = lines.with("Housekeeper is not an active admin, nothing is folded");
  expect(told).toMatchObject([
    { level: "WARN", admin: OTHER, advice: expect.stringContaining("appointAdmin") as string },
  ]);
  await history.happened([admin.AdminAppointed({ adminId: OTHER, appointedBy: ADMIN })]);
  expect((await askedOf(1))[0]?.actor).toBe(OTHER);
});

test("where it is switched off, it does not even look", async () => {
  await credits(4);
  const before = looks;
  keepHouse("off");
  await Promise.all(working);
  expect([looks, await asked()]).toEqual([before, []]);
});

test("an outage of the database is waited for", async () => {
  keepHouse();
  await looked();
  await rows.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await looked();
  await credits(4);
  await askedOf(1);
});
