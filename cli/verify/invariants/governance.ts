// Votes: each voter once, each counted once. What decides is looked at by execution.
import { number, valuesOf, type Invariants } from "./invariant.js";

export const governanceInvariants: Invariants = {
  sentences: { 20: "one vote each, in time; executed with quorum and approval" },
  check: (state, must) => {
    const cast = new Map<string, bigint>();
    for (const { proposal_id: id, support } of valuesOf(state, "vote")) {
      const side = `${id} ${support}`;
      cast.set(side, (cast.get(side) ?? 0n) + 1n);
    }
    for (const row of valuesOf(state, "proposal")) {
      const told = [number(row, "votes_for"), number(row, "votes_against")];
      const found = ["true", "false"].map((support) => cast.get(`${row["id"]} ${support}`) ?? 0n);
      must(
        20,
        told.join() === found.join(),
        `${row["id"]} has ${told.join(" : ")} votes instead of ${found.join(" : ")}`,
      );
    }
  },
};
