// Loans (protocol.md 9 and 12).
import { domain } from "./language.js";
import { loanpool as happened } from "./events/loanpool.js";

export const loanpool = domain("loanpool", happened, {});
