// Read your writes (surface.md 5): before a query reads anything, the rows of the point asked for must be there.
// Mutations wait for nothing: what is accepted does not depend on rows.
import type { ApolloServerPlugin } from "@apollo/server";
import type { GraphQLError } from "graphql";
import { buckets, type Metrics } from "../platform/metrics.js";
import { AFTER_HEADER, BLOCK_HEADER, type After } from "../platform/statement.js";
import { Behind, UnknownCommand, type Watermark } from "../platform/watermark.js";
import type { Context } from "./context.js";
import { behind, invalidInput } from "./errors.js";

/** One per process. Answers say in a header which block they reflect at least: it is taken before anything is read. */
export function readYourWrites(watermark: Watermark, metrics: Metrics): ApolloServerPlugin<Context> {
  const seconds = metrics.histogram("read_wait_seconds", "Time that a read waited for its block.", buckets.pipeline);
  const late = metrics.counter("read_behind_total", "Reads whose block did not come in time.");
  const reached = async ({ target, deadline }: After): Promise<GraphQLError | undefined> => {
    const done = seconds.startTimer();
    try {
      await watermark.reach(target, deadline);
      return undefined;
    } catch (error) {
      if (error instanceof UnknownCommand) return invalidInput([{ path: AFTER_HEADER, message: "names no command" }]);
      if (!(error instanceof Behind)) throw error;
      late.inc();
      return behind(error.distance);
    } finally {
      done();
    }
  };
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ operation, contextValue: { after }, response }) => {
        if (operation.operation !== "query") return null;
        const error = after && (await reached(after));
        const block = watermark.block();
        if (block >= 0) response.http.headers.set(BLOCK_HEADER, String(block));
        if (!error) return null;
        return { http: response.http, body: { kind: "single", singleResult: { errors: [error.toJSON()] } } };
      },
    }),
  };
}
