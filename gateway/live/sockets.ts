// Operations over WebSocket (graphql-transport-ws) on the gateway's own port: who connects, what he may open, when it ends.
// Never leaves a socket open whose token is over, whose client is gone, or that a page of another machine opened.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { GraphQLError, type ExecutionArgs, type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import {
  CloseCode,
  handleProtocols,
  makeServer,
  type Context as Connection,
  type ServerOptions,
  type SubscribePayload,
} from "graphql-ws";
import { WebSocketServer, type WebSocket } from "ws";
import type { Authenticate, Caller } from "../../platform/auth.js";
import { GxError, messageOf } from "../../platform/errors.js";
import type { Logger } from "../../platform/log.js";
import { refusalText, type Refusal } from "../../platform/web.js";
import type { RateLimit } from "../rate.js";
import { atExpiry } from "./expiry.js";
import type { Operation, Prepare } from "./operations.js";
import type { Places } from "./places.js";

export interface SocketsOptions {
  readonly server: Server;
  readonly log: Logger;
  readonly authenticate: Authenticate;
  readonly prepare: Prepare;
  readonly schema: () => GraphQLSchema;
  readonly places: Places;
  readonly rate: RateLimit;
  /** Counts what was turned away, by reason (operations.md 4.1). */
  readonly rejected: { inc(labels: { reason: string }): void };
  /** Looks at every upgrade first. */
  readonly admit: (request: IncomingMessage) => Refusal | undefined;
  /** Bytes of a message. */
  readonly messageBytes: number;
  /** Operations that one socket may have open. */
  readonly operations: number;
  /** Milliseconds between two pings; a client that has not answered the last one is gone. */
  readonly pingMs: number;
}

interface Extra extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  /** Of the client. */
  readonly address: string;
  caller?: Caller;
}
type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, Extra>>;
type Client = Connection<Record<string, unknown>, Extra>;

const PATH = "/graphql";
const INIT_MS = 5_000;
const GOING_AWAY = 1001;
/** After it a socket whose client does not close it is cut. */
const CLOSE_MS = 1_000;

/** Returns what ends all of it, with 1001 to every client. */
export function openSockets(options: SocketsOptions): () => Promise<void> {
  const { server, messageBytes, places } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytes, handleProtocols });
  const protocol: Protocol = makeServer(protocolOf(options));
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, options);
    if (refusal) return refuse(request, stream, refusal);
    const leave = places.take();
    if (!leave) return refuse(request, stream, places.refusal);
    stream.once("close", leave);
    sockets.handleUpgrade(request, stream, head, (socket) => serve(socket, addressOf(request), protocol, options));
  };
  server.on("upgrade", upgrade);
  return async () => {
    server.off("upgrade", upgrade);
    server.on("upgrade", (request, stream) => refuse(request, stream, goingAway));
    await Promise.all([...sockets.clients].map(endSocket));
  };
}

const goingAway: Refusal = { status: 503, code: "UNAVAILABLE", message: "This gateway is about to end." };
const nothingHere: Refusal = { status: 404, code: "NOT_FOUND", message: "There is nothing at this address." };

function refusalOf(request: IncomingMessage, { admit }: SocketsOptions): Refusal | undefined {
  const refusal = admit(request);
  if (refusal) return refusal;
  return request.url?.split("?", 1)[0] === PATH ? undefined : nothingHere;
}

function refuse(request: IncomingMessage, stream: Duplex, refusal: Refusal): void {
  stream.on("error", () => undefined);
  stream.end(refusalText(request, refusal));
}

const addressOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? "";

function serve(socket: WebSocket, address: string, protocol: Protocol, { log, pingMs }: SocketsOptions): void {
  // A message that is too large, or no message at all: the library closes the socket with a code that says so.
  socket.on("error", (error) => log.debug({ reason: messageOf(error) }, "Socket failed"));
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => new Promise<void>((resolve) => socket.send(text, () => resolve())),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        socket.on("message", (data: Buffer) => {
          handle(data.toString("utf8")).catch((error: unknown) => {
            log.error({ error }, "Unexpected error");
            socket.close(CloseCode.InternalServerError, "Internal error");
          });
        }),
    },
    { socket, address },
  );
  const stopPinging = ping(socket, pingMs);
  socket.once("close", (code, reason) => {
    stopPinging();
    void closed(code, reason.toString("utf8"));
  });
}

function ping(socket: WebSocket, everyMs: number): () => void {
  let answered = true;
  socket.on("pong", () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, everyMs).unref();
  return () => clearInterval(timer);
}

function endSocket(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(GOING_AWAY, "Going away");
  });
}

/** What the protocol's own library asks of us. */
function protocolOf({
  authenticate,
  prepare,
  operations,
  schema,
  log,
  rate,
  rejected,
}: SocketsOptions): ServerOptions<Record<string, unknown>, Extra> {
  return {
    connectionInitWaitTimeout: INIT_MS,
    onConnect: async ({ connectionParams, extra }: Client) => {
      const caller = await callerOf(authenticate, connectionParams, log);
      // A socket that was closed meanwhile does not say so again.
      if (!caller || extra.socket.readyState !== extra.socket.OPEN) return false;
      extra.caller = caller;
      const stop = atExpiry(caller, () => extra.socket.close(CloseCode.Forbidden, "The token is over"));
      extra.socket.once("close", stop);
      return true;
    },
    onSubscribe: async ({ extra, subscriptions }: Client, _id: string, payload: SubscribePayload) => {
      if (Object.keys(subscriptions).length > operations) return [tooMany(operations)];
      const caller = extra.caller as Caller;
      const { refusal } = rate.take(caller, extra.address);
      if (refusal) rejected.inc({ reason: "rate" });
      if (refusal) return [new GraphQLError(refusal.message, { extensions: { code: refusal.code } })];
      const { query, variables, operationName } = payload;
      const request = { query, variables: variables ?? undefined, operationName: operationName ?? undefined };
      const operation = await prepare(request, caller);
      if (operation.is === "refused") return operation.errors.map(asError);
      return { schema: schema(), document: operation.document, operationName, contextValue: operation };
    },
    execute: ({ contextValue }: ExecutionArgs) => {
      const operation = contextValue as Operation;
      return operation.is === "single" ? operation.run() : NOTHING;
    },
    subscribe: ({ contextValue }: ExecutionArgs) => {
      const operation = contextValue as Operation;
      return operation.is === "stream" ? operation.open() : NOTHING;
    },
    onError: (_: Client, _id: string, _payload: SubscribePayload, errors: readonly GraphQLError[]) =>
      errors.map(told(log)),
    // As it is: it has been put into words for the caller.
    onNext: (_: Client, _id: string, _payload: SubscribePayload, _args: ExecutionArgs, result: object) => result,
  };
}

const NOTHING = {};

/** What nobody expected is told without its reason. */
const told = (log: Logger) => (error: GraphQLError) => {
  if (error.extensions["code"] !== undefined) return error.toJSON();
  log.error({ error: error.originalError ?? error }, "Unexpected error");
  return { message: "Internal error.", extensions: { code: "INTERNAL" } };
};

const asError = ({ message, extensions }: GraphQLFormattedError) =>
  new GraphQLError(message, { extensions: { ...extensions } });

const tooMany = (most: number) =>
  new GraphQLError(`A connection may have ${most} operations open at a time.`, {
    extensions: { code: "TOO_MANY_SUBSCRIPTIONS" },
  });

/** Undefined for a bad token; without one nobody in particular. */
async function callerOf(
  authenticate: Authenticate,
  given: Readonly<Record<string, unknown>> = {},
  log: Logger,
): Promise<Caller | undefined> {
  const claims = Object.entries(given).filter(([name]) => name.toLowerCase() === "authorization");
  const [, claim] = claims[0] ?? [];
  // Two claims are none, and what is no text is no token.
  if (claims.length > 1 || (claim != null && typeof claim !== "string")) return undefined;
  try {
    return await authenticate(claim ?? undefined);
  } catch (error) {
    if (!(error instanceof GxError)) throw error;
    log.debug({ reason: error.message }, "Socket refused");
    return undefined;
  }
}
