// The graph in TypeScript, as the typed client sees it: printed from the API schema, so that neither can drift from the other.
// Knows no type by name but the three roots; what stands for a command is any mutation with an idempotency key.
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from "graphql";

export interface ClientTypes {
  /** What callers may ask for: no name of the federation in it. */
  readonly schema: GraphQLSchema;
  /** Sentences by the codes with which the ledger refuses. */
  readonly refusals: Readonly<Record<string, string>>;
  /** Codes of errors before acceptance. */
  readonly errors: readonly string[];
}

const NOTE = `// Printed by \`gx schema\` from the graph and the catalogue. Never edited by hand.
// Every type of the graph, what each command takes, and every code of an error.
`;
const KEY = "idempotencyKey";
const TICKET = "CommandTicket";

/** A whole module. */
export function printClientTypes({ schema, refusals, errors }: ClientTypes): string {
  const types = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith("__") && name !== schema.getMutationType()?.name)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const commands = Object.values(schema.getMutationType()?.getFields() ?? {}).filter(isCommand);
  return [
    NOTE,
    ...types.map(printType),
    inputsOf(commands),
    signaturesOf(commands),
    union("RefusalCode", Object.keys(refusals), (code) => refusals[code]),
    union("ErrorCode", errors),
  ]
    .filter((text) => text !== "")
    .join("\n");
}

// ---------------------------------------------------------------- types

const native: Readonly<Record<string, string>> = { ID: "string", Int: "number", Float: "number", Count: "number" };
const builtIn: Readonly<Record<string, string>> = { String: "string", Boolean: "boolean" };

function printType(type: GraphQLNamedType): string {
  if (isScalarType(type)) {
    return type.name in builtIn ? "" : `${doc(type)}export type ${type.name} = ${native[type.name] ?? "string"};\n`;
  }
  if (isEnumType(type)) {
    const sentences = new Map(type.getValues().map(({ name, description }) => [name, description]));
    return doc(type) + union(type.name, [...sentences.keys()], (name) => sentences.get(name));
  }
  if (isUnionType(type)) {
    return `${doc(type)}export type ${type.name} = ${names(type.getTypes())};\n`;
  }
  if (isInputObjectType(type)) return doc(type) + record(type.name, Object.values(type.getFields()).map(inputField));
  if (isObjectType(type)) {
    const fields = Object.values(type.getFields()).map(outputField);
    return doc(type) + record(type.name, [`readonly __typename?: "${type.name}";`, ...fields]);
  }
  throw new Error(`the client has no type for ${type.name}`);
}

const record = (name: string, lines: readonly string[]): string =>
  `export interface ${name} {\n${lines.map((line) => indented(line)).join("\n")}\n}\n`;

const names = (types: readonly GraphQLNamedType[]): string => types.map(({ name }) => name).join(" | ");

const outputField = (field: GraphQLField<unknown, unknown>): string =>
  `${doc(field)}readonly ${field.name}: ${typed(field.type)};`;

/** What may be absent may be null too. */
const inputField = (field: GraphQLInputField | GraphQLArgument): string =>
  `${doc(field)}readonly ${field.name}${isNonNullType(field.type) ? "" : "?"}: ${typed(field.type)};`;

function typed(type: GraphQLType): string {
  return isNonNullType(type) ? present(type.ofType) : `${present(type)} | null`;
}

function present(type: GraphQLType): string {
  if (isNonNullType(type)) return present(type.ofType);
  if (!isListType(type)) return builtIn[type.name] ?? type.name;
  const item = typed(type.ofType);
  return `readonly ${item.includes(" ") ? `(${item})` : item}[]`;
}

// ---------------------------------------------------------------- commands

/** It takes a key, and gives tickets. */
function isCommand({ args, type }: GraphQLField<unknown, unknown>): boolean {
  return args.some(({ name }) => name === KEY) && present(type).replace(/^readonly |\[\]$/g, "") === TICKET;
}

const inputOf = ({ args }: GraphQLField<unknown, unknown>) => args.filter(({ name }) => name !== KEY);

function inputsOf(commands: readonly GraphQLField<unknown, unknown>[]): string {
  const lines = commands.map((command) => {
    const fields = inputOf(command).map((each) => indented(inputField(each)));
    const value = fields.length === 0 ? "Readonly<Record<string, never>>" : `{\n${fields.join("\n")}\n}`;
    return `${doc(command)}readonly ${command.name}: ${value};`;
  });
  return `/** What each command takes. */\n${record("CommandInputs", lines)}`;
}

/** GraphQL types of the inputs, for documents that are made when a command is sent. */
function signaturesOf(commands: readonly GraphQLField<unknown, unknown>[]): string {
  const lines = commands.map((command) => {
    const fields = inputOf(command).map(({ name, type }) => `${name}: ${JSON.stringify(String(type))}`);
    return `  ${command.name}: {${fields.length === 0 ? "" : ` ${fields.join(", ")} `}},`;
  });
  return [
    "/** GraphQL types of what each command takes. */",
    "export const commands = {",
    ...lines,
    "} as const satisfies Readonly<Record<keyof CommandInputs, Readonly<Record<string, string>>>>;\n",
  ].join("\n");
}

// ---------------------------------------------------------------- words

function union(name: string, values: readonly string[], sentence: (value: string) => string | null | undefined = none) {
  const lines = values.map((value) => `${doc({ description: sentence(value) })}| "${value}"`);
  return `export type ${name} =\n${lines.map((line) => indented(line)).join("\n")};\n`;
}
const none = () => undefined;

function doc({ description }: { readonly description?: string | null | undefined }): string {
  return description ? `/** ${description.replace(/\s+/g, " ").replaceAll("*/", "* /")} */\n` : "";
}

const indented = (text: string): string => text.replace(/^/gm, "  ");
