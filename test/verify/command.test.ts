// What `gx verify` prints and how it ends.
import { register } from "../../cli/verify.js";
import { freePort, newDatabase, type TestDatabase } from "../environment.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { runCommand } from "./run-command.js";

let ledger: GxLedger;
let rows: TestDatabase;
const before = { ...process.env };

beforeAll(async () => {
  ledger = await newGxLedger();
  rows = await newDatabase();
});
afterAll(async () => {
  await ledger.stop();
  await rows.close();
});
afterEach(() => {
  process.env = { ...before };
  process.exitCode = 0;
});

const gx = (...args: string[]) =>
  runCommand(register, { databaseUrl: rows.url, profilePath: ledger.profilePath }, "verify", ...args);

test("says ok for every check and that everything agrees, and ends with 0", async () => {
  const { text, status } = await gx();
  expect(text).toMatch(/^ok {4}app\.chain/m);
  expect(text).not.toContain("FAULT");
  expect(text).toMatch(/Everything agrees at block -1/);
  expect(status).toBeFalsy();
});

test("names each difference, lists twenty, says what to do, and ends with 1", async () => {
  await rows.pool.query(
    `insert into read.counter (name, value) select 'planted' || n, n from generate_series(10, 40) as n`,
  );
  const { text, status } = await gx();
  expect(text).toMatch(/^FAULT read\.counter +0 compared, 31 differences/m);
  expect(text).toContain("  read.counter: planted10 is in no block");
  expect(text).toContain("… and 11 more");
  expect(text).toContain("Only rows of schema read differ.");
  expect(status).toBe(1);
});

test("--json prints one object with every difference", async () => {
  const { text, status } = await gx("--json");
  const verdict = JSON.parse(text) as { ok: boolean; checks: { name: string; ok: boolean; differences: string[] }[] };
  expect(verdict).toMatchObject({ ok: false, block: -1, height: 1 });
  expect(verdict.checks.find(({ name }) => name === "read.counter")?.differences).toHaveLength(31);
  expect(status).toBe(1);
});

test("a database that is away is named, with what to do", async () => {
  const port = await freePort();
  const { url } = rows;
  rows = { ...rows, url: `postgresql://postgres@127.0.0.1:${port}/gx` };
  await expect(gx()).rejects.toThrow(`the database at 127.0.0.1:${port} does not answer`);
  rows = { ...rows, url };
});
