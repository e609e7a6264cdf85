// Votes.
import type { Invariants } from "./invariant.js";

export const governanceInvariants: Invariants = { sentences: {}, check: () => undefined };
