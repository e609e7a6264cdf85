// What the scenarios trust finds each kind of lie, and none where there is none.
import { faultsOf, type Execution, type Row } from "./truth.js";

const executed = (commandId: string, block: number, change: Partial<Execution> = {}): Execution => ({
  ...{ commandId, status: "committed", events: [{}], block, txIndex: 0, batchIndex: 0, txId: `tx${block}` },
  ...change,
});
const told = (id: string, block: number, change: Partial<Row> = {}): Row => ({
  ...{ id, role: "gx_admin", lanes: ["account:x"], status: "COMMITTED", block, tx_index: 0, batch_index: 0 },
  ...{ tx_id: `tx${block}`, code: null, last_error: null },
  ...change,
});
const nowhere = { block: null, tx_index: null, batch_index: null, tx_id: null };
const rows = [told("a", 1), told("b", 2)];
const ledger = [executed("a", 1), executed("b", 2)];
const repeat = executed("a", 3, { repeatOf: "tx1", events: [] });

test.each<[string, readonly Row[], readonly Execution[], readonly (string | RegExp)[]]>([
  ["nothing where all is well", rows, ledger, []],
  ["nothing in a repeat that changed nothing", rows, [...ledger, repeat], []],
  [
    "nothing in a failure that the ledger does not hold",
    [told("a", 1), told("b", 0, { status: "FAILED", ...nowhere })],
    ledger.slice(0, 1),
    [],
  ],
  ["nothing in another order of another queue", [told("b", 2), told("a", 1, { role: "gx_partner_api" })], ledger, []],
  ["a row that is gone", rows.slice(0, 1), ledger, ["I1 1 accepted commands have no row"]],
  ["a command that no block holds", rows, ledger.slice(0, 1), ["I1 b is COMMITTED, but no block holds it"]],
  [
    "a failure that was executed",
    [told("a", 1), told("b", 0, { status: "FAILED", ...nowhere })],
    ledger,
    ["I1 b is FAILED, but block 2 holds it"],
  ],
  ["a second effect", rows, [...ledger, executed("a", 3)], ["I2 a was executed 2 times"]],
  ["a repeat with an effect", rows, [...ledger, { ...repeat, events: [{}] }], [/^I2 a was repeated by tx3/]],
  ["a repeat of another transaction", rows, [...ledger, { ...repeat, repeatOf: "tx2" }], [/^I2 a was repeated by tx3/]],
  [
    "another outcome",
    [told("a", 1, { status: "REFUSED", code: "PAUSED" }), told("b", 2)],
    ledger,
    [/^I3 a is told to be REFUSED 1/],
  ],
  ["another transaction", [told("a", 1, { tx_id: "tx2" }), told("b", 2)], ledger, [/^I3 a is told to be .* tx2/]],
  ["a younger one before an older one", [told("b", 2), told("a", 1)], ledger, ["I7 a overtook b on account:x"]],
])("finds %s", (_, given, executions, faults) => {
  const found = faultsOf(["a", "b"], given, executions);
  expect(found).toEqual(faults.map((fault) => (typeof fault === "string" ? fault : expect.stringMatching(fault))));
});
