// Values that the types of the graph refuse, told like every other fault of an input: INVALID_INPUT, each with path and rule.
// For commands the catalogue is asked, so that all faults of a request are told together and in the same words.
import {
  type DocumentNode,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  isListType,
  getNullableType,
  Kind,
  type OperationDefinitionNode,
  ProvidedRequiredArgumentsRule,
  validate,
  valueFromASTUntyped,
  ValuesOfCorrectTypeRule,
  visit,
  type ASTNode,
  type FieldNode,
} from "graphql";
import { idempotencyKey } from "../catalogue/idempotency.js";
import { commands } from "../catalogue/index.js";
import { faultsOf, type Fault } from "../catalogue/language.js";

type Variables = Readonly<Record<string, unknown>>;

export const invalidInput = (fields: readonly Fault[]) =>
  new GraphQLError("A field of the input is missing, unknown or malformed.", {
    extensions: { code: "INVALID_INPUT", category: "BAD_USER_INPUT", fields },
  });

/** The faults of a document that only has faults of input; undefined when it has others, or none. */
export function faultsOfDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  errors: readonly Error[],
  variables: Variables,
): Fault[] | undefined {
  const input = validate(schema, document, [ValuesOfCorrectTypeRule, ProvidedRequiredArgumentsRule]);
  if (errors.length === 0 || input.length !== errors.length) return undefined;
  const told = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? faultsOfCommands(schema, node, variables) : [],
  );
  return told.length > 0 ? told : input.map((error) => faultOf(error, document));
}

/** The faults of the variables of an operation. */
export function faultsOfVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Variables,
): Fault[] {
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (!errors) return [];
  const told = faultsOfCommands(schema, operation, variables);
  return told.length > 0 ? told : errors.map((error) => faultOfVariable(error, operation));
}

function faultsOfCommands(schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Variables): Fault[] {
  if (operation.operation !== "mutation") return [];
  return operation.selectionSet.selections.flatMap((node) =>
    node.kind === Kind.FIELD ? faultsOfCommand(schema, node, variables) : [],
  );
}

function faultsOfCommand(schema: GraphQLSchema, node: FieldNode, variables: Variables): Fault[] {
  const command = commands.find(({ mutation }) => mutation === node.name.value);
  const field = schema.getMutationType()?.getFields()[node.name.value];
  // A list of any length is not the input of one command.
  if (!command || !field || isListType(getNullableType(field.type))) return [];
  const given = (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]);
  const { idempotencyKey: key, ...input } = Object.fromEntries(given) as Record<string, unknown>;
  const parsed = command.schema.safeParse(input);
  const keyed = idempotencyKey.zod.safeParse(key);
  return [
    ...(parsed.success ? [] : faultsOf(parsed.error)),
    ...(keyed.success ? [] : faultsOf(keyed.error).map(({ message }) => ({ path: "idempotencyKey", message }))),
  ];
}

function faultOf(error: GraphQLError, document: DocumentNode): Fault {
  const missing = /argument "(\w+)" of type "[^"]+" is required/.exec(error.message)?.[1];
  if (missing) return { path: missing, message: "is missing" };
  const node = error.nodes?.[0];
  return { path: node ? pathTo(document, node) : "", message: error.message };
}

/** Path of a value from its argument: `countries.3.share`. */
function pathTo(document: DocumentNode, wanted: ASTNode): string {
  const path: (string | number)[] = [];
  let found: string | undefined;
  visit(document, {
    enter: (node, key) => {
      const opens = node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD;
      const step = opens ? node.name.value : typeof key === "number" ? key : "";
      path.push(node.kind === Kind.ARGUMENT ? `\n${step}` : step);
      if (node === wanted) found ??= path.join(".");
    },
    leave: () => void path.pop(),
  });
  const steps = (found?.split("\n").at(-1) ?? "").split(".");
  return steps.filter((step) => step !== "").join(".");
}

function faultOfVariable({ message }: GraphQLError, operation: OperationDefinitionNode): Fault {
  const name = /^Variable "\$(\w+)"/.exec(message)?.[1] ?? "";
  const inner = / at "\w+([^"]*)"/.exec(message)?.[1] ?? "";
  const rule = message.replace(/^Variable "\$\w+" got invalid value .*?; /s, "");
  const path = `${argumentOf(operation, name)}${inner.replace(/\[(\d+)\]/g, ".$1")}`;
  return { path, message: /was not provided/.test(message) ? "is missing" : rule };
}

/** The argument that a variable is first given to; its own name where it is given to none. */
function argumentOf(operation: OperationDefinitionNode, variable: string): string {
  let found: string | undefined;
  visit(operation, {
    Argument: ({ name, value }) => {
      if (value.kind === Kind.VARIABLE && value.name.value === variable) found ??= name.value;
    },
  });
  return found ?? variable;
}
