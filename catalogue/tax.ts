// Fees and the velocity tax (protocol.md 5, 6 and 12): events of other domains' commands so far.
import { domain } from "./language.js";
import { tax as happened } from "./events/tax.js";

export const tax = domain("tax", happened, {});
