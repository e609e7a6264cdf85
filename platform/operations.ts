// Counts GraphQL operations of gateway and subgraphs (operations.md 4.1).
import type { ApolloServerPlugin, BaseContext } from "@apollo/server";
import { buckets, type Metrics } from "./metrics.js";

const DENIED: readonly unknown[] = ["UNAUTHENTICATED", "FORBIDDEN"];
// No operation is known by a name of ours: a caller's own name would make a series of its own.
const OPERATION = "other";

/** graphql_operations_total and graphql_operation_duration_seconds. One per process: servers share it. */
export function measuredOperations<C extends BaseContext>(metrics: Metrics): ApolloServerPlugin<C> {
  const operations = metrics.counter("graphql_operations_total", "GraphQL operations answered.", [
    ...(["operation", "type", "outcome"] as const),
  ]);
  const seconds = metrics.histogram("graphql_operation_duration_seconds", "Time of an operation.", buckets.request, [
    "operation",
  ]);
  return {
    requestDidStart: async () => {
      const done = seconds.startTimer({ operation: OPERATION });
      return {
        willSendResponse: async ({ operation, response }) => {
          const errors = response.body.kind === "single" ? (response.body.singleResult.errors ?? []) : [];
          const denied = errors.some(({ extensions }) => DENIED.includes(extensions?.["code"]));
          const outcome = errors.length === 0 ? "ok" : denied ? "denied" : "error";
          operations.inc({ operation: OPERATION, type: operation?.operation ?? "unknown", outcome });
          done();
        },
      };
    },
  };
}
