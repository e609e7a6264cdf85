// The example that pays everybody in a CSV file: interrupted, killed and run again, it pays each person once.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@gx/client";
import pg from "pg";
import { biometricOf, ended, inBursts, newPerson } from "../../bench/load.js";
import { newSystem, type System } from "../../bench/system.js";
import { eventually } from "../environment.js";

const PEOPLE = 1_000;
const INTERRUPT_AT = 200;
const KILL_AT = 500;
const GENESIS = 500_000_000n;

const folder = mkdtempSync(join(tmpdir(), "gx-pay-"));
const csv = join(folder, "people.csv");
const journal = `${csv}.journal`;
const payer = newPerson();
const people = Array.from({ length: PEOPLE }, newPerson);
/** In Qirat. Below 3 GX a payment within a country costs no fee. */
const amountOf = (index: number) => BigInt((index % 9) + 1) * 10_000n;

let system: System;
let database: pg.Client;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  // As a system has them: whoever pays so many at once is told to come later, often.
  system = await newSystem(400, { RATE_LIMIT: "100", RATE_BURST: "200" });
  // Each of them may ask for two hundred persons at once.
  const partners = system.tokens("PARTNER_API", Array.from({ length: 5 }, newPerson));
  const clients = partners.map((token) => connect({ url: system.graphql, token }));
  const admin = system.tokens("ADMIN")[0] as string;
  // Children get no coins: what they hold afterwards is what they were paid.
  const create = async (userId: string, index: number) => {
    const who = { userId, biometricHash: biometricOf(userId), nationality: "NG", ageYears: userId === payer ? 30 : 12 };
    const sent = await clients[index % clients.length]?.send("createUser", who);
    if (!sent?.accepted) throw new Error(sent?.error.code);
    return sent.commandId;
  };
  const ids = await inBursts([payer, ...people], 8, create);
  for (const client of clients) client.close();
  database = new pg.Client({ connectionString: system.databaseUrl() });
  await database.connect();
  await eventually(
    async () => (await commandsOf("identity.createUser"))["COMMITTED"] === ids.length,
    "all persons",
    120_000,
  );
  expect((await ended(system, admin, ids.slice(0, 1))).map(({ status }) => status)).toEqual(["COMMITTED"]);
  const [token] = system.tokens("USER", [payer]);
  environment = { ...process.env, GX_TOKEN: token, GX_URL: system.graphql, NODE_OPTIONS: "" };
}, 240_000);
afterAll(async () => {
  await database.end();
  await system.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** How many commands of this name have which status. */
async function commandsOf(name: string): Promise<Record<string, number>> {
  const { rows } = await database.query<{ status: string; count: number }>(
    "select status, count(*)::int as count from app.command where name = $1 group by status",
    [name],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

const lines = () => (existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length : 0);
const pay = (...words: string[]) =>
  spawnSync(process.execPath, ["examples/pay/pay.mjs", csv, ...words], {
    ...{ env: environment, encoding: "utf8", timeout: 180_000 },
  });

const GOES_ON = "Interrupted. The same command goes on from here.";

/** Pays, and gets the signal when so many rows are done. */
async function stopped(signal: NodeJS.Signals, at: number) {
  const child = spawn(process.execPath, ["examples/pay/pay.mjs", csv], { env: environment });
  let error = "";
  child.stderr.on("data", (chunk: Buffer) => (error += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: string | null }>((settle) =>
    child.once("close", (code, by) => settle({ code, signal: by })),
  );
  await eventually(() => lines() > at + 2 || child.exitCode !== null, `${at} rows to be done`, 120_000);
  child.kill(signal);
  return { ...(await ended), error };
}

it("names bad rows by line and field, and sends nothing", async () => {
  writeFileSync(csv, `account,amount,remark\n${people[0]},1.50,fine\nada,1.0000001,\n${people[1]},0,a\tb\n`);
  const { status, stderr } = pay();
  expect(status).toBe(2);
  expect(stderr.split("\n")).toEqual([
    expect.stringMatching(/people\.csv:3: account: must be an account/),
    expect.stringMatching(/people\.csv:3: amount: must be GX above 0 with at most 6 decimals/),
    expect.stringMatching(/people\.csv:4: amount: must be GX above 0/),
    expect.stringMatching(/people\.csv:4: remark: must have at most 140 characters/),
    "Nothing was sent.",
    "",
  ]);
  expect([await commandsOf("tokenomics.transfer"), existsSync(journal)]).toEqual([{}, false]);
});

it("pays 1,000 persons each once over Ctrl-C and SIGKILL, and says who was paid in which block", async () => {
  const inGx = (qirat: bigint) => `0.${String(qirat).padStart(6, "0")}`;
  const rows = people.map((person, index) => `${person},${inGx(amountOf(index))},row ${index}`);
  writeFileSync(csv, ["account,amount,remark", ...rows].join("\n"));
  expect(await stopped("SIGINT", INTERRUPT_AT)).toEqual({ code: 130, signal: null, error: `${GOES_ON}\n` });
  expect(await stopped("SIGKILL", KILL_AT)).toEqual({ code: null, signal: "SIGKILL", error: "" });
  const done = lines() - 2;
  expect([done >= KILL_AT, done < PEOPLE]).toEqual([true, true]);

  const second = pay();
  expect([second.stderr, second.status]).toEqual(["", 0]);
  expect(second.stdout).toMatch(new RegExp(`Going on: \\d+ of ${PEOPLE} rows are done`));
  expect(second.stdout).toContain(`${PEOPLE} paid, 0 not.`);
  expect(await commandsOf("tokenomics.transfer")).toEqual({ COMMITTED: PEOPLE });

  const { rows: wallets } = await database.query<{ id: string; balance: string }>(
    "select id, stored + pending as balance from read.wallet where id = any($1)",
    [[payer, ...people]],
  );
  const balances = new Map(wallets.map(({ id, balance }) => [id, BigInt(balance)]));
  expect(people.map((person) => balances.get(person))).toEqual(people.map((_, index) => amountOf(index)));
  const sum = people.reduce((total, _, index) => total + amountOf(index), 0n);
  expect(balances.get(payer)).toBe(GENESIS - sum);

  const results = readFileSync(`${csv}.result.csv`, "utf8").trimEnd().split("\n");
  expect(results).toHaveLength(PEOPLE + 1);
  expect(results.slice(1).filter((line) => !/,COMMITTED,[0-9a-f-]{36},\d+,,$/.test(line))).toEqual([]);
}, 300_000);

it("has nothing left to pay when it is run once more, and refuses a changed file under the same journal", async () => {
  const again = pay();
  expect([again.stderr, again.status]).toEqual(["", 0]);
  expect(again.stdout).toContain("Paying 0 rows, 0 GX and fees");
  writeFileSync(csv, `${readFileSync(csv, "utf8")}\n${people[0]},1,once more`);
  const changed = pay();
  expect(changed.status).toBe(2);
  expect(changed.stderr).toMatch(/belongs to another run: the rows have changed since/);
  expect(await commandsOf("tokenomics.transfer")).toEqual({ COMMITTED: PEOPLE });
}, 120_000);

it("keeps what the ledger refused and says why, and goes on with the others", async () => {
  const other = join(folder, "two.csv");
  writeFileSync(other, `account,amount,remark\n${people[0]},400000,too much\n${people[1]},0.01,\n`);
  const run = spawnSync(process.execPath, ["examples/pay/pay.mjs", other], { env: environment, encoding: "utf8" });
  expect([run.status, run.stderr]).toEqual([1, ""]);
  expect(run.stdout).toContain("1 paid, 1 not.");
  expect(readFileSync(`${other}.result.csv`, "utf8")).toMatch(
    /REFUSED,[0-9a-f-]{36},\d+,INSUFFICIENT_FUNDS,The account does not hold enough\.\n.*,COMMITTED,/,
  );
}, 60_000);
