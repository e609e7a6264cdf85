// Every question that a subgraph answers, found in its schema: each field of roots and entities, lists with all filters.
// Never a list of its own: a field that is added is asked, one whose arguments nobody knows values for is an error.
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isLeafType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { entities, type EntityName } from "../../catalogue/entities.js";

/** Whom and what questions are about. */
export interface Landmarks {
  /** Keys of entities of each type, the ones with most rows first. */
  readonly keys: Readonly<Partial<Record<EntityName, readonly string[]>>>;
  /** Values of arguments, by `Type.field.argument`, `field.argument` or the argument's type or name. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

export interface Question {
  /** For people: field and arguments. */
  readonly name: string;
  /** The whole document; `$first` and `$after` where it asks for a page. */
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Path from the answer's data to the list; absent where there is none. */
  readonly list?: readonly (string | number)[];
  /** Each row with all that it leads to without arguments, where the list is asked for without a filter. */
  readonly inFull?: string;
}

type Field = GraphQLField<unknown, unknown>;
type Given = Readonly<Record<string, string>>;

const PAGING = ["first", "after"];

export function questionsOf(schema: GraphQLSchema, landmarks: Landmarks): Question[] {
  const query = schema.getQueryType();
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  return types.flatMap((type) => {
    const fields = Object.values(type.getFields()).filter(({ name }) => !name.startsWith("_"));
    if (type === query)
      return fields.flatMap((field) => asked(schema, field, `Query.${field.name}`, [rootOf], landmarks));
    if (!Object.hasOwn(entities, type.name)) return [];
    const entity = type.name as EntityName;
    if (!isResolvable(type)) return [];
    const around = (landmarks.keys[entity] ?? []).map((key) => wrappedIn(entity, key));
    if (around.length === 0) throw new Error(`there is no key of a ${entity} to ask about`);
    return fields.flatMap((field) => asked(schema, field, `${entity}.${field.name}`, around, landmarks));
  });
}

interface Around {
  readonly name: string;
  readonly path: readonly (string | number)[];
  document(head: string, field: string): string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const rootOf: Around = { name: "", path: [], variables: {}, document: (head, field) => `query${head} { ${field} }` };

function wrappedIn(entity: EntityName, key: string): Around {
  const variables = { of: [{ __typename: entity, [entities[entity].key]: key }] };
  const document = (head: string, field: string) =>
    `query${head ? head.replace("(", "($of: [_Any!]!, ") : "($of: [_Any!]!)"} { _entities(representations: $of) { ... on ${entity} { ${field} } } }`;
  return { name: ` of ${key}`, path: ["_entities", 0], variables, document };
}

/** A type of another subgraph, of which only the key is known here. */
const isResolvable = (type: GraphQLObjectType) => {
  const keys = (type.astNode?.directives ?? []).filter(({ name }) => name.value === "key");
  return keys.some(
    ({ arguments: given }) =>
      !given?.some(({ name, value }) => name.value === "resolvable" && value.kind === "BooleanValue" && !value.value),
  );
};

function asked(
  schema: GraphQLSchema,
  field: Field,
  name: string,
  around: readonly Around[],
  landmarks: Landmarks,
): Question[] {
  const filters = field.args.filter((argument) => !PAGING.includes(argument.name));
  const type = getNamedType(field.type);
  const list = type.name.endsWith("Connection");
  return around.flatMap((outside) =>
    combinations(filters, (argument) => valuesOf(argument, field, name, landmarks)).flatMap((given) => {
      const shown = Object.entries(given).map(([argument, value]) => `${argument}: ${value}`);
      const label = `${name}(${shown.join(", ")})${outside.name}`;
      const documentOf = (inner: string, paged: boolean) => {
        const args = [
          ...filters.filter(({ name: each }) => each in given).map((each) => `${each.name}: ${literal(each, given)}`),
          ...(paged ? ["first: $first, after: $after"] : []),
        ];
        const call = `${field.name}${args.length > 0 ? `(${args.join(", ")})` : ""}${inner === "" ? "" : ` { ${inner} }`}`;
        return outside.document(paged ? "($first: Int, $after: String)" : "", call);
      };
      const { variables } = outside;
      if (!list) return [{ name: label, document: documentOf(leavesOf(schema, type), false), variables }];
      const full = shown.length === 0 ? { inFull: documentOf(`edges { node { ${rowOf(schema, type)} } }`, true) } : {};
      return [
        { name: label, document: documentOf(PAGE, true), variables, list: [...outside.path, field.name], ...full },
        { name: `${label} counted`, document: documentOf(COUNT, false), variables },
      ];
    }),
  );
}

/** What can be asked of a row of a list. */
function rowOf(schema: GraphQLSchema, list: GraphQLNamedType): string {
  const node = schema.getType(list.name.replace(/Connection$/, ""));
  return node ? leavesOf(schema, node) : "__typename";
}

const PAGE = "edges { cursor node { __typename } } pageInfo { hasNextPage endCursor }";
const COUNT = "totalCount";

/** Every way to give some of the filters; those that must be given always are. */
function combinations(
  filters: readonly GraphQLArgument[],
  valuesFor: (argument: GraphQLArgument) => readonly string[],
): Given[] {
  return filters.reduce<Given[]>(
    (before, argument) => {
      const values = valuesFor(argument);
      const optional = getNullableType(argument.type) === argument.type;
      return before.flatMap((given) => [
        ...(optional ? [given] : []),
        ...values.map((value) => ({ ...given, [argument.name]: value })),
      ]);
    },
    [{}],
  );
}

function valuesOf(
  argument: GraphQLArgument,
  field: Field,
  name: string,
  { keys, values }: Landmarks,
): readonly string[] {
  const type = getNamedType(argument.type);
  const known = values[`${name}.${argument.name}`] ?? values[argument.name];
  if (known) return known;
  if (isEnumType(type)) return type.getValues().map(({ name: value }) => value);
  const entity = getNamedType(field.type).name as EntityName;
  const found = argument.name === "id" || argument.name === "code" ? keys[entity] : values[type.name];
  if (!found) throw new Error(`nothing to ask ${name} for: no value of ${argument.name} is known`);
  return found;
}

const literal = ({ name, type }: GraphQLArgument, given: Given) =>
  isEnumType(getNamedType(type)) ? given[name] : JSON.stringify(given[name]);

/** What can be asked of a type without arguments, two steps deep: its values, and those of what it leads to. */
function leavesOf(schema: GraphQLSchema, type: GraphQLNamedType, depth = 2): string {
  if (isLeafType(type)) return "";
  if (!isObjectType(type)) return "__typename";
  const inner = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.length > 0 || field.name.startsWith("_")) return [];
    const below = getNamedType(field.type);
    if (isLeafType(below)) return [field.name];
    if (depth === 1 || below.name.endsWith("Connection")) return [];
    return [`${field.name} { ${leavesOf(schema, below, depth - 1)} }`];
  });
  return inner.length > 0 ? inner.join(" ") : "__typename";
}
