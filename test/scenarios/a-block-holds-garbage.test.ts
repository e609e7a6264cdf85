// Somebody orders envelopes that are no transactions: peers mark them invalid or not, readers go on, and rows stay right.
import { randomBytes } from "node:crypto";
import { verify } from "../../cli/verify/verify.js";
import { followBlocks } from "../../platform/blocks.js";
import { newDatabase, type TestDatabase } from "../environment.js";
import { historyOf, outcome } from "../projector/history.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { startProjector, stopProjectors } from "../projector/running.js";

let ledger: GxLedger;
let rows: TestDatabase;
beforeAll(async () => {
  ledger = await newGxLedger();
  rows = await newDatabase();
});
afterAll(async () => {
  await stopProjectors();
  await ledger.stop();
  await rows.close();
});

test("garbage that peers marked invalid changes nothing, whatever bytes it has", async () => {
  const projector = startProjector(ledger, rows.url);
  await ledger.setUp();
  const kinds = [
    Buffer.from("garbage"),
    Buffer.alloc(0),
    randomBytes(2_000),
    Buffer.alloc(300, 0xff),
    Buffer.from([8, 1]),
  ];
  for (const garbage of kinds) {
    ledger.faults.next("submit", { garbage });
    await ledger.user();
  }
  await projector.reaches();
  await projector.stop();
  expect(ledger.faults.met("submit")).toBe(kinds.length);
  const invalid: number[] = [];
  for await (const block of followBlocks({ connection: ledger.connection, identity: ledger.reader, from: 0 })) {
    invalid.push(...block.transactions.filter(({ valid }) => !valid).map(({ code }) => code));
    if (block.number === ledger.height() - 1) break;
  }
  expect(invalid).toHaveLength(kinds.length);
  const look = { connection: ledger.connection, identity: ledger.reader, databaseUrl: rows.url };
  const { report } = await verify({ ...look, say: () => undefined });
  expect(report.checks.flatMap(({ differences }) => differences)).toEqual([]);
  const users = await rows.pool.query(`select count(*)::int as users from read."user"`);
  expect(users.rows).toEqual([{ users: kinds.length }]);
  expect(projector.lines.filter(({ level }) => level === "ERROR")).toEqual([]);
});

test("garbage that peers called valid is kept raw, between transactions that are projected", async () => {
  const other = await newDatabase();
  const history = historyOf(other.pool);
  const raw = randomBytes(1_000);
  const commands = [outcome({}), outcome({})];
  await history.block([commands[0] ?? {}], { unreadable: { raw, detail: "no action" } }, [commands[1] ?? {}], {
    ...{ valid: false, code: 11, payload: raw },
  });
  const found = await other.pool.query("select reason, raw, position from read.quarantine");
  expect(found.rows).toEqual([{ reason: "UNREADABLE_TRANSACTION", raw, position: "000000000000-000001-0000-000000" }]);
  expect((await other.pool.query("select block from read.checkpoint")).rows).toEqual([{ block: "0" }]);
  await other.close();
});
