// Organizations and their multi-signature transactions (protocol.md 8 and 12).
import { domain } from "./language.js";
import { organization as happened } from "./events/organization.js";

export const organization = domain("organization", happened, {});
