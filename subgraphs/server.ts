// One subgraph behind HTTP. Answers nobody but the gateway: each request carries a signed caller statement about its body,
// which is verified before the body is parsed.
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { FurnishedDomain } from "../catalogue/index.js";
import type { ProcessContext } from "../platform/process.js";
import { STATEMENT_HEADER, type Stated, type Statements } from "../platform/statement.js";
import { namesOf, newWeb, refuse, type WebMetrics } from "../platform/web.js";
import { newContext, type Context, type Ports } from "./context.js";
import { formatError, reasonOf } from "./errors.js";
import { executableSchema } from "./domains.js";

export interface SubgraphOptions {
  readonly domain: FurnishedDomain;
  readonly ports: Ports;
  readonly statements: Statements;
  readonly metrics: WebMetrics;
  readonly plugins: readonly ApolloServerPlugin<Context>[];
}

export interface Subgraph {
  readonly app: FastifyInstance;
  close(): Promise<void>;
}

/** The gateway's own limit holds for callers; lists of entities that it asks for may be longer. */
const BODY_BYTES = 5_000_000;

export async function newSubgraph(
  context: Pick<ProcessContext, "config" | "log" | "ops">,
  options: SubgraphOptions,
): Promise<Subgraph> {
  const { config, log } = context;
  const { domain, ports } = options;
  const asked = namesOfErrors();
  const apollo = new ApolloServer<Context>({
    schema: executableSchema(domain),
    formatError: formatError((error, held) =>
      log.error({ error, domain, ...reasonOf(error), ...asked.names(held) }, "Unexpected error"),
    ),
    introspection: config.env === "development",
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      asked.plugin,
      ...options.plugins,
    ],
  });
  await apollo.start();
  const app = newWeb(context, { bodyBytes: BODY_BYTES, metrics: options.metrics });
  const statedOf = demandStatement(app, domain, options.statements);
  const handler = fastifyApolloHandler(apollo, {
    context: (request) => Promise.resolve(newContext(ports, statedOf(request), namesOf(request))),
  });
  app.post("/graphql", handler);
  return {
    app,
    close: async () => {
      await app.close();
      await apollo.stop();
    },
  };
}

/** Which request an error belongs to: where errors are formatted, the library does not say it. */
function namesOfErrors() {
  const requests = new WeakMap<object, Pick<Context, "requestId" | "traceId">>();
  const plugin: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue: { requestId, traceId } }) => {
        for (const error of errors) requests.set(error, { requestId, traceId });
      },
    }),
  };
  return { plugin, names: (error: unknown) => (error instanceof Error ? requests.get(error) : undefined) };
}

/** Answers 401 to every request that has no statement for this subgraph and this very body. */
function demandStatement(
  app: FastifyInstance,
  domain: FurnishedDomain,
  statements: Statements,
): (request: FastifyRequest) => Stated {
  const stated = new WeakMap<FastifyRequest, Stated>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) => {
    const statement = request.headers[STATEMENT_HEADER];
    const given = typeof statement === "string" ? statement : undefined;
    stated.set(request, await statements.verify(given, domain, body));
    return JSON.parse(body.toString("utf8")) as unknown;
  });
  app.addHook("preHandler", async (request, reply) => {
    if (stated.has(request)) return;
    await refuse(request, reply, {
      ...{ status: 401, code: "UNAUTHENTICATED" },
      message: "A valid caller statement is missing.",
    });
  });
  return (request) => stated.get(request) as Stated;
}
