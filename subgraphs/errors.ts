// What a subgraph answers instead of data: the codes of protocol.md 14, as GraphQL errors.
// Never says whether a thing exists that the caller may not see.
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { unwrapResolverError } from "@apollo/server/errors";
import type { Fault } from "../catalogue/language.js";
import { codeOf, GxError, messageOf } from "../platform/errors.js";

export const unauthenticated = () =>
  new GraphQLError("A token is needed for this.", { extensions: { code: "UNAUTHENTICATED" } });

export const forbidden = () =>
  new GraphQLError("The caller may not do or see this.", { extensions: { code: "FORBIDDEN" } });

export const notFound = (what: string) =>
  new GraphQLError(`There is no such ${what}.`, { extensions: { code: "NOT_FOUND" } });

export const invalidInput = (fields: readonly Fault[]) =>
  new GraphQLError("A field of the input is missing, unknown or malformed.", {
    extensions: { code: "INVALID_INPUT", category: "BAD_USER_INPUT", fields },
  });

/** What a mutation that makes no command met: `state` is the object's, null where there is no object yet. */
export const conflict = (state: string | null) =>
  new GraphQLError("The state of the object does not allow this.", { extensions: { code: "CONFLICT", state } });

/** `distance`: blocks that are missing; null for a command that no block holds yet. */
export const behind = (distance: number | null) =>
  new GraphQLError("The read models have not reached the point asked for.", {
    extensions: { code: "BEHIND", distance },
  });

const OURS: readonly string[] = ["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "INVALID_INPUT", "CONFLICT"];

/** Masks what is not ours. `defect` is told of everything that nobody expected, with the error as the library holds it. */
export function formatError(defect: (error: unknown, held: unknown) => void) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const cause = unwrapResolverError(thrown);
    if (cause instanceof GxError && cause.public) {
      return { ...formatted, message: cause.message, extensions: { code: cause.code } };
    }
    const code = formatted.extensions?.["code"];
    if (cause instanceof GraphQLError && OURS.includes(String(code))) return formatted;
    // A value that a scalar or an enum refused, of a request that did not pass the gateway's own check.
    if (code === "BAD_USER_INPUT") {
      const path = /^Variable "\$(\w+)"/.exec(formatted.message)?.[1] ?? "";
      return invalidInput([{ path, message: formatted.message }]).toJSON();
    }
    if (code === "GRAPHQL_VALIDATION_FAILED" || code === "GRAPHQL_PARSE_FAILED") return formatted;
    defect(cause, thrown);
    return { ...formatted, message: "Internal error.", extensions: { code: "INTERNAL" } };
  };
}

/** What a log may hold of an unexpected error: no values of the request. */
export const reasonOf = (error: unknown) => ({ code: codeOf(error), message: messageOf(error) });
