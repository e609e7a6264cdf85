// A process that writes a block of 500 events is killed before each of its statements, after the last one, and while the
// commit is on its way. What it left is the block before or the whole block, and the next start makes of it what a rebuild has.
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serialize } from "node:v8";
import { admin } from "../../catalogue/events/admin.js";
import { identity } from "../../catalogue/events/identity.js";
import { tax } from "../../catalogue/events/tax.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { slotsOf } from "../../catalogue/economy.js";
import { root } from "../../platform/config.js";
import { project } from "../../workers/projector/project.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { historyOf, NOW, outcome, type Event, type History } from "../projector/history.js";

const EVENTS = 500;
const TX = "f".repeat(64);
const FEES = "SYSTEM_OPERATIONS_FUND";
const ADMIN = randomUUID();
const program = join(root, "dist", `kill-child-${process.pid}.mjs`);
const file = `${program}.blocks`;

const begin: Event[] = [
  admin.SystemBootstrapped({ profile: "devnet", operatorMsp: "Org1MSP", admins: [ADMIN] }),
  admin.AdminAppointed({ adminId: ADMIN, appointedBy: ADMIN }),
  admin.CountryDataInitialized({
    countries: [
      { code: "NG", name: "Nigeria", region: null, share: "0.03384748", units: 3384748, slots: slotsOf(3384748) },
    ],
    ...{ totalCountries: 1, totalUnits: 3384748 },
  }),
];
const key = (deltaKey = `${TX}~${randomUUID()}`) => deltaKey;

function created(userId: string): Event[] {
  const of = { userId, nationality: "NG", phase: 1 };
  return [
    identity.UserCreated({ ...of, ageYears: 30, status: "ACTIVE", trustScore: 10, genesisOutcome: "DISTRIBUTED" }),
    tokenomics.BalanceChanged({ accountId: userId, balance: "500000000" }),
    tax.TaxTimerChanged({ accountId: userId, timerStart: NOW }),
    tokenomics.GenesisDistributed({ ...of, ageYears: 30, amount: "500000000" }),
    tokenomics.TreasuryAllocated({ ...of, countryCode: "NG", accountId: "treasury_NG", amount: "50000000" }),
    tokenomics.AccountCredited({ accountId: "treasury_NG", deltaKey: key(), amount: "50000000" }),
    tokenomics.AccountCredited({ accountId: "MINTED_USER_GENESIS", deltaKey: key(), amount: "500000000" }),
    tokenomics.AccountCredited({ accountId: "MINTED_GOVT_GENESIS", deltaKey: key(), amount: "50000000" }),
  ];
}

function transferred(from: string, to: string): Event[] {
  const fee = { kind: "P2P", scope: "LOCAL", rateBps: 15 } as const;
  return [
    tokenomics.TransferCompleted({
      ...fee,
      from,
      to,
      amount: "5000000",
      fee: "7500",
      remark: "rent",
      multiSigTxId: null,
    }),
    tax.FeeCharged({ ...fee, payer: from, amount: "7500" }),
    tokenomics.BalanceChanged({ accountId: from, balance: "494992500" }),
    tokenomics.BalanceChanged({ accountId: to, balance: "505000000" }),
    tokenomics.AccountCredited({ accountId: FEES, deltaKey: key(), amount: "7500" }),
  ];
}

/** Changes rows of every table, most of them of rows that the same block makes. */
function bigBlock(history: History): string[] {
  const people = Array.from({ length: 56 }, () => randomUUID());
  const commands = [
    ...people.map((userId) => created(userId)),
    ...people.slice(1, 10).map((userId, index) => transferred(people[index] ?? "", userId)),
    [
      admin.SystemParameterUpdated({
        parameterId: "feeP2pLocalMidBps",
        value: 5,
        previousValue: 4,
        source: "SUPER_ADMIN",
      }),
    ],
    [{ name: "CoinEaten", domain: "tax" } as unknown as Event],
  ];
  const pauses = EVENTS - commands.flat().length;
  expect(pauses).toBeGreaterThan(0);
  const outcomes = [
    ...commands,
    ...Array.from({ length: pauses }, () => [admin.SystemPaused({ reason: "drill", actor: ADMIN })]),
  ].map((events) => outcome({ events }));
  history.make(outcomes.slice(0, 30), outcomes.slice(30));
  return outcomes.map(({ commandId }) => commandId);
}

/** Hash of every row of every table that the projector writes. */
async function digest({ pool }: TestDatabase): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'read' order by 1",
  );
  const hashes = [...rows.map(({ name }) => name), "app.command"].map(
    (name) => `md5(coalesce((select string_agg(t::text, ' ' order by t::text) from ${name} as t), ''))`,
  );
  const found = await pool.query<{ all: string }>(`select ${hashes.join(" || ")} as all`);
  return found.rows[0]?.all ?? "";
}

const backendsOf = async ({ pool }: TestDatabase) =>
  (await pool.query("select from pg_stat_activity where datname = current_database() and application_name = 'victim'"))
    .rowCount;

interface End {
  killed: boolean;
  statements: number;
  stderr: string;
}

function child(url: string, ...args: (string | number)[]): Promise<End> {
  const running = spawn(process.execPath, [program, url, file, ...args.map(String)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  running.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  running.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) =>
    running.once("close", (_, signal) => resolve({ killed: signal === "SIGKILL", statements: Number(stdout), stderr })),
  );
}

let killed: TestDatabase;
let whole: TestDatabase;
beforeAll(async () => {
  // One file, so that a start costs little; from the sources, so that it is what they say now.
  const bundle = [
    "test/projector/kill-child.ts",
    "--bundle",
    "--platform=node",
    "--format=esm",
    `--outfile=${program}`,
  ];
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  const quiet = ["--external:pg-native", "--external:pkcs11js", "--log-level=error", `--banner:js=${banner}`];
  execFileSync(join(root, "node_modules", ".bin", "esbuild"), [...bundle, ...quiet], { cwd: root });
  [killed, whole] = await Promise.all([newDatabase(), newDatabase()]);
});
afterAll(async () => {
  rmSync(program, { force: true });
  rmSync(file, { force: true });
  await Promise.all([killed.close(), whole.close()]);
});

test("whatever statement it is killed at, the block is whole or not there, and after the next start as in a rebuild", async () => {
  const history = historyOf(whole.pool);
  history.make([outcome({ events: begin })]);
  const ids = [bigBlock(history)];
  const write = async () => writeFileSync(file, serialize(history.blocks));
  await write();
  const accept = async ({ pool }: TestDatabase) => {
    const known = ids.flat();
    await pool.query(
      `insert into app.command (id, seq, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size, status, accepted_at)
       select id, row_number() over (), id, id::text, '', 'd', 'c', 'r', '{}', '{}', 1, 1, 'SUBMITTED', to_timestamp(0)
       from unnest($1::uuid[]) as id`,
      [known],
    );
  };
  // Once without a kill: how many statements there are.
  const counting = await newDatabase();
  const { statements } = await child(counting.url, 1, 0, "never");
  await counting.close();
  const points = [
    ...Array.from({ length: statements }, (_, index) => ({ at: index + 1, when: "before" })),
    ...[
      { at: statements, when: "sent" },
      { at: statements, when: "after" },
    ],
  ];
  expect(statements).toBeGreaterThan(15);
  while (ids.length < points.length) ids.push(bigBlock(history));
  await write();
  await Promise.all([accept(killed), accept(whole)]);

  const states: string[] = [];
  for (const block of history.blocks) {
    await project(whole.pool, [block]);
    states.push(await digest(whole));
  }
  const left = { nothing: 0, all: 0 };
  for (const [index, { at, when }] of points.entries()) {
    const victim = index + 1;
    const end = await child(killed.url, victim, at, when);
    expect(end).toMatchObject({ killed: true, stderr: "" });
    await eventually(async () => (await backendsOf(killed)) === 0, "the server to have noticed the kill");
    const state = await digest(killed);
    const found = { [states[victim - 1] ?? ""]: "nothing", [states[victim] ?? ""]: "all" }[state];
    expect(`killed ${when} statement ${at}: ${found ?? "half"} of the block`).not.toContain("half");
    left[found === "all" ? "all" : "nothing"] += 1;
  }
  const last = history.blocks.length - 1;
  expect(await child(killed.url, last, 0, "never")).toMatchObject({ killed: false, stderr: "" });
  expect(await digest(killed)).toBe(states[last]);
  expect(left.all).toBeGreaterThanOrEqual(1);
  expect(left.nothing).toBeGreaterThanOrEqual(statements);
  console.log(
    `${statements} statements for a block of ${EVENTS} events: ${points.length} kills, ${left.nothing} left nothing of the block, ${left.all} all of it`,
  );
}, 120_000);
