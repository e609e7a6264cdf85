// Operations over server-sent events at /graphql/stream, each on a connection of its own ("distinct connections mode").
// Never queues behind a slow reader: the next value is looked for when the one before has been taken.
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../../platform/auth.js";
import type { Logger } from "../../platform/log.js";
import { TRACE_HEADER, traceIdOf } from "../../platform/trace.js";
import { namesOf, refuse, type Refusal } from "../../platform/web.js";
import type { GraphRequest } from "../execute.js";
import { atExpiry } from "./expiry.js";
import type { Feed } from "./feed.js";
import type { Result } from "./looks.js";
import type { Operation, Prepare } from "./operations.js";
import type { Places } from "./places.js";

export interface EventsOptions {
  readonly log: Logger;
  readonly callerOf: (request: FastifyRequest) => Caller;
  /** What a body asks for, or what is wrong with its shape. */
  readonly requestOf: (body: unknown) => GraphRequest | Refusal;
  readonly prepare: Prepare;
  readonly places: Places;
  /** Milliseconds between two comments, by which both ends see that the other is there. */
  readonly pingMs: number;
}

const TYPE = "text/event-stream";
/** After so long a client whose gateway ends may come again, to another one. */
const RETRY_MS = 1_000;

const notAcceptable: Refusal = {
  ...{ status: 406, code: "BAD_REQUEST" },
  message: `Ask for events with the header: accept: ${TYPE}`,
};

/** Returns what ends all streams; their clients see that no `complete` came, and may come again. */
export function serveEvents(app: FastifyInstance, options: EventsOptions): () => void {
  const open = new Set<ServerResponse>();
  app.post("/graphql/stream", async (request, reply) => {
    if (!request.headers.accept?.includes(TYPE)) return refuse(request, reply, notAcceptable);
    const asked = options.requestOf(request.body);
    if ("code" in asked) return refuse(request, reply, asked);
    const operation = await options.prepare(asked, options.callerOf(request), namesOf(request));
    if (operation.is === "refused") return reply.code(400).send({ errors: operation.errors });
    const leave = options.places.take();
    if (!leave) return refuse(request, reply, options.places.refusal);
    const response = begin(request, reply);
    open.add(response);
    await answer(operation, response, request, options);
    open.delete(response);
    leave();
    return reply;
  });
  return () => {
    for (const response of open) response.end(`retry: ${RETRY_MS}\n\n`);
  };
}

/** Nothing is thrown: what nobody expected cuts the stream. */
async function answer(
  operation: Exclude<Operation, { is: "refused" }>,
  response: ServerResponse,
  request: FastifyRequest,
  { log, callerOf, pingMs }: EventsOptions,
): Promise<void> {
  try {
    if (operation.is === "stream")
      await pass(operation.open(), response, { caller: callerOf(request), requestId: request.id, pingMs });
    else await write(response, event("next", await operation.run()));
    if (isOpen(response)) response.end(event("complete"));
  } catch (error) {
    log.error({ error, ...namesOf(request) }, "Unexpected error");
    response.destroy();
  }
}

const isOpen = ({ destroyed, writable, writableEnded }: ServerResponse): boolean =>
  !destroyed && writable && !writableEnded;

const event = (name: "next" | "complete", data?: Result): string =>
  `event: ${name}\ndata:${data ? ` ${JSON.stringify(data)}` : ""}\n\n`;

/** From here on the answer is ours: the framework waits for the end of no stream. */
function begin(request: FastifyRequest, reply: FastifyReply): ServerResponse {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...{ "content-type": `${TYPE}; charset=utf-8`, "cache-control": "no-store, no-transform" },
    ...{
      "x-accel-buffering": "no",
      "x-request-id": request.id,
      [TRACE_HEADER]: traceIdOf(request.headers, request.id),
    },
  });
  raw.flushHeaders();
  return raw;
}

/** Until the feed, the token or the connection ends. */
async function pass(
  feed: Feed<Result>,
  response: ServerResponse,
  { caller, requestId, pingMs }: { caller: Caller; requestId: string; pingMs: number },
): Promise<void> {
  const gone = () => void feed.return();
  response.once("close", gone);
  const stop = atExpiry(caller, () => feed.end(tokenOver(requestId)));
  const beating = setInterval(() => {
    if (!response.writableNeedDrain && isOpen(response)) response.write(":\n\n");
  }, pingMs).unref();
  try {
    // A client may have left before its feed was opened: then nobody says so any more.
    if (isOpen(response)) for await (const value of feed) await write(response, event("next", value));
  } finally {
    clearInterval(beating);
    stop();
    response.off("close", gone);
    await feed.return();
  }
}

async function write(response: ServerResponse, text: string): Promise<void> {
  if (!isOpen(response) || response.write(text)) return;
  const left = new AbortController();
  const drained = once(response, "drain", { signal: left.signal });
  const closed = once(response, "close", { signal: left.signal });
  await Promise.race([drained, closed]);
  left.abort();
  await Promise.allSettled([drained, closed]);
}

const tokenOver = (requestId: string): Result => ({
  errors: [{ message: "The token is over.", extensions: { code: "UNAUTHENTICATED", requestId } }],
});
