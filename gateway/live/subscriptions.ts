// The subscriptions of the graph: which channel each listens to, and the query that reads its values as the subscriber.
// Never reads by itself: every value is answered by the subgraphs, under the same access as any query of the caller.
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  getArgumentValues,
  getVariableValues,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type VariableDefinitionNode,
} from "graphql";
import { channels } from "../../platform/updates.js";

export const subscriptionKinds = ["commandUpdated", "transactionAdded"] as const;
export type SubscriptionKind = (typeof subscriptionKinds)[number];

/** A subscription that is understood. */
export interface Subscription {
  readonly kind: SubscriptionKind;
  /** Id of the command, or of the wallet. */
  readonly subject: string;
  readonly channel: string;
  /** Key of the values in what the client gets. */
  readonly key: string;
  /** Reads under `value` what the client selected; see `MARKS`. */
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Names in the query that no client uses. */
export const MARKS = { status: "gx_status", attempts: "gx_attempts", first: "gx_first", after: "gx_after" } as const;

/** Longer ids name nothing. */
const LONGEST_ID = 100;

interface Reading {
  /** The argument that names what is subscribed to. */
  readonly argument: string;
  readonly channel: (subject: string) => string;
  readonly query: (document: DocumentNode, operation: OperationDefinitionNode, field: FieldNode) => string;
}

const kinds: Readonly<Record<SubscriptionKind, Reading>> = {
  commandUpdated: { argument: "id", channel: channels.command, query: commandQuery },
  transactionAdded: { argument: "walletId", channel: channels.wallet, query: linesQuery },
};

/** The subscription of a valid operation; a text says why there is none. */
export function subscriptionOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Subscription | string {
  const [field] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || field.directives?.length) {
    return "The field of a subscription must stand in it directly, without directives.";
  }
  const kind = subscriptionKinds.find((name) => name === field.name.value);
  const type = schema.getSubscriptionType()?.getFields()[field.name.value];
  if (!kind || !type) return "There is no such subscription.";
  const { argument, channel, query } = kinds[kind];
  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const subject = String(getArgumentValues(type, field, coerced)[argument]);
  if (subject.length > LONGEST_ID) return `An id has at most ${LONGEST_ID} characters.`;
  const key = (field.alias ?? field.name).value;
  return { kind, subject, channel: channel(subject), key, query: query(document, operation, field), variables };
}

const named = (value: string) => ({ kind: Kind.NAME, value }) as const;

const marked = (alias: string, name: string): FieldNode => ({
  ...{ kind: Kind.FIELD, alias: named(alias), name: named(name) },
});

/** `value: command(id) { what was selected, and what tells one state of the command from another }`. */
function commandQuery(document: DocumentNode, operation: OperationDefinitionNode, field: FieldNode): string {
  const marks = [marked(MARKS.status, "status"), marked(MARKS.attempts, "attempts")];
  const selections = [...(field.selectionSet?.selections ?? []), ...marks];
  return printed(document, operation, rootField("command", field.arguments, selections));
}

/** `value: transactions(walletId, first, after) { edges { cursor node { what was selected } } pageInfo { hasNextPage } }`. */
function linesQuery(document: DocumentNode, operation: OperationDefinitionNode, field: FieldNode): string {
  const page = parse(
    `query ($${MARKS.first}: Int, $${MARKS.after}: String) {
    transactions(first: $${MARKS.first}, after: $${MARKS.after}) { edges { cursor node } pageInfo { hasNextPage } }
  }`,
    { noLocation: true },
  ).definitions[0] as OperationDefinitionNode;
  const list = page.selectionSet.selections[0] as FieldNode;
  const selections = (list.selectionSet?.selections ?? []).map((node) => withNode(node as FieldNode, field));
  const given = [...(field.arguments ?? []), ...(list.arguments ?? [])];
  return printed(document, operation, rootField("transactions", given, selections), page.variableDefinitions);
}

/** `edges { cursor node }` with the client's selection below `node`. */
function withNode(edges: FieldNode, { selectionSet }: FieldNode): FieldNode {
  const selections = (edges.selectionSet?.selections ?? []).map((node) =>
    node.kind === Kind.FIELD && node.name.value === "node" && selectionSet ? { ...node, selectionSet } : node,
  );
  return { ...edges, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

const rootField = (
  name: string,
  given: readonly ArgumentNode[] = [],
  selections: readonly SelectionNode[],
): FieldNode => ({
  ...{ kind: Kind.FIELD, alias: named("value"), name: named(name), arguments: given },
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

/** The document as a query with `root` in place of the subscription's field; its other operations are left out. */
function printed(
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
  root: FieldNode,
  variables: readonly VariableDefinitionNode[] = [],
): string {
  const query: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: "query" as OperationDefinitionNode["operation"],
    ...(operation.name ? { name: operation.name } : {}),
    variableDefinitions: [...(operation.variableDefinitions ?? []), ...variables],
    selectionSet: { kind: Kind.SELECTION_SET, selections: [root] },
  };
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return print({ kind: Kind.DOCUMENT, definitions: [query, ...fragments] });
}

/** Cursors of a wallet's lines alone: how far back the last one that was seen is. */
export const CURSORS = `query ($walletId: ID!, $${MARKS.first}: Int, $${MARKS.after}: String) {
  value: transactions(walletId: $walletId, first: $${MARKS.first}, after: $${MARKS.after}) { edges { cursor } pageInfo { hasNextPage } }
}`;
