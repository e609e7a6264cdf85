// What events mean for loans.
import type { State } from "../state.js";
import type { Effects } from "./effect.js";

export const loanpoolEffects = (_state: State) => ({}) satisfies Effects;
