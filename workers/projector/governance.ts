// Proposals, votes and what they decide.
import { changesOf, type Projection } from "./change.js";

changesOf("governance");

export const governance = {} satisfies Projection<"governance">;
