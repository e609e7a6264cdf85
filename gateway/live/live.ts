// Live updates of the gateway: subscriptions over sockets and event streams, over one connection to the cache Redis.
// Never outlives the server that it is put before: its connections end before the server waits for them.
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Authenticate } from "../../platform/auth.js";
import type { ProcessContext } from "../../platform/process.js";
import type { Refusal } from "../../platform/web.js";
import { newDocuments, type Documents } from "../documents.js";
import { openExecution, type Execute, type ExecutionPorts } from "../execute.js";
import type { RateLimit } from "../rate.js";
import type { Supergraph } from "../supergraph.js";
import { serveEvents, type EventsOptions } from "./events.js";
import { openOperations } from "./operations.js";
import { newPlaces } from "./places.js";
import { openSignals } from "./signals.js";
import { openSockets } from "./sockets.js";
import type { SubscriptionKind } from "./subscriptions.js";

export interface LiveOptions extends ExecutionPorts, Pick<EventsOptions, "callerOf" | "requestOf"> {
  readonly authenticate: Authenticate;
  readonly execute: Execute;
  readonly admit: (request: IncomingMessage) => Refusal | undefined;
  readonly rate: RateLimit;
  /** Counts what is open. */
  readonly subscriptions: OpenSubscriptions;
}

export interface OpenSubscriptions {
  inc(labels: { kind: SubscriptionKind }): void;
  dec(labels: { kind: SubscriptionKind }): void;
}

/** What our own fields around the caller's selection may add. */
const AROUND = { tokens: 100, depth: 3, aliases: 5 };

export function serveLive(
  app: FastifyInstance,
  { config, log, health }: Pick<ProcessContext, "config" | "log" | "health">,
  options: LiveOptions,
): void {
  const { limits } = config;
  const signals = openSignals({ url: config.cacheUrl, log });
  health.fact("liveUpdates", signals.state);
  const look = openExecution({ ...options, documents: widened(options.documents, limits) });
  const prepare = openOperations({
    ...{ execute: options.execute, look, documents: options.documents, signals },
    ...{ pageSize: limits.pageSize, waitMs: config.readWaitMs },
    opened: (kind) => {
      options.subscriptions.inc({ kind });
      return () => options.subscriptions.dec({ kind });
    },
  });
  const places = newPlaces(limits.connections);
  const endEvents = serveEvents(app, { ...options, log, prepare, places, pingMs: config.livePingMs });
  const endSockets = openSockets({
    ...{ server: app.server, log, authenticate: options.authenticate, admit: options.admit, prepare, places },
    ...{ rate: options.rate, rejected: options.rejected },
    ...{ schema: () => options.documents().supergraph.schema },
    ...{ messageBytes: limits.bodyBytes, operations: limits.subscriptions, pingMs: config.livePingMs },
  });
  app.addHook("preClose", async () => {
    endEvents();
    await endSockets();
    signals.close();
  });
}

/** The documents of the supergraph that is served, with room for our own fields. */
function widened(documents: () => Documents, limits: ProcessContext["config"]["limits"]): () => Documents {
  const { tokens, depth, aliases } = AROUND;
  const room = {
    ...{ tokens: limits.tokens + tokens, depth: limits.depth + depth, aliases: limits.aliases + aliases },
    rootMutations: 0,
  };
  let of: Supergraph | undefined;
  let made: Documents | undefined;
  return () => {
    const { supergraph } = documents();
    if (made && of === supergraph) return made;
    of = supergraph;
    return (made = newDocuments(supergraph, { limits: room, introspection: false }));
  };
}
