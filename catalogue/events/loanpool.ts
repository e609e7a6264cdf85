// Events of loans (protocol.md 13).
import { events } from "../language.js";

export const loanpool = events("loanpool", {});
