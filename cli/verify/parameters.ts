// What must hold of every change of a parameter (protocol.md 17, 21). Reads only.
import { parameters, type Parameter } from "../../catalogue/parameters.js";
import { number, type Must } from "./invariants/invariant.js";
import type { State } from "./state.js";

type Told = Readonly<Record<string, unknown>>;

const known = (id: string) => (parameters as Readonly<Record<string, Parameter>>)[id];

/** Each parameter in its range for the profile, and the rule between two of them kept. */
export function checkParameters({ rows }: Pick<State, "rows">, must: Must): void {
  const devnet = rows.system.get("system")?.["profile"] === "devnet";
  for (const [id, row] of rows.parameter) {
    const parameter = known(id);
    const value = Number(row["value"]);
    const least = devnet ? parameter?.devnetMin : parameter?.min;
    must(21, parameter !== undefined && value >= (least ?? 0) && value <= parameter.max, `${id} is out of its range`);
  }
  const [low, high] = [rows.parameter.get("velocityTaxMinBps"), rows.parameter.get("velocityTaxMaxBps")];
  must(
    21,
    !low || !high || number(low, "value") <= number(high, "value"),
    "the least rate of the tax is above the most",
  );
}

/** Looks at the events of an outcome after they are folded. */
export function newParameterLook({ rows }: Pick<State, "rows">, must: Must) {
  return (id: string, events: readonly Told[]) => {
    const changes = events.filter(({ name }) => name === "SystemParameterUpdated");
    const devnet = rows.system.get("system")?.["profile"] === "devnet";
    for (const { parameterId, value, source } of changes) {
      const overridden = source === "BOOTSTRAP" && value !== known(String(parameterId))?.default;
      must(21, devnet || !overridden, `${id} overrode ${String(parameterId)} on a ledger that is no devnet`);
    }
    if (changes.length > 0) checkParameters({ rows }, must);
  };
}
