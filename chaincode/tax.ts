// Rules about the velocity tax (protocol.md 6).
import type { Catalogue } from "../catalogue/index.js";
import type { RulesOf } from "./rule.js";

export const tax = {} satisfies RulesOf<Catalogue["tax"]>;
