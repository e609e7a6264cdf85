// Counts GraphQL operations of gateway and subgraphs (operations.md 4.1).
import type { ApolloServerPlugin, BaseContext } from "@apollo/server";
import type { GraphQLFormattedError } from "graphql";
import { buckets, type Metrics } from "./metrics.js";

const DENIED: readonly unknown[] = ["UNAUTHENTICATED", "FORBIDDEN"];
// A caller's own name would make a series of its own.
const OTHER = "other";

/** Name of a known operation by what shows it: its text, or what a query plan calls a part of it. */
export type NameOf = (shown: string) => string | undefined;

export interface Operations {
  /** Begins the time of an operation; what comes back takes its type, "unknown" without one, and its errors. */
  begin(
    shown?: string,
  ): (type: string | undefined, errors: readonly Pick<GraphQLFormattedError, "extensions">[]) => void;
}

/** graphql_operations_total and graphql_operation_duration_seconds. One per process: servers share it. */
export function operationFigures(metrics: Metrics, nameOf: NameOf): Operations {
  const operations = metrics.counter("graphql_operations_total", "GraphQL operations answered.", [
    ...(["operation", "type", "outcome"] as const),
  ]);
  const seconds = metrics.histogram("graphql_operation_duration_seconds", "Time of an operation.", buckets.request, [
    "operation",
  ]);
  return {
    begin: (shown) => {
      const operation = (shown === undefined ? undefined : nameOf(shown)) ?? OTHER;
      const done = seconds.startTimer({ operation });
      return (type, errors) => {
        const denied = errors.some(({ extensions }) => DENIED.includes(extensions?.["code"]));
        const outcome = errors.length === 0 ? "ok" : denied ? "denied" : "error";
        operations.inc({ operation, type: type ?? "unknown", outcome });
        done();
      };
    },
  };
}

/** The same for a server of the library. */
export function measuredOperations<C extends BaseContext>(metrics: Metrics, nameOf: NameOf): ApolloServerPlugin<C> {
  const figures = operationFigures(metrics, nameOf);
  return {
    requestDidStart: async ({ request }) => {
      const done = figures.begin(request.operationName);
      return {
        willSendResponse: async ({ operation, response }) =>
          done(operation?.operation, response.body.kind === "single" ? (response.body.singleResult.errors ?? []) : []),
      };
    },
  };
}
