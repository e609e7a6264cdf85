// What must hold of the state that the blocks give and of every execution (protocol.md 17), as far as today's commands can
// touch it. 22, 23 and 26 are looked at elsewhere too: receipts on the ledger, statements, and rows.
import { GX, MAX_SUPPLY, phases, pools } from "../../catalogue/economy.js";
import { parameters } from "../../catalogue/parameters.js";
import type { Fold } from "./fold.js";
import type { Report } from "./report.js";
import type { Keyed, Row, State } from "./state.js";

/** Number in protocol.md 17 → what it says; the others concern domains that are not there yet. */
const sentences: Readonly<Record<number, string>> = {
  1: "balances = what was minted",
  2: "minted within the caps",
  3: "genesis minted = genesis given",
  4: "slots in order and within bounds",
  5: "stored parts >= 0, credits > 0, pending = unfolded",
  6: "genesis once, at the right age",
  7: "country shares <= 1",
  8: "transfers move what they say",
  11: "tax timer with 100 GX",
  12: "frozen and locked accounts give nothing",
  13: "trust score within 0 and 100",
  21: "parameters in their range",
  22: "one execution per command id",
  24: "nothing runs while paused",
  25: "1 to 50 admins",
};
export const notThereYet = "9, 10 and 14 to 20";

const nameOf = (invariant: number) => `invariant ${invariant}`;
const number = (row: Row | undefined, column: string) => BigInt(row?.[column] ?? "0");
const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);

export function checkInvariants(report: Report, { state, history }: Pick<Fold, "state" | "history">): void {
  for (const [invariant, sentence] of Object.entries(sentences))
    report.check(nameOf(Number(invariant))).note = sentence;
  const must: Must = (invariant, holds, sentence) => {
    report.compared(nameOf(invariant));
    if (!holds) report.fault(nameOf(invariant), sentence);
  };
  for (const sentence of state.odd) report.fault("events", sentence);
  for (const [invariant, times] of history.looked) report.compared(nameOf(invariant), times);
  for (const [invariant, sentence] of history.faults) report.fault(nameOf(invariant), sentence);
  checkMoney(state, must);
  checkAccounts(state, must);
  for (const country of state.rows.country.values()) checkSlots(country, state, must);
  checkPeople(state, must);
  checkParameters(state, must);
}

type Must = (invariant: number, holds: boolean, sentence: string) => void;

const valuesOf = ({ rows }: State, table: Keyed) => [...rows[table].values()];
const balanceOf = (row: Row | undefined) => number(row, "stored") + number(row, "pending");

function checkMoney(state: State, must: Must): void {
  const { rows } = state;
  const mintedOf = (pool: string) => balanceOf(rows.pool.get(pool));
  const minted = sum(valuesOf(state, "pool").map(balanceOf));
  const coins = sum(valuesOf(state, "wallet").map(balanceOf));
  must(1, coins === minted, `the balances of all accounts are ${coins}, but ${minted} were minted`);
  must(2, minted <= MAX_SUPPLY, "more was minted than there may be");
  for (const [id, { cap }] of Object.entries(pools)) must(2, mintedOf(id) <= cap, `${id} passed its cap`);
  const given = sum(valuesOf(state, "genesis").map((row) => number(row, "amount")));
  must(3, mintedOf("USER_GENESIS") === given, "MINTED_USER_GENESIS is not the sum of the genesis amounts");
  const shares = valuesOf(state, "slot_use").map(
    (row) => number(row, "used") * (phases[Number(row["phase"]) - 1]?.treasury ?? 0n),
  );
  must(3, mintedOf("GOVT_GENESIS") === sum(shares), "MINTED_GOVT_GENESIS is not the sum of the treasury shares");
}

function checkAccounts(state: State, must: Must): void {
  const deltas = valuesOf(state, "delta");
  const waiting = unfoldedOf(deltas);
  const counters = [...state.rows.pool].map(([id, pool]): Row => ({ ...pool, id: `MINTED_${id}` }));
  for (const row of valuesOf(state, "wallet"))
    must(5, number(row, "stored") >= 0n, `${row["id"]} holds less than nothing`);
  for (const row of deltas) must(5, number(row, "amount") > 0n, `a delta of ${row["account_id"]} is not above 0`);
  for (const row of [...valuesOf(state, "wallet"), ...counters]) {
    const unfolded = waiting.get(row["id"] ?? "") ?? 0n;
    must(5, number(row, "pending") === unfolded, `pending of ${row["id"]} is not the sum of its unfolded credits`);
  }
  for (const row of valuesOf(state, "tax_account")) {
    must(11, (row["timer_start"] !== null) === number(row, "balance") >= 100n * GX, `timer of ${row["id"]}`);
  }
}

function checkPeople(state: State, must: Must): void {
  for (const row of valuesOf(state, "user")) {
    const score = number(row, "trust_score");
    must(13, score >= 0n && score <= 100n, `trust score of ${row["id"]} is ${score}`);
  }
  const admins = valuesOf(state, "admin_appointment").filter((row) => row["status"] === "ACTIVE").length;
  const before = state.rows.system.size === 0;
  must(25, before || (admins >= 1 && admins <= 50), `there are ${admins} active admins`);
  const units = sum(valuesOf(state, "country").map((row) => number(row, "units")));
  must(7, units <= 100_000_000n, `the shares of the countries are ${units} of 100000000`);
  must(7, units === number(state.rows.system.get("system"), "units"), "the sum of the shares is told wrongly");
}

/** Sum of the unfolded credits by account. */
function unfoldedOf(deltas: readonly Row[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const row of deltas) {
    const id = row["account_id"] ?? "";
    if (row["folded"] !== "true") sums.set(id, (sums.get(id) ?? 0n) + number(row, "amount"));
  }
  return sums;
}

function checkSlots(country: Row, { rows }: State, must: Must): void {
  const code = country["code"] ?? "";
  const slots = (country["slots"] ?? "").split(",").map(BigInt);
  const used = slots.map((_, index) => number(rows.slot_use.get(`${code} ${index + 1}`), "used"));
  used.forEach((count, index) => {
    must(4, count >= 0n && count <= (slots[index] ?? 0n), `phase ${index + 1} of ${code} uses more slots than it has`);
    const before = index === 0 || used[index - 1] === slots[index - 1];
    must(4, count === 0n || before, `phase ${index + 1} of ${code} began before phase ${index} was full`);
  });
  const people = [...rows.genesis.values()].filter((row) => row["country"] === code).length;
  must(4, sum(used) === BigInt(people), `the used slots of ${code} are not its users with genesis`);
}

function checkParameters({ rows }: State, must: Must): void {
  const devnet = rows.system.get("system")?.["profile"] === "devnet";
  for (const [id, row] of rows.parameter) {
    const known = Object.entries(parameters).find(([name]) => name === id)?.[1];
    const value = Number(row["value"]);
    const least = devnet ? known?.devnetMin : known?.min;
    must(21, known !== undefined && value >= (least ?? 0) && value <= known.max, `${id} is out of its range`);
  }
}
