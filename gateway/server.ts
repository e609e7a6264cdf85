// The gateway behind HTTP: who you are, what you may cost, then the supergraph. In this order: nothing is parsed for a bad token.
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { ApolloGateway } from "@apollo/gateway";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authenticate, Caller } from "../platform/auth.js";
import { developmentJwks } from "../platform/devkeys.js";
import { GxError } from "../platform/errors.js";
import type { ProcessContext } from "../platform/process.js";
import { newWeb, refuse, type Refusal, type WebMetrics } from "../platform/web.js";
import { answers, formatError } from "./answers.js";
import { openAfter } from "./after.js";
import type { Context } from "./context.js";
import { openExamination, type Examine } from "./limits.js";
import { admitLocal, allowOrigin } from "./origin.js";
import { explorer } from "./explorer.js";
import { servePages } from "./pages.js";

export interface GatewayOptions {
  readonly gateway: ApolloGateway;
  readonly authenticate: Authenticate;
  readonly metrics: WebMetrics;
  /** Counts what was turned away, by reason (operations.md 4.1). */
  readonly rejected: { inc(labels: { reason: string }): void };
  readonly plugins: readonly ApolloServerPlugin<Context>[];
}

export interface Gateway {
  readonly app: FastifyInstance;
  close(): Promise<void>;
}

type ServerContext = Pick<ProcessContext, "config" | "log" | "ops">;

export async function newGateway(context: ServerContext, options: GatewayOptions): Promise<Gateway> {
  const { config } = context;
  const development = config.env === "development";
  const apollo = newApollo(context, options);
  await apollo.start();
  const app = newWeb(context, {
    bodyBytes: config.limits.bodyBytes,
    metrics: options.metrics,
    ...(development ? { admit: admitLocal } : {}),
  });
  if (development) app.addHook("onRequest", async (request, reply) => allowOrigin(request.raw, reply.raw));
  app.addHook("onResponse", async (_, reply) => {
    if (reply.statusCode === 413) options.rejected.inc({ reason: "size" });
  });
  const callerOf = demandGoodToken(app, options);
  const examine = openExamination(config.limits);
  const afterOf = openAfter(config.readWaitMs);
  app.route({
    method: "POST",
    url: "/graphql",
    preHandler: async (request, reply) => {
      const refusal = refusalOf(request.body, examine) ?? afterOf.refusal(request);
      if (refusal) await turnAway(request, reply, refusal, options);
    },
    handler: fastifyApolloHandler(apollo, {
      context: (request) =>
        Promise.resolve({
          ...{ caller: callerOf(request), requestId: request.id },
          ...{ after: afterOf.given(request), blocks: [] },
        }),
    }),
  });
  if (development) app.options("/graphql", async (_, reply) => reply.code(204).send());
  await servePages(app, config.root, [{ name: "console", path: "/" }, ...(config.explorer ? [explorer] : [])]);
  if (config.auth.jwksUrl === undefined) app.get("/.well-known/jwks.json", () => developmentJwks(config));
  return {
    app,
    close: async () => {
      await app.close();
      await apollo.stop();
    },
  };
}

function newApollo({ config, log }: ServerContext, { gateway, plugins }: GatewayOptions): ApolloServer<Context> {
  const tellsTypes = config.env === "development" || config.explorer;
  return new ApolloServer<Context>({
    gateway,
    formatError,
    nodeEnv: "production",
    introspection: tellsTypes,
    hideSchemaDetailsFromClientErrors: !tellsTypes,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      answers(log),
      ...plugins,
    ],
  });
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

/** Two of these headers are two claims: neither counts. */
function authorizationOf({ raw }: FastifyRequest): string | undefined {
  const names = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "authorization");
  if (names.length > 1) throw new GxError("UNAUTHENTICATED", "The token is not valid.", { public: true });
  return raw.headers.authorization;
}

const bad = (message: string): Refusal => ({ status: 400, code: "BAD_REQUEST", message });

function refusalOf(body: unknown, examine: Examine): Refusal | undefined {
  if (Array.isArray(body)) return bad("Several operations in one request are not supported.");
  if (typeof body !== "object" || body === null) return bad("The request body must be a JSON object.");
  const { query } = body as { query?: unknown };
  if (typeof query !== "string" || query === "") return bad("The request body must hold a query as text.");
  return examine(query);
}

const reasons: Readonly<Record<string, string>> = {
  QUERY_TOO_DEEP: "depth",
  BAD_REQUEST: "size",
  INVALID_INPUT: "header",
};

async function turnAway(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
  { rejected }: Pick<GatewayOptions, "rejected">,
): Promise<void> {
  rejected.inc({ reason: reasons[refusal.code] ?? "cost" });
  await refuse(request, reply, refusal);
}
