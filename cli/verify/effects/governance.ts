// What events mean for proposals and votes.
import type { State } from "../state.js";
import type { Effects } from "./effect.js";

export const governanceEffects = (_state: State) => ({}) satisfies Effects;
