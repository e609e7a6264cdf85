// Coins: what exists is what was minted, and pending parts are what is not folded.
import { MAX_SUPPLY, phases, pools } from "../../../catalogue/economy.js";
import type { Row, State } from "../state.js";
import { balanceOf, number, sum, valuesOf, type Invariants, type Must } from "./invariant.js";

export const tokenomicsInvariants: Invariants = {
  sentences: {
    1: "balances = what was minted",
    2: "minted within the caps",
    3: "genesis minted = genesis given",
    5: "stored parts >= 0, credits > 0, pending = unfolded",
    8: "transfers move what they say",
    12: "frozen and locked accounts give nothing",
  },
  check: (state, must) => {
    checkMoney(state, must);
    checkAccounts(state, must);
  },
};

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
