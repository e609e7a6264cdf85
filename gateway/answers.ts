// What a caller reads of an error: code, request id, and no word that is not meant for callers.
// Never a stack, a path, SQL, an address or the name of a service.
import type { ApolloServerPlugin } from "@apollo/server";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import type { Logger } from "../platform/log.js";
import { httpStatuses } from "../platform/web.js";
import { BLOCK_HEADER } from "../platform/statement.js";
import type { Context } from "./context.js";
import { faultsOfDocument, faultsOfVariables, invalidInput } from "./input.js";

/** What a subgraph may say, in the gateway's own words. */
const sentences: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: "A token is needed for this.",
  FORBIDDEN: "The caller may not do or see this.",
  INVALID_INPUT: "A field of the input is missing, unknown or malformed.",
  NOT_FOUND: "A named object does not exist.",
  IDEMPOTENCY_CONFLICT: "The idempotency key was used for another command or input.",
  BEHIND: "The read models have not reached the point asked for; try again later.",
  UNAVAILABLE: "A part of the system does not answer; try again later.",
};
/** What the gateway itself finds wrong with a request; its message is about the request alone. */
const own: readonly string[] = [
  ...["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "OPERATION_RESOLUTION_FAILURE", "BAD_REQUEST"],
];
/** What an error may say besides its code. */
const DETAILS = ["category", "fields", "distance"] as const;

/** The answer to an error that nobody expected. */
const internal = { message: "Internal error.", extensions: { code: "INTERNAL" } } as const;

type Told = Pick<GraphQLError, "message" | "extensions"> | GraphQLFormattedError;

/** The sentence that a caller may read; undefined for an error that nobody expected. */
function sentenceOf({ message, extensions }: Told): string | undefined {
  const code = String(extensions?.["code"]);
  // The library names the subgraph in every error that came from one.
  const fromSubgraph = extensions?.["serviceName"] !== undefined;
  return sentences[code] ?? (own.includes(code) && !fromSubgraph ? message : undefined);
}

/** Keeps code, place and allowed details of the errors that callers may read; masks all others. */
export function formatError(error: GraphQLFormattedError): GraphQLFormattedError {
  const place = error.path ? { path: error.path } : {};
  const message = sentenceOf(error);
  if (message === undefined) return { ...internal, ...place };
  const details = DETAILS.flatMap((name) => {
    const value = error.extensions?.[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const extensions = { code: error.extensions?.["code"], ...Object.fromEntries(details) };
  return { message, ...place, ...(error.locations ? { locations: error.locations } : {}), extensions };
}

/** Tells faults of input together, gives every error its request id and every answer its status, logs defects once. */
export function answers(log: Logger): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => {
      let faults: ReturnType<typeof faultsOfDocument>;
      return {
        validationDidStart:
          async ({ schema, document, request }) =>
          async (errors) => {
            if (errors) faults = faultsOfDocument(schema, document, errors, request.variables ?? {});
          },
        didResolveOperation: async ({ schema, operation, request }) => {
          const found = operation ? faultsOfVariables(schema, operation, request.variables ?? {}) : [];
          if (found.length > 0) throw invalidInput(found);
        },
        didEncounterErrors: async ({ errors, contextValue }) => {
          for (const error of errors)
            if (sentenceOf(error) === undefined) logDefect(log, error, contextValue.requestId);
        },
        willSendResponse: async (request) => {
          const result = request.response.body.kind === "single" ? request.response.body.singleResult : undefined;
          if (!result) return;
          const errors = faults ? [formatError(invalidInput(faults).toJSON())] : result.errors;
          delete result.extensions;
          const block = Math.min(...request.contextValue.blocks);
          if (Number.isFinite(block)) request.response.http.headers.set(BLOCK_HEADER, String(block));
          if (errors) result.errors = told(errors, request.contextValue);
          if (errors && isEmpty(result.data)) request.response.http.status = statusOf(errors);
        },
      };
    },
  };
}

function logDefect(log: Logger, error: GraphQLError, requestId: string): void {
  const { code, serviceName: domain } = error.extensions;
  // A subgraph has logged its own defect.
  if (code === internal.extensions.code) return;
  log.error({ error: error.originalError ?? error, code, domain, requestId }, "Unexpected error");
}

const told = (errors: readonly GraphQLFormattedError[], { requestId }: Context): GraphQLFormattedError[] =>
  errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));

/** Nothing that was asked for could be answered. */
const isEmpty = (data: Readonly<Record<string, unknown>> | null | undefined): boolean =>
  data == null || Object.values(data).every((value) => value === null);

function statusOf([first]: readonly GraphQLFormattedError[]): number {
  const code = String(first?.extensions?.["code"]);
  return httpStatuses[code] ?? (own.includes(code) ? 400 : 500);
}
