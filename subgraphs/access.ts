// Who may see a field (protocol.md 16.1), from the @access directive of its line in schema.graphql.
// Never leaves a field of the graph without an answer: a line without the directive stops the start.
import {
  defaultFieldResolver,
  getDirectiveValues,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import { checkedArguments } from "./arguments.js";
import type { Context } from "./context.js";
import { forbidden, notFound, unauthenticated } from "./errors.js";

/** P public, U any valid token, S the persons concerned and admins, A admins. */
type Level = "P" | "U" | "S" | "A";

/** Who is concerned by a thing of one type. A method's parameters, so that each type may name its own row. */
export interface Persons {
  concerns(subject: never, sub: string, context: Context): boolean | Promise<boolean>;
  /** Everybody may see it: every level but `evenIfOpen` is met. */
  open?(subject: never): boolean;
}
export type PersonsByType = Readonly<Record<string, Persons>>;

interface Rule {
  readonly level: Level;
  /** The level holds for things that are open to everybody, too. */
  readonly evenIfOpen: boolean;
}

type Field = GraphQLField<unknown, Context, Readonly<Record<string, unknown>>>;

/** Puts the checks of arguments and access in front of every resolver of a subgraph's schema. */
export function guard(schema: GraphQLSchema, persons: PersonsByType): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__") || type === schema.getMutationType()) continue;
    for (const field of Object.values(type.getFields()) as Field[]) guardField(schema, type, field, persons);
  }
  return schema;
}

function guardField(schema: GraphQLSchema, type: GraphQLObjectType, field: Field, persons: PersonsByType): void {
  const subscription = type === schema.getSubscriptionType();
  const root = subscription || type === schema.getQueryType();
  const rule = ruleOf(schema, field);
  if (!rule) {
    if (needsRule(type, field, root)) throw new Error(`${type.name}.${field.name} has no @access in schema.graphql`);
    return;
  }
  if (subscription) {
    field.resolve = atTheGateway;
    return;
  }
  const resolve = checkedArguments(field, field.resolve ?? defaultFieldResolver);
  if (rule.level === "P") field.resolve = resolve;
  else if (root) field.resolve = guardedRoot(field, rule, persons[getNamedType(field.type).name], resolve);
  else field.resolve = guardedField(rule, persons[type.name], resolve);
}

type Resolve = NonNullable<Field["resolve"]>;

/** The gateway reads each value by the query of the same access; a subgraph never streams. */
const atTheGateway: Resolve = () => {
  throw notFound("field here: subscriptions are served at the gateway");
};

/** The subject of a root field is what it returns; the caller is looked at first, so that nothing is read in vain. */
function guardedRoot(field: Field, rule: Rule, persons: Persons | undefined, resolve: Resolve): Resolve {
  const named = field.args.some(({ name }) => name === "id" || name === "walletId");
  return async (parent, args, context, info) => {
    if (rule.level === "A" && !context.admin) throw refusalOf(context);
    if (rule.level === "U" && context.caller.sub === undefined) throw unauthenticated();
    const result = await resolve(parent, args, context, info);
    // For a caller who is not an admin an unknown id answers like a foreign one.
    if (result == null && named && !context.admin) throw refusalOf(context);
    if (rule.level === "S" && result != null) await demand(rule, persons, result, context);
    return result;
  };
}

function guardedField(rule: Rule, persons: Persons | undefined, resolve: Resolve): Resolve {
  return (parent, args, context, info) => {
    const demanded = demand(rule, persons, parent, context);
    // Nothing waits where nothing has to be read: answers of many rows are made of such fields.
    if (demanded) return demanded.then(() => resolve(parent, args, context, info));
    return resolve(parent, args, context, info);
  };
}

/**
 * Returns a promise only where who is concerned has to be read.
 * @throws UNAUTHENTICATED without a token, FORBIDDEN with one that is not enough.
 */
function demand(
  { level, evenIfOpen }: Rule,
  persons: Persons | undefined,
  subject: unknown,
  context: Context,
): Promise<void> | undefined {
  const { caller, admin } = context;
  if (admin) return undefined;
  if (!evenIfOpen && persons?.open?.(subject as never)) return undefined;
  if (caller.sub === undefined) throw unauthenticated();
  if (level === "U") return undefined;
  if (level !== "S") throw forbidden();
  const concerned = persons?.concerns(subject as never, caller.sub, context) ?? false;
  if (typeof concerned !== "boolean") return concerned.then(allow);
  allow(concerned);
  return undefined;
}

function allow(concerned: boolean): void {
  if (!concerned) throw forbidden();
}

const refusalOf = ({ caller }: Context) => (caller.sub === undefined ? unauthenticated() : forbidden());

function ruleOf(schema: GraphQLSchema, field: Field): Rule | undefined {
  const directive = schema.getDirective("access");
  const given = directive && field.astNode ? getDirectiveValues(directive, field.astNode) : undefined;
  if (!given) return undefined;
  const level = String(given["level"]);
  if (!["P", "U", "S", "A"].includes(level)) throw new Error(`${field.name}: @access has no level ${level}`);
  return { level: level as Level, evenIfOpen: given["evenIfOpen"] === true };
}

/** Plain values are reached through guarded fields alone; roots and entities are reached from anywhere. */
function needsRule(type: GraphQLObjectType, field: Field, root: boolean): boolean {
  if (field.name.startsWith("_")) return false;
  if (root) return true;
  const keys = (type.astNode?.directives ?? []).filter(({ name }) => name.value === "key");
  const stub = keys.some(({ arguments: given }) =>
    given?.some(({ name, value }) => name.value === "resolvable" && value.kind === "BooleanValue" && !value.value),
  );
  return keys.length > 0 && !stub;
}
