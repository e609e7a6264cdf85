// Organizations and their multi-signature transactions.
import type { Invariants } from "./invariant.js";

export const organizationInvariants: Invariants = { sentences: {}, check: () => undefined };
