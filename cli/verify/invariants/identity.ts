// Persons: their genesis and their trust.
import { number, valuesOf, type Invariants } from "./invariant.js";

export const identityInvariants: Invariants = {
  sentences: {
    6: "genesis once, at the right age",
    13: "trust score within 0 and 100",
  },
  check: (state, must) => {
    for (const row of valuesOf(state, "user")) {
      const score = number(row, "trust_score");
      must(13, score >= 0n && score <= 100n, `trust score of ${row["id"]} is ${score}`);
    }
  },
};
