// The connections that the gateway keeps to the subgraphs. Never keeps one for long: behind one address there may be several
// processes, and who comes later gets requests over new connections alone.
import { Agent, type Dispatcher } from "undici";
import type { Config } from "../platform/config.js";

const ANSWER_MS = 15_000;
/** No answer of a subgraph is larger. */
const ANSWER_BYTES = 20_000_000;
/** A connection is used for so long (operations.md 2.8). */
const RENEW_MS = 60_000;

export function openConnections({ readWaitMs }: Pick<Config, "readWaitMs">, renewMs = RENEW_MS): Dispatcher {
  return new Agent({
    ...{ connections: 32, pipelining: 1, keepAliveTimeout: 30_000, clientTtl: renewMs, connect: { timeout: 2_000 } },
    // A subgraph may wait for the block that was asked for before it begins.
    ...{ headersTimeout: ANSWER_MS + readWaitMs, bodyTimeout: ANSWER_MS, maxResponseSize: ANSWER_BYTES },
  });
}
