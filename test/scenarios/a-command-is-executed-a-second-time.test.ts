// A command's envelope is ordered twice, and the command is executed once more by another transaction: what the first
// execution made of it stays its outcome, and nothing is counted twice.
import { randomUUID } from "node:crypto";
import { newDatabase, type TestDatabase } from "../environment.js";
import { historyOf, outcome } from "../projector/history.js";
import { newGxLedger, type Asked, type GxLedger } from "../projector/ledger.js";
import { startProjector, stopProjectors } from "../projector/running.js";

let ledger: GxLedger;
let rows: TestDatabase;
beforeEach(async () => {
  rows = await newDatabase();
});
afterEach(async () => {
  await stopProjectors();
  await rows.close();
});
afterAll(() => ledger.stop());

const accept = async (id: string) => {
  await rows.pool.query(
    `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size, status)
     values ($1::uuid, $1::uuid, $1::text, '', 'tokenomics', 'transfer', 'gx_partner_api', '{}', '{}', 1, 1, 'SUBMITTED')`,
    [id],
  );
};
const facts = async (id: string) =>
  (
    await rows.pool.query<{ status: string; block: string }>(
      "select status, code, block, tx_index, batch_index, tx_id, committed_at, event_names from app.command where id = $1",
      [id],
    )
  ).rows[0];

test("on the ledger: the later copies change neither the command nor any balance", async () => {
  ledger = await newGxLedger();
  await ledger.setUp();
  const [ada, emma] = [await ledger.user(), await ledger.user()];
  const projector = startProjector(ledger, rows.url);
  const transfer: Asked = {
    id: randomUUID(),
    command: "tokenomics.transfer",
    actor: ada,
    input: { to: emma, amount: "5000000" },
  };
  const refused: Asked = { ...transfer, id: randomUUID(), input: { to: emma, amount: "999999999999" } };
  const ids = [transfer, refused].map(({ id = "" }) => id);
  for (const id of ids) await accept(id);
  ledger.faults.next("submit", { again: 0 });
  await ledger.execute(transfer, refused);
  await projector.reaches();
  const first = await Promise.all(ids.map(facts));
  expect(first).toMatchObject([{ status: "COMMITTED" }, { status: "REFUSED", code: "INSUFFICIENT_FUNDS" }]);
  const balances = () => rows.pool.query("select id, stored, pending from read.wallet order by id");
  const before = (await balances()).rows;

  // A refused command would succeed now; its first outcome stands.
  await ledger.execute({ ...refused, input: { to: emma, amount: "1" } }, transfer, transfer);
  await ledger.execute(transfer);
  await projector.reaches();
  expect(await Promise.all(ids.map(facts))).toEqual(first);
  expect((await balances()).rows).toEqual(before);
  const lines = await rows.pool.query("select count(*)::int as lines from read.entry where command_id = any($1)", [
    ids,
  ]);
  expect(lines.rows).toEqual([{ lines: 4 }]);
  await projector.stop();
});

test("in blocks: a repeated outcome and an invalid copy do not touch the command, whatever they say", async () => {
  const history = historyOf(rows.pool);
  const commandId = randomUUID();
  await accept(commandId);
  await history.block([outcome({ commandId })]);
  const first = await facts(commandId);
  expect(first).toMatchObject({ status: "COMMITTED", block: "0" });
  const payload = Buffer.from(
    JSON.stringify({ version: 1, outcomes: [outcome({ commandId, status: "refused", code: "PAUSED" })] }),
  );
  await history.block([outcome({ commandId, repeatOf: "f".repeat(64) })], { valid: false, code: 9, payload });
  await history.block([outcome({ commandId, status: "refused", code: "PAUSED", repeatOf: "f".repeat(64) })]);
  expect(await facts(commandId)).toEqual(first);
});
