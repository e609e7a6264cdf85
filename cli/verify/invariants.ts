// What must hold of the state that the blocks give (protocol.md 17), as far as today's commands can touch it.
import { GX, MAX_SUPPLY, phases, pools } from "../../catalogue/economy.js";
import { parameters } from "../../catalogue/parameters.js";
import type { Report } from "./report.js";
import type { Keyed, Row, State } from "./state.js";

const NAME = "invariants";
const number = (row: Row | undefined, column: string) => BigInt(row?.[column] ?? "0");
const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);

export function checkInvariants(report: Report, state: State): void {
  const { rows, odd } = state;
  const all = (table: Keyed) => [...rows[table].values()];
  const must = (holds: boolean, sentence: string) => {
    report.compared(NAME);
    if (!holds) report.fault(NAME, sentence);
  };
  const balance = (row: Row) => number(row, "stored") + number(row, "pending");
  const mintedOf = (pool: string) => number(rows.pool.get(pool), "stored") + number(rows.pool.get(pool), "pending");
  for (const sentence of odd) must(false, sentence);

  const minted = sum(all("pool").map(balance));
  must(sum(all("wallet").map(balance)) === minted, "1: the balances of all accounts are not what was minted");
  must(minted <= MAX_SUPPLY, "2: more was minted than there may be");
  for (const [id, { cap }] of Object.entries(pools)) {
    must(mintedOf(id) <= cap, `2: ${id} passed its cap`);
  }
  const users = sum(all("genesis").map((row) => number(row, "amount")));
  must(mintedOf("USER_GENESIS") === users, "3: MINTED_USER_GENESIS is not the sum of the genesis amounts");
  const shares = sum(
    all("slot_use").map((row) => number(row, "used") * (phases[Number(row["phase"]) - 1]?.treasury ?? 0n)),
  );
  must(mintedOf("GOVT_GENESIS") === shares, "3: MINTED_GOVT_GENESIS is not the sum of the treasury shares");
  for (const country of all("country")) checkSlots(country, state, must);
  for (const row of all("wallet")) must(number(row, "stored") >= 0n, `5: ${row["id"]} holds less than nothing`);
  for (const row of all("delta")) must(number(row, "amount") > 0n, `5: a delta of ${row["account_id"]} is not above 0`);
  const waiting = unfoldedOf(all("delta"));
  for (const row of [...all("wallet"), ...[...rows.pool].map(([id, pool]) => ({ ...pool, id: `MINTED_${id}` }))]) {
    const id = row["id"] ?? "";
    must(
      number(row, "pending") === (waiting.get(id) ?? 0n),
      `5: pending of ${id} is not the sum of its unfolded credits`,
    );
  }
  must(number(rows.system.get("system"), "units") <= 100_000_000n, "7: the country shares exceed one");
  for (const row of all("tax_account")) {
    must((row["timer_start"] !== null) === number(row, "balance") >= 100n * GX, `11: timer of ${row["id"]}`);
  }
  checkParameters(state, must);
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

type Must = (holds: boolean, sentence: string) => void;

function checkSlots(country: Row, { rows }: State, must: Must): void {
  const code = country["code"] ?? "";
  const slots = (country["slots"] ?? "").split(",").map(BigInt);
  const used = slots.map((_, index) => number(rows.slot_use.get(`${code} ${index + 1}`), "used"));
  used.forEach((count, index) => {
    must(count >= 0n && count <= (slots[index] ?? 0n), `4: phase ${index + 1} of ${code} uses more slots than it has`);
    const before = index === 0 || used[index - 1] === slots[index - 1];
    must(count === 0n || before, `4: phase ${index + 1} of ${code} began before phase ${index} was full`);
  });
  const people = [...rows.genesis.values()].filter((row) => row["country"] === code).length;
  must(sum(used) === BigInt(people), `4: the used slots of ${code} are not its users with genesis`);
}

function checkParameters({ rows }: State, must: Must): void {
  const devnet = rows.system.get("system")?.["profile"] === "devnet";
  for (const [id, row] of rows.parameter) {
    const known = Object.entries(parameters).find(([name]) => name === id)?.[1];
    const value = Number(row["value"]);
    const least = devnet ? known?.devnetMin : known?.min;
    must(known !== undefined && value >= (least ?? 0) && value <= known.max, `21: ${id} is out of its range`);
  }
}
