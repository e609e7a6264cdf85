// What a caller reads of an error: code, request id, and no word that is not meant for callers.
// Never a stack, a path, SQL, an address or the name of a service.
import type { FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from "graphql";
import type { Logger } from "../platform/log.js";
import { httpStatuses } from "../platform/web.js";
import { BLOCK_HEADER } from "../platform/statement.js";

/** What a subgraph may say, in the gateway's own words. */
const sentences: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: "A token is needed for this.",
  FORBIDDEN: "The caller may not do or see this.",
  INVALID_INPUT: "A field of the input is missing, unknown or malformed.",
  NOT_FOUND: "A named object does not exist.",
  CONFLICT: "The state of the object does not allow this.",
  IDEMPOTENCY_CONFLICT: "The idempotency key was used for another command or input.",
  BEHIND: "The read models have not reached the point asked for; try again later.",
  UNAVAILABLE: "A part of the system does not answer; try again later.",
};
/** What the gateway itself finds wrong with a request; its message is about the request alone. */
const own: readonly string[] = [
  ...["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "OPERATION_RESOLUTION_FAILURE", "BAD_REQUEST"],
  ...["TOO_MANY_TOKENS", "QUERY_TOO_DEEP", "TOO_MANY_ALIASES", "TOO_MANY_MUTATIONS", "READ_ONLY"],
];
/** What an error may say besides its code. */
const DETAILS = ["category", "fields", "distance", "state"] as const;

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

/** What came of an operation, in words for callers, before it is one caller's answer. */
export interface Outcome {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: readonly GraphQLFormattedError[];
  /** The smallest block that it reflects. */
  readonly block?: number | undefined;
}

/** Puts errors into words for callers; logs defects once. */
export function tellErrors(
  errors: readonly GraphQLError[],
  { log, requestId, traceId }: { log: Logger; requestId: string; traceId: string },
): readonly GraphQLFormattedError[] {
  return errors.map((error) => {
    if (sentenceOf(error) === undefined) logDefect(log, error, { requestId, traceId });
    return formatError(error.toJSON());
  });
}

/** One answer to one request, as HTTP tells it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly result: Pick<FormattedExecutionResult, "data" | "errors">;
  /** The result as JSON. */
  text(): string;
}

const faultless = new WeakMap<Outcome, Answer>();

/** The same outcome is told to everyone who shares it, each with the own request id in its errors. */
export function answerOf(outcome: Outcome, requestId: string): Answer {
  const { data, errors, block } = outcome;
  const known = faultless.get(outcome);
  if (known) return known;
  const headers = block === undefined ? {} : { [BLOCK_HEADER]: String(block) };
  const shown = data === undefined ? {} : { data: data as FormattedExecutionResult["data"] & object };
  if (errors.length > 0) {
    const told = errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
    return newAnswer(isEmpty(data) ? statusOf(errors) : 200, headers, { errors: told, ...shown });
  }
  const answer = newAnswer(200, headers, shown);
  faultless.set(outcome, answer);
  return answer;
}

function newAnswer(status: number, headers: Answer["headers"], result: Answer["result"]): Answer {
  let text: string | undefined;
  return { status, headers, result, text: () => (text ??= JSON.stringify(result)) };
}

function logDefect(log: Logger, error: GraphQLError, names: Readonly<Record<string, string>>): void {
  const { code, serviceName: domain } = error.extensions;
  // A subgraph has logged its own defect.
  if (code === internal.extensions.code) return;
  log.error({ error: error.originalError ?? error, code, domain, ...names }, "Unexpected error");
}

/** Nothing that was asked for could be answered. */
const isEmpty = (data: Readonly<Record<string, unknown>> | null | undefined): boolean =>
  data == null || Object.values(data).every((value) => value === null);

function statusOf([first]: readonly GraphQLFormattedError[]): number {
  const code = String(first?.extensions?.["code"]);
  return httpStatuses[code] ?? (own.includes(code) ? 400 : 500);
}
