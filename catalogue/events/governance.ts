// Events of proposals, votes and what they decide (protocol.md 13).
import { events } from "../language.js";

export const governance = events("governance", {});
