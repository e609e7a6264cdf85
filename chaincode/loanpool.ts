// Rules about loans (protocol.md 9).
import type { Catalogue } from "../catalogue/index.js";
import type { RulesOf } from "./rule.js";

export const loanpool = {} satisfies RulesOf<Catalogue["loanpool"]>;
