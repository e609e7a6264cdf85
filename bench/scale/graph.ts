// The subgraphs over a database, in this process and without a cache, and the statements that their answers take.
import { graphql, type GraphQLSchema } from "graphql";
import type pg from "pg";
import { furnishedDomains, type FurnishedDomain } from "../../catalogue/index.js";
import type { Caller } from "../../platform/auth.js";
import { openDatabase } from "../../platform/database.js";
import { createLog } from "../../platform/log.js";
import { createMetrics } from "../../platform/metrics.js";
import { openReads, READING } from "../../platform/reads.js";
import { openRegistrations } from "../../platform/registrations.js";
import { newContext, type Ports } from "../../subgraphs/context.js";
import { executableSchema } from "../../subgraphs/domains.js";

/** As it reaches the pool. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface Answered {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly string[];
  readonly statements: readonly Statement[];
}

export interface WatchedGraph {
  readonly schemas: Readonly<Record<FurnishedDomain, GraphQLSchema>>;
  /** One request at a time, so that its statements are its own. */
  ask(domain: FurnishedDomain, query: string, variables: Readonly<Record<string, unknown>>): Promise<Answered>;
  close(): Promise<void>;
}

/** `caller`: who asks, and whose own lists are asked for. */
export function watchedGraph(url: string, caller: Caller): WatchedGraph {
  const identity = { service: "scale", environment: "development", version: "0" };
  const log = createLog({ ...identity, level: "error" });
  const metrics = createMetrics({ ...identity, digest: "", catalogue: "" });
  const database = openDatabase({ url, connections: 2, log, metrics, statementMs: 60_000, session: READING });
  const seen = watch(database.pool);
  const ports: Ports = {
    reads: openReads(database),
    cache: {
      rows: async (_, keys, load) => {
        const found = await load(keys);
        return keys.map((key) => found.get(key) ?? null);
      },
      state: () => "off",
      close: () => undefined,
    },
    accept: () => Promise.reject(new Error("nothing is asked to change")),
    registrations: openRegistrations(database),
    replay: () => Promise.reject(new Error("nothing is asked to change")),
    pageSize: 100,
  };
  const schemas = Object.fromEntries(furnishedDomains.map((domain) => [domain, executableSchema(domain)])) as Record<
    FurnishedDomain,
    GraphQLSchema
  >;
  return {
    schemas,
    ask: async (domain, source, variableValues) => {
      seen.length = 0;
      const contextValue = newContext(ports, { caller, after: undefined }, { requestId: "scale", traceId: "scale" });
      const { data, errors } = await graphql({ schema: schemas[domain], source, variableValues, contextValue });
      return {
        data: (data ?? null) as Answered["data"],
        errors: (errors ?? []).map(({ message }) => message),
        statements: [...seen],
      };
    },
    close: () => database.close(),
  };
}

/** Every statement that comes through the pool from now on. */
function watch(pool: pg.Pool): Statement[] {
  const seen: Statement[] = [];
  const query = pool.query.bind(pool) as (...given: unknown[]) => unknown;
  const watched = (...given: unknown[]) => {
    const [first, second] = given;
    if (typeof first === "string") seen.push({ text: first, values: (second as unknown[] | undefined) ?? [] });
    else seen.push({ text: (first as Statement).text, values: (first as Statement).values ?? [] });
    return query(...given);
  };
  pool.query = watched as typeof pool.query;
  return seen;
}
