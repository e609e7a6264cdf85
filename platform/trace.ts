// The W3C trace id that all log lines of one request have in common, from the gateway to the block.
// Never believes more of a caller than the shape of an id: it names a trace and decides nothing.
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** In which a caller and the gateway tell their trace (W3C Trace Context). */
export const TRACEPARENT = "traceparent";
/** Of an answer: the id to look for in the logs. */
export const TRACE_HEADER = "x-trace-id";

const PARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** No spans are recorded; any number but zero is a valid one. */
const NO_SPAN = "0000000000000001";

/** The trace that a request belongs to: its caller's, or one that begins with it. The same however often it is asked for. */
export function traceIdOf(headers: Pick<IncomingHttpHeaders, string>, requestId: string): string {
  const given = headers[TRACEPARENT];
  return (typeof given === "string" ? PARENT.exec(given)?.[1] : undefined) ?? traceIdFor(requestId);
}

/** The trace that begins with a request: its id once more, where that is a uuid of ours. */
export function traceIdFor(requestId: string): string {
  if (UUID.test(requestId)) return joined(requestId);
  return createHash("sha256").update(requestId).digest("hex").slice(0, 32);
}

/** Cut by hand: this is on the way of every request. */
const joined = (uuid: string): string =>
  uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);

/** The header by which the next process learns the trace. */
export const traceparentOf = (traceId: string): string => `00-${traceId}-${NO_SPAN}-01`;
