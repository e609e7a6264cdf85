// Tax timers. Assessments and redistributions are looked at one by one.
import { GX } from "../../../catalogue/economy.js";
import { number, valuesOf, type Invariants } from "./invariant.js";

export const taxInvariants: Invariants = {
  sentences: {
    9: "the shares of a tax are the tax",
    10: "the shares of a redistribution are its total",
    11: "tax timer with 100 GX",
  },
  check: (state, must) => {
    for (const row of valuesOf(state, "tax_account")) {
      must(11, (row["timer_start"] !== null) === number(row, "balance") >= 100n * GX, `timer of ${row["id"]}`);
    }
  },
};
