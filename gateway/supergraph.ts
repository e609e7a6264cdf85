// One supergraph, read once: its schema for callers, plans over its subgraphs, and running them.
// Never changes: another supergraph is another object, and a request ends with the one it began with.
import { createHash } from "node:crypto";
import { Supergraph as Composed, operationFromDocument } from "@apollo/federation-internals";
import { buildOperationContext, executeQueryPlan, type GraphQLDataSource } from "@apollo/gateway";
import { QueryPlanner, type QueryPlan } from "@apollo/query-planner";
import type { DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { GxError } from "../platform/errors.js";
import type { Context } from "./context.js";
import { subgraphSource, type SubgraphAddress, type SubgraphPorts } from "./subgraph.js";

export type Variables = Readonly<Record<string, unknown>>;
export type Data = Readonly<Record<string, unknown>>;
export interface Result {
  readonly data?: Data | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** One operation of a valid document. */
export interface Operation {
  readonly node: OperationDefinitionNode;
  /** Plans it when it was not; a plan is made once. @throws GraphQLError when it cannot be planned. */
  plan(): void;
  /** Errors of subgraphs are part of the result. @throws GraphQLError as `plan`. */
  run(variables: Variables, context: Context): Promise<Result>;
}

export interface Supergraph {
  /** Hash of its text. */
  readonly id: string;
  /** What callers see. */
  readonly schema: GraphQLSchema;
  /** The operation of this name, of a document that is valid and has it. */
  operation(document: DocumentNode, name: string | undefined): Operation;
}

export const idOf = (sdl: string): string => createHash("sha256").update(sdl).digest("hex");

/** @throws Error when the text is no supergraph, or names a subgraph without address. */
export function readSupergraph(sdl: string, ports: SubgraphPorts, addresses: readonly SubgraphAddress[]): Supergraph {
  const composed = Composed.build(sdl, { validateSupergraph: true });
  const whole = composed.schema.toGraphQLJSSchema();
  const api = composed.apiSchema();
  const schema = api.toGraphQLJSSchema();
  const planner = new QueryPlanner(composed);
  const sources = sourcesOf(composed, ports, addresses);
  return {
    id: idOf(sdl),
    schema,
    operation: (document, name) => {
      const operationContext = buildOperationContext({
        ...{ schema, operationDocument: document },
        ...(name === undefined ? {} : { operationName: name }),
      });
      let made: QueryPlan | undefined;
      const plan = () =>
        (made ??= planner.buildQueryPlan(
          operationFromDocument(api, document, name === undefined ? {} : { operationName: name }),
        ));
      return {
        node: operationContext.operation,
        plan: () => void plan(),
        run: async (variables, context) => {
          // What executing a plan reads of the request of a server.
          const request = { request: { variables }, context, metrics: {}, logger: ports.log };
          return executeQueryPlan(plan(), sources, request as never, operationContext, whole, api) as Promise<Result>;
        },
      };
    },
  };
}

function sourcesOf(composed: Composed, ports: SubgraphPorts, addresses: readonly SubgraphAddress[]) {
  const named = [...composed.subgraphsMetadata()].map(({ name }): [string, GraphQLDataSource<Context>] => {
    const address = addresses.find(({ domain }) => domain === name);
    if (!address) throw new GxError("SETTINGS", `it names the subgraph ${name}, which has no address`);
    return [name, subgraphSource(ports, address)];
  });
  return Object.fromEntries(named) as Record<string, GraphQLDataSource>;
}
