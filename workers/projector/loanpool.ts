// Loans.
import { changesOf, type Projection } from "./change.js";

changesOf("loanpool");

export const loanpool = {} satisfies Projection<"loanpool">;
