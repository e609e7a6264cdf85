// The HTTP front of gateway and subgraphs: one fastify with health routes, request ids, counts and plain errors.
// Never let a stack, a path or an address into an answer.
import { randomUUID } from "node:crypto";
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { codeOf, GxError, messageOf } from "./errors.js";
import { toLoopback, type OpsRoutes } from "./health.js";
import { buckets } from "./metrics.js";
import { pause } from "./pause.js";
import type { ProcessContext } from "./process.js";
import { TRACE_HEADER, traceIdOf } from "./trace.js";

/** An HTTP answer that says why there is no better one. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Further extensions of the error. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface WebOptions {
  readonly bodyBytes: number;
  readonly metrics: WebMetrics;
  /** Looks at every request first, those of health and metrics too. */
  readonly admit?: (request: IncomingMessage) => Refusal | undefined;
  /** What is left of the health routes here when they have a port of their own; nothing by default. */
  readonly readiness?: OpsRoutes;
}

const HEADER_BYTES = 32_768;
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** http_requests_total and http_request_duration_seconds (operations.md 4.1). */
export type WebMetrics = ReturnType<typeof webMetrics>;
export const webMetrics = ({ metrics }: Pick<ProcessContext, "metrics">) => ({
  requests: metrics.counter("http_requests_total", "HTTP requests answered.", ["method", "route", "status"]),
  seconds: metrics.histogram("http_request_duration_seconds", "Time to answer an HTTP request.", buckets.request, [
    "route",
  ]),
});

/** A server without routes. Health and metrics are answered before anything else, as far as they are on this port. */
export function newWeb(context: Pick<ProcessContext, "config" | "log" | "ops">, options: WebOptions): FastifyInstance {
  const { config, log } = context;
  const own = config.opsPort === undefined ? toLoopback(context.ops) : options.readiness;
  const app = fastify({
    // Who asks while the server closes asks over a connection of before, and would have to ask again elsewhere.
    return503OnClosing: false,
    bodyLimit: options.bodyBytes,
    genReqId: requestIdOf,
    forceCloseConnections: "idle",
    serverFactory: (handler) =>
      createServer({ maxHeaderSize: HEADER_BYTES }, (request: IncomingMessage, response: ServerResponse) => {
        const refusal = options.admit?.(request);
        if (refusal) return void end(request, response, refusal);
        if (own?.(request, response)) return;
        handler(request, response);
      }),
  });
  endSilentConnections(app);
  app.removeContentTypeParser("text/plain");
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id).header(TRACE_HEADER, traceIdOf(request.headers, request.id));
  });
  app.addHook("onResponse", async (request, reply) => {
    count(options.metrics, request, reply);
    if (log.isLevelEnabled("debug")) log.debug(answered(request, reply), "Request answered");
  });
  app.setNotFoundHandler((request, reply) =>
    refuse(request, reply, { status: 404, code: "NOT_FOUND", message: "There is nothing at this address." }),
  );
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status === 500) log.error({ error, ...namesOf(request) }, "Request failed");
    return refuse(request, reply, refusal);
  });
  return app;
}

/** By which the lines of the log about a request are found. */
export const namesOf = ({ headers, id }: Pick<FastifyRequest, "headers" | "id">) => ({
  requestId: id,
  traceId: traceIdOf(headers, id),
});

const answered = (request: FastifyRequest, reply: FastifyReply) => ({
  ...namesOf(request),
  ...{ method: request.method, route: routeOf(request), status: reply.statusCode },
  duration_ms: Math.round(reply.elapsedTime),
});

/** How long a connection without a request may last when the server closes: one may be on its way. */
const SILENT_MS = 500;
const SWEEP_MS = 50;

/**
 * The server's own close ends what is idle at that moment, and waits for the rest: for answers, which is right, but also for
 * the clients to let go of connections that become idle later, and for those that browsers open before they need them.
 */
function endSilentConnections(app: FastifyInstance): void {
  const silent = new Set<Socket>();
  app.server.on("connection", (socket: Socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  for (const begun of ["request", "upgrade"])
    app.server.on(begun, ({ socket }: IncomingMessage) => silent.delete(socket));
  let sweeping: NodeJS.Timeout | undefined;
  app.addHook("preClose", async () => {
    const since = performance.now();
    sweeping = setInterval(() => {
      app.server.closeIdleConnections();
      if (performance.now() - since > SILENT_MS) for (const socket of silent) socket.destroy();
    }, SWEEP_MS).unref();
  });
  app.addHook("onClose", async () => clearInterval(sweeping));
}

/** Listens, or says which address is taken. */
export async function listen(app: FastifyInstance, host: string, port: number, setting: string): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const why = codeOf(cause) === "EADDRINUSE" ? "is taken" : messageOf(cause);
    throw new GxError("PORT", `${host}:${port} ${why}; choose another port with ${setting}`, { cause });
  }
}

/**
 * The first step of leaving, when nobody new is sent here any more: goes on answering for `ms`, so that those who send have
 * learnt of it, and asks with each answer to let go of the connection, so that the next request finds another way.
 */
export async function settle(apps: readonly FastifyInstance[], ms: number): Promise<void> {
  if (ms === 0) return;
  for (const { server } of apps)
    server.prependListener("request", (_, response: ServerResponse) => response.setHeader("connection", "close"));
  await pause(ms);
}

/** Answers in the shape of a GraphQL error. */
export function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  return reply.code(refusal.status).type("application/json").send(bodyOf(refusal, request.id));
}

const bodyOf = ({ code, message, details }: Refusal, requestId: string): string =>
  JSON.stringify({ errors: [{ message, extensions: { code, ...details, requestId } }] });

function end(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { "content-type": "application/json", connection: "close" });
  response.end(bodyOf(refusal, requestIdOf(request)));
}

/** The whole answer as it goes over the wire, for a connection that is no request any more. */
export function refusalText(request: IncomingMessage, refusal: Refusal): string {
  const body = bodyOf(refusal, requestIdOf(request));
  const headers = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    ...["connection: close", "content-type: application/json", `content-length: ${Buffer.byteLength(body)}`],
  ];
  return `${headers.join("\r\n")}\r\n\r\n${body}`;
}

function requestIdOf(request: { headers: IncomingMessage["headers"] }): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The status that goes with each code of an error before acceptance (protocol.md 14). */
export const httpStatuses: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  INVALID_INPUT: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  IDEMPOTENCY_CONFLICT: 409,
  BEHIND: 503,
  UNAVAILABLE: 503,
  READ_ONLY: 503,
};

function refusalOf(error: FastifyError | GxError): Refusal {
  if (error instanceof GxError && error.public) {
    return { status: httpStatuses[error.code] ?? 500, code: error.code, message: error.message };
  }
  const status = "statusCode" in error ? error.statusCode : undefined;
  if (status === 413) return { status, code: "BODY_TOO_LARGE", message: "The request body is too large." };
  if (status === 415) return { status, code: "BAD_REQUEST", message: "The request body must be application/json." };
  if (status !== undefined && status >= 400 && status < 500) {
    return { status, code: "BAD_REQUEST", message: "The request cannot be read." };
  }
  return { status: 500, code: "INTERNAL", message: "Internal error." };
}

const routeOf = ({ routeOptions }: FastifyRequest): string => routeOptions.url ?? "unknown";

function count({ requests, seconds }: WebMetrics, request: FastifyRequest, reply: FastifyReply): void {
  const route = routeOf(request);
  requests.inc({ method: request.method, route, status: String(reply.statusCode) });
  seconds.observe({ route }, reply.elapsedTime / 1_000);
}
