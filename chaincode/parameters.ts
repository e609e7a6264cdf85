// The values of the parameters: which are allowed, and how one changes (protocol.md 10). Who may change it is not decided here.
import type { Profile } from "../catalogue/choices.js";
import { admin } from "../catalogue/events/admin.js";
import type { HappenedOf } from "../catalogue/language.js";
import { parameterIds, parameters, type ParameterId, type ParameterValues } from "../catalogue/parameters.js";
import type { State } from "./overlay.js";
import { keys } from "./state.js";

export const isParameter = (id: string): id is ParameterId => Object.hasOwn(parameters, id);

/** Each value in its range on a ledger of this profile, and the rule between two of them kept. */
export function areInRange(values: ParameterValues, profile: Profile): boolean {
  const inRange = parameterIds.every((id) => {
    const { min, devnetMin, max } = parameters[id];
    return values[id] >= (profile === "devnet" ? devnetMin : min) && values[id] <= max;
  });
  return inRange && values.velocityTaxMinBps <= values.velocityTaxMaxBps;
}

/** One parameter changed. */
export interface Change {
  readonly before: ParameterValues;
  /** All values after it. */
  readonly values: ParameterValues;
  readonly id: ParameterId;
  readonly value: number;
  readonly previousValue: number;
  readonly inRange: boolean;
}

/** What a change would make of the values of now; it changes nothing. */
export async function changeOf(state: State, id: ParameterId, value: number): Promise<Change> {
  const [before, system] = [await state.get(keys.parameters), await state.get(keys.system)];
  if (!before || !system) throw new Error("the parameters do not exist");
  const values = { ...before, [id]: value };
  return { before, values, id, value, previousValue: before[id], inRange: areInRange(values, system.profile) };
}

/** Writes a change that is in range. */
export function apply(
  state: State,
  { values, id, value, previousValue }: Change,
  source: "SUPER_ADMIN" | "GOVERNANCE",
): HappenedOf<typeof admin.SystemParameterUpdated> {
  state.put(keys.parameters, values);
  return admin.SystemParameterUpdated({ parameterId: id, value, previousValue, source });
}
