// Rules about organizations and their multi-signature transactions (protocol.md 8).
import type { Catalogue } from "../catalogue/index.js";
import type { RulesOf } from "./rule.js";

export const organization = {} satisfies RulesOf<Catalogue["organization"]>;
