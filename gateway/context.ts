// What belongs to one request from outside.
import type { Caller } from "../platform/auth.js";

export interface Context {
  readonly caller: Caller;
  readonly requestId: string;
}
