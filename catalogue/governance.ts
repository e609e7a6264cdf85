// Proposals, votes and what they decide (protocol.md 10 and 12).
import { domain } from "./language.js";
import { governance as happened } from "./events/governance.js";

export const governance = domain("governance", happened, {});
