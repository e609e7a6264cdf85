// What events mean for organizations and their multi-signature transactions.
import type { State } from "../state.js";
import type { Effects } from "./effect.js";

export const organizationEffects = (_state: State) => ({}) satisfies Effects;
