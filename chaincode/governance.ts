// Rules about proposals, votes and what they decide (protocol.md 10).
import type { Catalogue } from "../catalogue/index.js";
import type { RulesOf } from "./rule.js";

export const governance = {} satisfies RulesOf<Catalogue["governance"]>;
