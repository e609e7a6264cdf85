// Tax timers.
import { GX } from "../../../catalogue/economy.js";
import { number, valuesOf, type Invariants } from "./invariant.js";

export const taxInvariants: Invariants = {
  sentences: { 11: "tax timer with 100 GX" },
  check: (state, must) => {
    for (const row of valuesOf(state, "tax_account")) {
      must(11, (row["timer_start"] !== null) === number(row, "balance") >= 100n * GX, `timer of ${row["id"]}`);
    }
  },
};
