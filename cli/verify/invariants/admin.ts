// The system: slots of countries, shares, parameters, admins.
import { checkParameters } from "../parameters.js";
import type { Row, State } from "../state.js";
import { number, sum, valuesOf, type Invariants, type Must } from "./invariant.js";

export const adminInvariants: Invariants = {
  sentences: {
    4: "slots in order and within bounds",
    7: "country shares <= 1",
    21: "parameters in their range",
    24: "nothing runs while paused",
    25: "1 to 50 admins",
  },
  check: (state, must) => {
    for (const country of state.rows.country.values()) checkSlots(country, state, must);
    checkShares(state, must);
    checkParameters(state, must);
    checkAdmins(state, must);
  },
};

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

function checkShares(state: State, must: Must): void {
  const units = sum(valuesOf(state, "country").map((row) => number(row, "units")));
  must(7, units <= 100_000_000n, `the shares of the countries are ${units} of 100000000`);
  must(7, units === number(state.rows.system.get("system"), "units"), "the sum of the shares is told wrongly");
}

/** Never nobody, once the system is there. */
export function checkAdmins(state: Pick<State, "rows">, must: Must): void {
  const admins = valuesOf(state, "admin_appointment").filter((row) => row["status"] === "ACTIVE").length;
  const before = state.rows.system.size === 0;
  must(25, before || (admins >= 1 && admins <= 50), `there are ${admins} active admins`);
}
