// What a client asks for over a stream: refused, executed once, or opened as a feed. The same limits as for a request.
// Never plans or validates what is too expensive to look at.
import { randomUUID } from "node:crypto";
import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
  validate,
  type OperationDefinitionNode,
} from "graphql";
import type { Caller } from "../../platform/auth.js";
import { messageOf } from "../../platform/errors.js";
import type { Context } from "../context.js";
import { faultsOfDocument, faultsOfVariables, invalidInput } from "../input.js";
import type { Examine } from "../limits.js";
import { openFeed, type Feed } from "./feed.js";
import { lookAtWallet } from "./lines.js";
import { lookAtCommand, type Read, type Result } from "./looks.js";
import type { Signals } from "./signals.js";
import { subscriptionOf, type Subscription, type SubscriptionKind } from "./subscriptions.js";

export interface Asked {
  readonly query?: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

export type Operation =
  | { readonly is: "refused"; readonly errors: readonly GraphQLError[] }
  | { readonly is: "single"; readonly document: DocumentNode; run(): Promise<Result> }
  | { readonly is: "stream"; readonly document: DocumentNode; open(): Feed<Result> };

/** Executes a query or mutation as a request of its own. */
export type Execute = (
  request: { query: string; variables: object; operationName?: string | undefined },
  context: Context,
) => Promise<Result>;

export interface OperationPorts {
  readonly execute: Execute;
  /** Of the graph as callers see it. */
  readonly schema: () => GraphQLSchema;
  readonly examine: Examine;
  readonly signals: Signals;
  /** Most lines of one answer. */
  readonly pageSize: number;
  /** Milliseconds that a look waits for the block it was told of. */
  readonly waitMs: number;
  /** A subscription of the kind opened; the function is called when it ends. */
  readonly opened: (kind: SubscriptionKind) => () => void;
}

/** Looks at a time, of all subscriptions together: thousands may be told to look at once. */
const LOOKS = 24;

export type Prepare = (asked: Asked, caller: Caller, requestId?: string) => Operation;

export function openOperations(ports: OperationPorts): Prepare {
  const turn = inTurns(LOOKS);
  return (asked, caller, requestId = randomUUID()) => {
    const refused = (...errors: GraphQLError[]): Operation => ({ is: "refused", errors: errors.map(withId(requestId)) });
    const read = understood(asked, ports.examine);
    if (read instanceof GraphQLError) return refused(read);
    const { query, variables, operationName, document, operation } = read;
    const contextOf = (after?: Context["after"]): Context => ({ caller, requestId, after, blocks: [] });
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      return { is: "single", document, run: () => ports.execute({ query, variables, operationName }, contextOf()) };
    }
    const errors = faultsOf(ports.schema(), document, operation, variables);
    if (errors.length > 0) return refused(...errors);
    const subscription = subscriptionOf(ports.schema(), document, operation, variables);
    if (typeof subscription === "string") return refused(bad(subscription));
    const look: Read = (text, given, block) =>
      turn(() => {
        const after = block === undefined ? undefined : { target: block, deadline: Date.now() + ports.waitMs };
        return ports.execute({ query: text, variables: given }, contextOf(after));
      });
    return { is: "stream", document, open: () => feedOf(ports, subscription, look) };
  };
}

function feedOf({ signals, pageSize, opened }: OperationPorts, subscription: Subscription, read: Read): Feed<Result> {
  const look =
    subscription.kind === "commandUpdated"
      ? lookAtCommand(subscription, read)
      : lookAtWallet(subscription, read, pageSize);
  return openFeed({ signals, channel: subscription.channel, look, closed: opened(subscription.kind) });
}

interface Understood {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

const fault = (code: string, message: string) => new GraphQLError(message, { extensions: { code } });
const bad = (message: string) => fault("BAD_REQUEST", message);

function understood({ query, variables, operationName }: Asked, examine: Examine): Understood | GraphQLError {
  if (typeof query !== "string" || query === "") return bad("The request must hold a query as text.");
  if (variables != null && typeof variables !== "object") return bad("The variables must be an object.");
  const refusal = examine(query);
  if (refusal) return fault(refusal.code, refusal.message);
  let document: DocumentNode;
  try {
    document = parse(query, { noLocation: true });
  } catch (error) {
    return fault("GRAPHQL_PARSE_FAILED", messageOf(error));
  }
  const name = typeof operationName === "string" ? operationName : undefined;
  const operation = getOperationAST(document, name);
  if (!operation) return fault("OPERATION_RESOLUTION_FAILURE", "The document has no such operation, or several.");
  return { query, variables: { ...variables }, operationName: name, document, operation };
}

function faultsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): GraphQLError[] {
  const errors = validate(schema, document);
  const ofInput = faultsOfDocument(schema, document, errors, variables) ?? [];
  if (ofInput.length > 0) return [invalidInput(ofInput)];
  if (errors.length > 0) return errors.map(({ message }) => fault("GRAPHQL_VALIDATION_FAILED", withoutHint(message)));
  const ofVariables = faultsOfVariables(schema, operation, variables);
  return ofVariables.length > 0 ? [invalidInput(ofVariables)] : [];
}

/** Names of the schema are told to nobody who does not know them. */
const withoutHint = (message: string) => message.replace(/ ?Did you mean(.+?)\?$/, "");

const withId = (requestId: string) => (error: GraphQLError) =>
  new GraphQLError(error.message, { extensions: { ...error.extensions, requestId } });

/** Runs at most `most` works at a time, the others in the order in which they came. */
function inTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place goes to the next one without being free in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
