// Loans.
import type { Invariants } from "./invariant.js";

export const loanpoolInvariants: Invariants = { sentences: {}, check: () => undefined };
