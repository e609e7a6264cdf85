// Resolvers of one call: an entity by id, its reference from other subgraphs, a field that leads to another entity, a list.
import { entities, type EntityName } from "../catalogue/entities.js";
import type { ColumnOf, ModelName, RowOf, WhereOf } from "../platform/reads.js";
import { connection, type Connection, type List, type PageArguments } from "./connections.js";
import type { Context } from "./context.js";
import type { KeyedModel } from "./rows.js";

/** A field's resolver. A method's parameters, so that each resolver may name the parent and arguments that it knows. */
export type Resolver = {
  resolve(parent: unknown, args: never, context: Context): unknown;
}["resolve"];
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

/** `field(id: …)`: the row of that id, or null. */
export const byId =
  (model: KeyedModel, argument = "id"): Resolver =>
  (_: unknown, args: Readonly<Record<string, string>>, context) =>
    context.rows.one(model, args[argument] ?? "");

/** Makes an entity from what another subgraph knows of it: its key. */
export const reference = (entity: EntityName, model: KeyedModel): Readonly<Record<string, Resolver>> => ({
  __resolveReference: ((known: Readonly<Record<string, string>>, context: Context) =>
    context.rows.one(model, known[entities[entity].key] ?? "")) as unknown as Resolver,
});

/** Leads to an entity that another subgraph owns, by the id in a column of the parent. */
export const to =
  (entity: EntityName, column: string): Resolver =>
  (parent: Readonly<Record<string, unknown>>) => {
    const key = parent[column];
    return key == null ? null : { __typename: entity, [entities[entity].key]: key };
  };

/** Leads to entities that another subgraph owns, by the ids in a column of the parent, in their order. */
export const toAll =
  (entity: EntityName, column: string): Resolver =>
  (parent: Readonly<Record<string, unknown>>) =>
    ((parent[column] ?? []) as readonly string[]).map((key) => ({ __typename: entity, [entities[entity].key]: key }));

/** Leads to a row of this subgraph, by the id in a column of the parent. */
export const row =
  (model: KeyedModel, column: string): Resolver =>
  (parent: Readonly<Record<string, unknown>>, _args, context) => {
    const key = parent[column];
    return key == null ? null : context.rows.one(model, String(key));
  };

/** The value of another column. */
export const column =
  (name: string): Resolver =>
  (parent: Readonly<Record<string, unknown>>) =>
    parent[name];

export interface PageOptions<M extends ModelName, P> {
  readonly order: ColumnOf<M>;
  /** Which rows; undefined members do not filter. */
  readonly where?: (parent: P, args: Readonly<Record<string, never>>, context: Context) => WhereOf<M>;
  /** What parts the list, where no index holds it as a whole. */
  readonly parts?: (parent: P, args: Readonly<Record<string, never>>) => readonly WhereOf<M>[] | undefined;
  /** What the list belongs to, besides its model. */
  readonly scope?: (parent: P, args: Readonly<Record<string, never>>, context: Context) => string;
  /** What a row leads to, where the list is not of the rows themselves. */
  readonly node?: (row: RowOf<M>, context: Context) => unknown;
}

/** A Relay connection over a model, newest first. */
export const page =
  <M extends ModelName, P = unknown>(model: M, options: PageOptions<M, P>): Resolver =>
  (parent: P, args: PageArguments & Readonly<Record<string, never>>, context): Connection<M> => {
    const { order, node } = options;
    const parts = options.parts?.(parent, args);
    const list: List<M> = {
      model,
      order,
      where: options.where?.(parent, args, context) ?? ({} as WhereOf<M>),
      ...(parts ? { parts } : {}),
      scope: `${model}:${options.scope?.(parent, args, context) ?? ""}`,
      ...(node ? { node: (row: RowOf<M>) => node(row, context) } : {}),
    };
    return connection(context, list, args);
  };

/** A filter of the arguments that were given. */
export const given = (filters: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value != null));
