// What a client asks for over a stream: refused, executed once, or opened as a feed. The same limits as for a request.
// Never gives a subscriber more than his own queries would.
import { randomUUID } from "node:crypto";
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  OperationTypeNode,
  parse,
  type OperationDefinitionNode,
} from "graphql";
import type { Caller } from "../../platform/auth.js";
import { traceIdFor } from "../../platform/trace.js";
import type { Context } from "../context.js";
import type { Documents } from "../documents.js";
import type { Execute, GraphRequest } from "../execute.js";
import { faultsOfVariables, invalidInput } from "../input.js";
import { openFeed, type Feed, type Turn } from "./feed.js";
import { lookAtWallet } from "./lines.js";
import { lookAtCommand, type Read, type Result } from "./looks.js";
import type { Signals } from "./signals.js";
import { subscriptionOf, type Subscription, type SubscriptionKind } from "./subscriptions.js";

export type Operation =
  | { readonly is: "refused"; readonly errors: readonly GraphQLFormattedError[] }
  | { readonly is: "single"; readonly document: DocumentNode; run(): Promise<Result> }
  | { readonly is: "stream"; readonly document: DocumentNode; open(): Feed<Result> };

export interface OperationPorts {
  /** For what callers ask. */
  readonly execute: Execute;
  /** For looks: what is asked for is the caller's, and some fields of ours around it. */
  readonly look: Execute;
  /** Of the supergraph that is served now. */
  readonly documents: () => Documents;
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

export type Prepare = (
  request: GraphRequest,
  caller: Caller,
  names?: Pick<Context, "requestId" | "traceId">,
) => Promise<Operation>;

export function openOperations(ports: OperationPorts): Prepare {
  const turn = inTurns(LOOKS);
  const reading =
    (caller: Caller, names: Pick<Context, "requestId" | "traceId">): Read =>
    async (query, variables, block) => {
      const after = block === undefined ? undefined : { target: block, deadline: Date.now() + ports.waitMs };
      const answer = await ports.look({ query, variables }, { ...names, caller, after, blocks: [] });
      return answer.result;
    };
  return async (request, caller, names = newNames()) => {
    const context: Context = { ...names, caller, after: undefined, blocks: [] };
    const node = operationOf(ports.documents(), request);
    if (!node) {
      const { result } = await ports.execute(request, context);
      return { is: "refused", errors: result.errors ?? [] };
    }
    const document = parse(request.query, { noLocation: true });
    if (node.operation !== OperationTypeNode.SUBSCRIPTION) {
      return { is: "single", document, run: async () => (await ports.execute(request, context)).result };
    }
    const subscription = understand(ports.documents(), document, node, request);
    if (subscription instanceof GraphQLError) return { is: "refused", errors: [withId(subscription, names.requestId)] };
    return { is: "stream", document, open: () => feedOf(ports, subscription, reading(caller, names), turn) };
  };
}

/** Of an operation of a socket: one request holds many. */
function newNames(): Pick<Context, "requestId" | "traceId"> {
  const requestId = randomUUID();
  return { requestId, traceId: traceIdFor(requestId) };
}

/** Undefined where there is none that may go on. */
function operationOf(
  documents: Documents,
  { query, operationName }: GraphRequest,
): OperationDefinitionNode | undefined {
  const read = documents.read(query);
  const operation = "errors" in read ? undefined : read.operation(operationName);
  return !operation || operation instanceof GraphQLError ? undefined : operation.node;
}

function understand(
  { supergraph: { schema } }: Documents,
  document: DocumentNode,
  node: OperationDefinitionNode,
  { variables = {} }: GraphRequest,
): Subscription | GraphQLError {
  const faults = faultsOfVariables(schema, node, variables);
  if (faults.length > 0) return invalidInput(faults);
  const found = subscriptionOf(schema, document, node, variables);
  return typeof found === "string" ? new GraphQLError(found, { extensions: { code: "BAD_REQUEST" } }) : found;
}

const withId = (error: GraphQLError, requestId: string): GraphQLFormattedError => ({
  message: error.message,
  extensions: { ...error.extensions, requestId },
});

function feedOf(
  { signals, pageSize, opened }: OperationPorts,
  subscription: Subscription,
  read: Read,
  turn: Turn,
): Feed<Result> {
  const { kind, channel } = subscription;
  const look =
    kind === "commandUpdated" ? lookAtCommand(subscription, read) : lookAtWallet(subscription, read, pageSize);
  return openFeed({ signals, channel, look, turn, closed: opened(kind) });
}

/** Runs at most `most` works at a time, the others in the order in which they came. */
function inTurns(most: number): Turn {
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
