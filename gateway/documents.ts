// Documents that callers sent: each parsed, measured and validated once per supergraph, and kept with its plans.
// Never validates or plans what costs more than the limits.
import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { newBounded } from "./bounded.js";
import { examine, over, type Limits } from "./limits.js";
import type { Operation, Supergraph } from "./supergraph.js";

/** What is wrong with a document, for whoever sent it. */
export interface Faulty {
  readonly errors: readonly GraphQLError[];
  /** Set where the schema finds fault with it. */
  readonly document?: DocumentNode;
}
export interface Valid {
  /** Of its operations; undefined for the only one. */
  readonly names: readonly (string | undefined)[];
  /** The operation asked for; an error where that is none or more than one. */
  operation(name: string | undefined): Operation | GraphQLError;
}

export interface Documents {
  readonly supergraph: Supergraph;
  read(query: string): Valid | Faulty;
  /** Texts of valid documents, the latest asked for first. */
  recent(count: number): readonly string[];
}

/** Of documents and their plans, all together. */
const CHARACTERS = 1_000_000;

interface Rules {
  readonly limits: Limits;
  /** Whether callers may ask for the schema, and be told of its names in errors. */
  readonly introspection: boolean;
}

export function newDocuments(supergraph: Supergraph, rules: Rules): Documents {
  const known = newBounded<Valid>(CHARACTERS);
  const { schema } = supergraph;
  const demands = rules.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const look = (query: string): Valid | Faulty => {
    const document = parsed(query, rules.limits.tokens);
    if (document instanceof GraphQLError) return { errors: [document] };
    const refusal = examine(document, rules.limits);
    if (refusal) return { errors: [refusal] };
    const errors = validate(schema, document, demands);
    if (errors.length === 0) return valid(document, supergraph);
    return { document, errors: errors.map((error) => coded(error, "GRAPHQL_VALIDATION_FAILED", rules.introspection)) };
  };
  return {
    supergraph,
    read: (query) => {
      const kept = known.get(query);
      if (kept) return kept;
      const found = look(query);
      if (!("errors" in found)) known.set(query, found, query.length);
      return found;
    },
    recent: (count) => known.keys().reverse().slice(0, count),
  };
}

function parsed(query: string, maxTokens: number): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const aborted = error.message.includes("tokens. Parsing aborted");
    return aborted ? over("TOO_MANY_TOKENS", "tokens", maxTokens) : coded(error, "GRAPHQL_PARSE_FAILED", true);
  }
}

/** The library's sentence; without its guesses at names of the schema where that is not shown. */
function coded(error: GraphQLError, code: string, hints: boolean): GraphQLError {
  const message = hints ? error.message : error.message.replace(/ ?Did you mean(.+?)\?$/, "");
  const { nodes, source, positions } = error;
  return new GraphQLError(message, {
    ...{ nodes: nodes ?? null, source: source ?? null, positions: positions ?? null },
    extensions: { code },
  });
}

function valid(document: DocumentNode, supergraph: Supergraph): Valid {
  const operations = new Map<string | undefined, Operation>();
  const all = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return {
    names: all.length === 1 ? [undefined] : all.map(({ name }) => name?.value),
    operation: (name) => {
      const kept = operations.get(name);
      if (kept) return kept;
      if (!getOperationAST(document, name)) return unresolved(document, name);
      const operation = supergraph.operation(document, name);
      operations.set(name, operation);
      return operation;
    },
  };
}

function unresolved(document: DocumentNode, name: string | undefined): GraphQLError {
  const none = !document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const several = "Must provide operation name if query contains multiple operations.";
  const message = none ? "Must provide an operation." : name ? `Unknown operation named "${name}".` : several;
  return new GraphQLError(message, { extensions: { code: "OPERATION_RESOLUTION_FAILURE" } });
}
