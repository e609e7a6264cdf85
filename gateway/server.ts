// The gateway behind HTTP: who you are, what you may cost, then the supergraph. In this order: nothing is parsed for a bad token.
import cookies from "@fastify/cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authenticate, Caller } from "../platform/auth.js";
import { developmentJwks } from "../platform/devkeys.js";
import { GxError } from "../platform/errors.js";
import { unframed } from "../platform/headers.js";
import { bareReadiness } from "../platform/health.js";
import type { Operations } from "../platform/operations.js";
import type { ProcessContext } from "../platform/process.js";
import { namesOf, newWeb, refuse, type Refusal, type WebMetrics } from "../platform/web.js";
import { openAfter } from "./after.js";
import { serveBoard } from "./board.js";
import { serveConsole } from "./console.js";
import { openStatus } from "./console-status.js";
import type { Documents } from "./documents.js";
import { openExecution, type Execute, type GraphRequest } from "./execute.js";
import { serveLive, type OpenSubscriptions } from "./live/live.js";
import { admitLocal, allowOrigin } from "./origin.js";
import { explorer, sandbox } from "./explorer.js";
import { servePages } from "./pages.js";
import { openRequests } from "./requests.js";
import { openRateLimit, type RateLimit } from "./rate.js";

export interface GatewayOptions {
  /** Of the supergraph that is served now. */
  readonly documents: () => Documents;
  readonly authenticate: Authenticate;
  readonly metrics: WebMetrics;
  /** Counts what was turned away, by reason (operations.md 4.1). */
  readonly rejected: { inc(labels: { reason: string }): void };
  readonly operations: Operations;
  readonly subscriptions: OpenSubscriptions;
}

export interface Gateway {
  readonly app: FastifyInstance;
  /** For operations that come by another way than POST. */
  readonly execute: Execute;
  close(): Promise<void>;
}

type ServerContext = Pick<ProcessContext, "config" | "log" | "ops" | "health">;

export async function newGateway(context: ServerContext, options: GatewayOptions): Promise<Gateway> {
  const { config } = context;
  const development = config.env === "development";
  // In a cluster the gateway has other names too, and no developer's browser beside it.
  const local = development && !config.inNamespace;
  const executing = { ...options, log: context.log, readOnly: config.readOnly };
  const execute = openExecution(executing);
  const app = newWeb(context, {
    bodyBytes: config.limits.bodyBytes,
    metrics: options.metrics,
    readiness: bareReadiness(context.health),
    ...(local ? { admit: admitLocal } : {}),
  });
  if (development) app.addHook("onRequest", async (request, reply) => allowOrigin(request.raw, reply.raw));
  app.addHook("onRequest", async (_, reply) => void reply.headers(unframed));
  app.addHook("onResponse", async (_, reply) => {
    if (reply.statusCode === 413) options.rejected.inc({ reason: "size" });
  });
  const callerOf = demandGoodToken(app, options);
  const rate = openRateLimit(config.limits.rate);
  limitRate(app, rate, callerOf, options);
  const afterOf = openAfter(config.readWaitMs);
  const requests = openRequests(options.documents);
  const answer = async (request: FastifyRequest, reply: FastifyReply, asked: GraphRequest | Refusal) => {
    if ("code" in asked) return turnAway(request, reply, asked, options);
    const refusal = afterOf.refusal(request);
    if (refusal) return turnAway(request, reply, refusal, options);
    const around = { ...namesOf(request), caller: callerOf(request), after: afterOf.given(request), blocks: [] };
    const { status, headers, text } = await execute(asked, around);
    reply.code(status).headers({ ...headers, "cache-control": "no-store" });
    return reply.type(typeOf(request)).send(text());
  };
  app.post("/graphql", (request, reply) => answer(request, reply, requests.ofBody(request.body)));
  app.get("/graphql", (request, reply) => answer(request, reply, requests.ofGet(request)));
  const admit = local ? admitLocal : () => undefined;
  serveLive(app, context, { ...executing, execute, callerOf, requestOf: requests.ofBody, admit, rate });
  for (const path of development ? ["/graphql", "/graphql/stream"] : []) {
    app.options(path, async (_, reply) => reply.code(204).send());
  }
  await app.register(cookies);
  await servePages(app, config.root, [
    ...(config.console
      ? [serveConsole(app, config, { callerOf, status: openStatus(config, context.health.report) })]
      : []),
    ...(config.explorer ? [explorer, sandbox] : []),
  ]);
  serveBoard(app, { ...options, config, log: context.log, callerOf });
  if (config.auth.jwksUrl === undefined) app.get("/.well-known/jwks.json", () => developmentJwks(config));
  return { app, execute, close: () => app.close() };
}

/** 401 for anything but a good token or none, on every route, before a body is read. */
function demandGoodToken(
  app: FastifyInstance,
  { authenticate, rejected }: Pick<GatewayOptions, "authenticate" | "rejected">,
): (request: FastifyRequest) => Caller {
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.addHook("onRequest", async (request) => {
    try {
      callers.set(request, await authenticate(authorizationOf(request)));
    } catch (error) {
      rejected.inc({ reason: "auth" });
      throw error;
    }
  });
  return (request) => callers.get(request) as Caller;
}

/** 429 for who asks the graph too often, before a body is read. */
function limitRate(
  app: FastifyInstance,
  rate: RateLimit,
  callerOf: (request: FastifyRequest) => Caller,
  options: Pick<GatewayOptions, "rejected">,
): void {
  const paths: readonly (string | undefined)[] = ["/graphql", "/graphql/stream"];
  app.addHook("onRequest", async (request, reply) => {
    if (request.method === "OPTIONS" || !paths.includes(request.routeOptions.url)) return;
    const { refusal, headers } = rate.take(callerOf(request), request.ip);
    reply.headers(headers);
    if (refusal) return turnAway(request, reply, refusal, options);
  });
}

/** Two of these headers are two claims: neither counts. */
function authorizationOf({ raw }: FastifyRequest): string | undefined {
  const names = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "authorization");
  if (names.length > 1) throw new GxError("UNAUTHENTICATED", "The token is not valid.", { public: true });
  return raw.headers.authorization;
}

const RESPONSE_TYPE = "application/graphql-response+json";

/** The type of GraphQL over HTTP for those who ask for it. */
const typeOf = ({ headers }: FastifyRequest): string =>
  `${headers.accept?.includes(RESPONSE_TYPE) ? RESPONSE_TYPE : "application/json"}; charset=utf-8`;

const reasons: Readonly<Record<string, string>> = {
  BAD_REQUEST: "size",
  RATE_LIMITED: "rate",
};

function turnAway(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
  { rejected }: Pick<GatewayOptions, "rejected">,
): FastifyReply {
  const reason = reasons[refusal.code];
  if (reason) rejected.inc({ reason });
  if (refusal.status === 405) reply.header("allow", "POST");
  return refuse(request, reply, refusal);
}
