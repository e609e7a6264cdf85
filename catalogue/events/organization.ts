// Events of organizations and their multi-signature transactions (protocol.md 13).
import { events } from "../language.js";

export const organization = events("organization", {});
