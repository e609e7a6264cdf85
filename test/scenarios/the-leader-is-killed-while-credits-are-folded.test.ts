// The leader is killed while credits are folded: 1,000 of them end in the stored part, each once, and no balance moves.
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { verify } from "../../cli/verify/verify.js";
import { functions } from "../../catalogue/wire.js";
import { openDatabase, type Database } from "../../platform/database.js";
import { actAs, type Fabric } from "../../platform/fabric.js";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { lead } from "../../workers/projector/follow.js";
import { measure } from "../../workers/projector/measure.js";
import { newProgress } from "../../workers/projector/progress.js";
import { eventually, freePort } from "../environment.js";
import { newLines, newMetrics } from "../platform/parts.js";
import { ADMIN, bootstrap, country, newWorld, person, type World } from "../submitter/world.js";

const FUND = "SYSTEM_OPERATIONS_FUND";
const CREDITS = 1_000;
const PAYERS = 50;
/** Commands of one transaction, whose credits are one on the ledger. */
const TOGETHER = 4;
const FOLD_AFTER = 20;

let world: World;
let database: Database;
let following: Promise<void>;
const stop = new AbortController();
const progress = newProgress();
const submitters: ChildProcess[] = [];

beforeAll(async () => {
  world = await newWorld({ batchTimeoutMs: 100 });
  const { log } = newLines("silent");
  database = openDatabase({ url: world.database.url, connections: 4, log, metrics: newMetrics() });
  const measures = measure(newMetrics(), progress, world.connection);
  const identity = readIdentity(readProfile(world.profilePath), "reader");
  const { connection } = world;
  following = lead(
    { connection, identity, database, databaseUrl: world.database.url, log, measures, progress },
    stop.signal,
  );
});
afterAll(async () => {
  for (const child of submitters) child.kill("SIGKILL");
  stop.abort();
  await following;
  await database.close();
  await world.close();
});

// ---------------------------------------------------------------- the credits

const as = (name: string): Fabric => actAs(world.connection, readIdentity(readProfile(world.profilePath), name));
const command = (name: string, actor: string, input: object) => ({ id: randomUUID(), command: name, actor, input });

/** One transaction, ordered; its block is not waited for. */
async function send(fabric: Fabric, ...commands: object[]): Promise<void> {
  const endorsed = await fabric.endorse(functions.execute, JSON.stringify({ version: 1, commands }));
  await endorsed.submit();
}
const seen = () => eventually(() => progress.projected === world.ledger().height() - 1, "the rows");
const blockAfter = async (work: () => Promise<unknown>) => {
  const height = world.ledger().height();
  await work();
  await eventually(() => world.ledger().height() > height, "the block");
};

/** 1,000 payments that credit the fund. */
async function credit(): Promise<void> {
  const [superAdmin, partner] = [as("org1-super-admin"), as("org1-partner-api")];
  await blockAfter(() => send(superAdmin, command("admin.bootstrapSystem", ADMIN, bootstrap)));
  await blockAfter(() => send(superAdmin, command("admin.initializeCountryData", ADMIN, country)));
  const payers = Array.from({ length: PAYERS }, person);
  await blockAfter(() => send(partner, ...payers.map((payer) => command("identity.createUser", ADMIN, payer))));
  // A payer pays once in a block: two payments of one account would be a conflict.
  for (let round = 0; round < CREDITS / TOGETHER / PAYERS; round += 1) {
    const pay = ({ userId }: { userId: string }) =>
      send(
        partner,
        ...Array.from({ length: TOGETHER }, () =>
          command("tokenomics.transfer", userId, { to: FUND, amount: "3000", remark: null }),
        ),
      );
    await blockAfter(() => Promise.all(payers.map(pay)));
    await paidIn(round + 1);
  }
  await seen();
}
const waiting = async () => {
  const { rows } = await world.database.pool.query<{ transactions: number }>(
    "select count(distinct tx_id)::int as transactions from read.delta where account_id = $1 and not folded",
    [FUND],
  );
  return rows[0]?.transactions ?? 0;
};
const paidIn = (rounds: number) => eventually(async () => (await waiting()) === rounds * PAYERS, "the round's blocks");

const holding = async () => {
  const { rows } = await world.database.pool.query<{ stored: string; pending: string }>(
    "select stored, pending from read.wallet where id = $1",
    [FUND],
  );
  return rows[0];
};

// ---------------------------------------------------------------- the submitters

async function startSubmitter(): Promise<ChildProcess> {
  const program = join(import.meta.dirname, "..", "submitter", "submitter-process.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, "gx_admin"], {
    stdio: "ignore",
    env: {
      ...{ PATH: process.env["PATH"], GX_ENV: "development", GX_HOME: world.home },
      ...{ DATABASE_URL: world.database.url, REDIS_URL: world.redis.url, FABRIC_PROFILE: world.profilePath },
      ...{ SUBMITTER_PORT: String(await freePort()), FOLD_AFTER: String(FOLD_AFTER), FOLD_AFTER_SECONDS: "86400" },
    },
  });
  submitters.push(child);
  return child;
}
const folds = async (...statuses: string[]) => {
  const { rows } = await world.database.pool.query<{ id: string; status: string }>(
    "select id, status from app.command where name = 'admin.foldDeltas' and status = any($1)",
    [statuses],
  );
  return rows;
};

test("all credits are folded once by the next leader, and nothing else changes", async () => {
  await credit();
  expect(await holding()).toEqual({ stored: "0", pending: "3000000" });
  const first = await startSubmitter();
  await startSubmitter();
  const open = await eventually(async () => {
    const rows = await folds("ACCEPTED", "SUBMITTED");
    return rows.length > 0 ? rows : undefined;
  }, "folds under way");
  first.kill("SIGKILL");
  await eventually(async () => (await waiting()) <= FOLD_AFTER, "the credits to be folded", 30_000);
  await eventually(async () => (await folds("ACCEPTED", "SUBMITTED")).length === 0, "the folds to end");
  await seen();

  expect(await waiting()).toBe(0);
  expect(await holding()).toEqual({ stored: "3000000", pending: "0" });
  const outcomes = await world.outcomes();
  const folded = outcomes.flatMap(({ events }) => events.filter(({ name }) => name === "DeltasFolded"));
  const txIds = folded.flatMap((event) => event["txIds"] as string[]);
  expect([txIds.length, new Set(txIds).size]).toEqual([CREDITS / TOGETHER, CREDITS / TOGETHER]);
  expect((await folds("COMMITTED")).map(({ id }) => id)).toEqual(expect.arrayContaining(open.map(({ id }) => id)));
  expect(await folds("REFUSED", "FAILED")).toEqual([]);
  expect((await world.transactions()).filter(({ valid }) => !valid)).toEqual([]);
  const { connection } = world;
  const identity = readIdentity(readProfile(world.profilePath), "reader");
  const { report } = await verify({ connection, identity, databaseUrl: world.database.url, say: () => undefined });
  expect(report.checks.flatMap(({ differences }) => differences)).toEqual([]);
}, 120_000);
