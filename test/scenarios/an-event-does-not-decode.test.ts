// A transaction that peers called valid carries what nobody can read: it is kept raw with an alarm, and projection goes on.
import { randomUUID } from "node:crypto";
import { admin } from "../../catalogue/events/admin.js";
import { EVENT_NAME } from "../../catalogue/wire.js";
import { readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";
import { newDatabase, type TestDatabase } from "../environment.js";
import { CHAINCODE } from "../ledger/fixture.js";
import { valueOf } from "../platform/parts.js";
import { NOW } from "../projector/history.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { startProjector, type Running } from "../projector/running.js";

let ledger: GxLedger;
let rows: TestDatabase;
let projector: Running;
beforeAll(async () => {
  ledger = await newGxLedger({ chaincode: "test", chaincodePath: CHAINCODE });
  rows = await newDatabase();
  projector = startProjector(ledger, rows.url);
});
afterAll(async () => {
  await projector.stop();
  await ledger.stop();
  await rows.close();
});

/** A valid transaction of a chaincode that emits whatever it is told, in a block of its own that is projected. */
async function emitted(operation: string, ...args: string[]): Promise<void> {
  const admin = readIdentity(readProfile(ledger.profilePath), "org1-admin");
  const { channel } = ledger.connection.profile;
  await ledger.connection
    .as(admin)
    .getNetwork(channel)
    .getContract("test")
    .submitTransaction(operation, ...args);
  await projector.reaches();
}
const emit = (payload: string) => emitted("emit", EVENT_NAME, payload);
const id = randomUUID();
const outcome = (...events: unknown[]) => ({
  ...{ commandId: randomUUID(), command: "admin.pauseSystem", status: "committed", events },
});
const payload = (...outcomes: unknown[]) => JSON.stringify({ version: 1, outcomes });
const pause = (reason: string, more: object = {}) => ({
  ...admin.SystemPaused({ reason, actor: id }),
  at: NOW,
  ...more,
});

async function quarantined() {
  const { rows: found } = await rows.pool.query<{ reason: string; detail: string; raw: Buffer; block: string }>(
    "select reason, detail, raw, block from read.quarantine order by position desc limit 1",
  );
  return found[0];
}

test.each([
  ["no JSON", "MALFORMED_PAYLOAD", "{"],
  ["nothing", "MALFORMED_PAYLOAD", " "],
  ["JSON of another version", "MALFORMED_PAYLOAD", '{"version":2,"outcomes":[]}'],
  ["an outcome of nobody", "MALFORMED_OUTCOME", payload({ commandId: "nobody" })],
  [
    "an outcome with a NUL byte in its code",
    "MALFORMED_OUTCOME",
    payload({ ...outcome(), status: "refused", code: "A\0B" }),
  ],
  ["an event that nobody declared", "UNKNOWN_EVENT", payload(outcome({ name: "CoinEaten", domain: "tax", at: NOW }))],
  ["a name with a NUL byte", "UNKNOWN_EVENT", payload(outcome({ name: "Sys\0tem", domain: "admin", at: NOW }))],
  ["no event at all", "MALFORMED_OUTCOME", payload(outcome(null))],
  ["an event with a NUL byte", "MALFORMED_EVENT", payload(outcome(pause("a\0b")))],
  ["an event with half of a surrogate pair", "MALFORMED_EVENT", payload(outcome(pause("a\ud800b")))],
  ["an event with a member of a name of NUL", "MALFORMED_EVENT", payload(outcome(pause("x", { "\0": 1 })))],
  ["a time that no calendar holds", "MALFORMED_EVENT", payload(outcome(pause("x", { at: 9_000_000_000_000_000 })))],
])("%s goes to quarantine as %s with an alarm, and the block advances", async (_, reason, text) => {
  const alarms = () => projector.lines.filter(({ message }) => message === "Event quarantined");
  const [before, counted] = [
    alarms().length,
    (await valueOf(projector.metrics, "projector_quarantined_total", reason)) ?? 0,
  ];
  await emit(text);
  const found = await quarantined();
  expect(found).toMatchObject({ reason, block: String(ledger.height() - 1) });
  expect(text).toContain(found?.raw.toString("utf8"));
  expect(alarms().slice(before)).toMatchObject([{ level: "ERROR", code: reason, block: ledger.height() - 1 }]);
  expect(await valueOf(projector.metrics, "projector_quarantined_total", reason)).toBe(counted + 1);
});

test("5 MB that are no JSON, and 5 MB of an event that nobody declared, are kept whole", async () => {
  const bytes = 5 * 1024 * 1024;
  await emitted("emitLong", EVENT_NAME, "garbage ", String(bytes), "");
  expect(await quarantined()).toMatchObject({
    reason: "MALFORMED_PAYLOAD",
    raw: expect.objectContaining({ length: bytes }),
  });
  const [head = "", tail = ""] = payload(outcome({ name: "CoinEaten", domain: "tax", at: NOW, why: "~" })).split("~");
  await emitted("emitLong", EVENT_NAME, head, String(bytes), tail);
  const found = await quarantined();
  expect(found).toMatchObject({ reason: "UNKNOWN_EVENT", block: String(ledger.height() - 1) });
  expect(found?.raw.length).toBeGreaterThan(bytes - 1_000);
});

test("what is beside it in the transaction is projected, and its command is shown as incomplete", async () => {
  const given = outcome(pause("x"), { name: "CoinEaten", domain: "tax", at: NOW }, pause("drill"));
  await rows.pool.query(
    `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size, status)
     values ($1::uuid, $1::uuid, $1::text, '', 'admin', 'pauseSystem', 'gx_super_admin', '{}', '{}', 1, 1, 'SUBMITTED')`,
    [given.commandId],
  );
  await emit(payload(given));
  const found = await rows.pool.query("select status, incomplete, event_names from app.command where id = $1", [
    given.commandId,
  ]);
  expect(found.rows).toEqual([
    { status: "COMMITTED", incomplete: true, event_names: ["SystemPaused", "SystemPaused"] },
  ]);
  const events = await rows.pool.query("select name from read.event where command_id = $1", [given.commandId]);
  expect(events.rows).toHaveLength(2);
});
