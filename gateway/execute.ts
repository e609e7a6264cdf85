// One operation from text to answer, whoever brought it: known documents, checked variables, equal reads made once.
// Never shares what it read between callers, nor a mutation at all.
import { GraphQLError } from "graphql";
import { messageOf } from "../platform/errors.js";
import type { Logger } from "../platform/log.js";
import type { Operations } from "../platform/operations.js";
import { answerOf, tellErrors, type Answer, type Outcome } from "./answers.js";
import type { Context } from "./context.js";
import type { Documents, Faulty } from "./documents.js";
import { faultsOfDocument, faultsOfVariables, invalidInput } from "./input.js";
import { newSharing } from "./sharing.js";
import type { Operation, Variables } from "./supergraph.js";

export interface GraphRequest {
  readonly query: string;
  readonly variables?: Variables | undefined;
  readonly operationName?: string | undefined;
}

export interface ExecutionPorts {
  readonly log: Logger;
  readonly operations: Operations;
  /** Of the supergraph that is served now. */
  readonly documents: () => Documents;
  /** Counts what was turned away, by reason (operations.md 4.1). */
  readonly rejected: { inc(labels: { reason: string }): void };
  /** Mutations are refused: the emergency switch is on. */
  readonly readOnly: boolean;
}

/** Answers one query or mutation: errors are part of the answer, nothing is thrown. */
export type Execute = (request: GraphRequest, context: Context) => Promise<Answer>;

/** What limits and the emergency switch turn away, by reason. */
const reasons: Readonly<Record<string, string>> = {
  READ_ONLY: "read_only",
  ...{ QUERY_TOO_DEEP: "depth", TOO_MANY_TOKENS: "cost", TOO_MANY_ALIASES: "cost", TOO_MANY_MUTATIONS: "cost" },
};

export function openExecution(ports: ExecutionPorts): Execute {
  const sharing = newSharing<Outcome>();
  const { log, operations, rejected } = ports;
  return async (request, context) => {
    const done = operations.begin(request.query);
    const { requestId, traceId } = context;
    const documents = ports.documents();
    const asked = understand(documents, request, ports.readOnly);
    if ("errors" in asked) {
      const reason = reasons[String(asked.errors[0]?.extensions["code"])];
      if (reason) rejected.inc({ reason });
      const errors = tellErrors(asked.errors, { log, requestId, traceId });
      done(asked.type, errors);
      return answerOf({ errors }, requestId);
    }
    const { operation, variables } = asked;
    const type = operation.node.operation;
    const run = () => outcomeOf(operation, variables, context, log);
    const outcome = type === "query" ? sharing.share(keyOf(documents, request, context), run) : run();
    const found = await outcome;
    done(type, found.errors);
    return answerOf(found, requestId);
  };
}

interface Asked {
  readonly operation: Operation;
  readonly variables: Variables;
}
interface Refused {
  readonly errors: readonly GraphQLError[];
  readonly type?: string;
}

function understand(
  documents: Documents,
  { query, variables = {}, operationName }: GraphRequest,
  readOnly: boolean,
): Asked | Refused {
  const { schema } = documents.supergraph;
  const document = documents.read(query);
  if ("errors" in document) return { errors: withFaults(documents, document, variables) };
  const operation = document.operation(operationName);
  if (operation instanceof GraphQLError) return { errors: [operation] };
  const { node } = operation;
  if (node.operation === "subscription") return { errors: [subscription], type: node.operation };
  if (node.operation === "mutation" && readOnly) return { errors: [refusedForNow], type: node.operation };
  const faults = faultsOfVariables(schema, node, variables);
  return faults.length > 0 ? { errors: [invalidInput(faults)], type: node.operation } : { operation, variables };
}

const subscription = new GraphQLError("A subscription is served over WebSocket, or by events at /graphql/stream.", {
  extensions: { code: "BAD_REQUEST" },
});

const refusedForNow = new GraphQLError("Only queries are answered for now; try again later.", {
  extensions: { code: "READ_ONLY" },
});

/** All faults of an input are told together. */
function withFaults({ supergraph }: Documents, { errors, document }: Faulty, variables: Variables) {
  const faults = document && faultsOfDocument(supergraph.schema, document, errors, variables);
  return faults ? [invalidInput(faults)] : errors;
}

/** Who asks, what of which supergraph, and from when on: reads that are equal in all of it are one. */
function keyOf({ supergraph }: Documents, { query, variables, operationName }: GraphRequest, context: Context): string {
  const { caller, after } = context;
  return JSON.stringify([caller.sub, caller.roles, after?.target, supergraph.id, operationName, variables, query]);
}

async function outcomeOf(operation: Operation, variables: Variables, context: Context, log: Logger): Promise<Outcome> {
  const { requestId, traceId, blocks } = context;
  const { data, errors = [] } = await operation.run(variables, context).catch(thrown);
  const block = Math.min(...blocks);
  return {
    ...{ data, errors: tellErrors(errors, { log, requestId, traceId }) },
    ...(Number.isFinite(block) ? { block } : {}),
  };
}

const thrown = (error: unknown): { data?: undefined; errors: readonly GraphQLError[] } => ({
  errors: [
    error instanceof GraphQLError ? error : new GraphQLError(messageOf(error), { originalError: error as Error }),
  ],
});
