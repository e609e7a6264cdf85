// What belongs to one request from outside.
import type { Caller } from "../platform/auth.js";
import type { After } from "../platform/statement.js";

export interface Context {
  readonly caller: Caller;
  readonly requestId: string;
  /** Of the lines in the logs of all processes. */
  readonly traceId: string;
  /** What the answer must reflect. */
  readonly after: After | undefined;
  /** Blocks that the subgraphs' answers reflect, as they come in. */
  readonly blocks: number[];
}
