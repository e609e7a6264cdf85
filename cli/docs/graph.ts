// docs/graph.md: every type, field, query, mutation and subscription with who may see it, from the SDL of the subgraphs.
import {
  Kind as Node,
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  print,
  type ScalarTypeDefinitionNode,
  type StringValueNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from "graphql";
import { commands, furnishedDomains } from "../../catalogue/index.js";
import { subgraphDocument } from "../../subgraphs/schema.js";
import { anchor, anchorOf, code, page, table, to } from "./markdown.js";

const opening = `# The graph

Seven subgraphs, one graph: a type such as \`User\` has its fields from several of them, and one operation may join them all. The gateway
serves it at \`/graphql\`, subscriptions also at \`/graphql/stream\`; [explorer.md](explorer.md) shows how to look around.

- [Who sees what](#who-sees-what) · [Lists](#lists)
- [Queries](#queries) · [Mutations](#mutations) · [Subscriptions](#subscriptions)`;

const access = `## Who sees what

| letter | who |
|---|---|
| **P** | everybody, without a token too; a bad token is refused all the same |
| **U** | whoever has a valid token |
| **S** | the persons concerned, and admins |
| **A** | tokens with ADMIN or SUPER_ADMIN |

It is checked for each field. A field that is not allowed is null, with an error UNAUTHENTICATED (no token) or FORBIDDEN. An id that does not
exist answers like somebody else's; admins get null without an error. Concerned are: by a user, its wallet, loans, votes and taxes the user;
by a relationship both parties; by a recovery session the user and its guardians; by an organization, its wallet, payments and taxes its
stakeholders; by a command who asked for it. Wallets of treasuries and of the system are open to everybody.

## Lists

Lists are connections: \`first\` (1 to 100, 20 when left out) and \`after\` (a cursor) give \`edges { cursor node }\`, \`pageInfo { hasNextPage
endCursor }\` and \`totalCount\` (A; exact up to 10,000, null above). The newest come first. Below, a connection is shown as "list of" its nodes.`;

interface Owned<N> {
  readonly domain: string;
  readonly node: N;
}
type Field = Owned<FieldDefinitionNode>;
type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/** The definitions of one kind in all subgraphs. */
function definitions<N extends DefinitionNode>(kind: N["kind"]): Owned<N>[] {
  return furnishedDomains.flatMap((domain) =>
    subgraphDocument(domain)
      .definitions.filter((node): node is N => node.kind === kind)
      .map((node) => ({ domain, node })),
  );
}

export function graphPage(): string {
  const objects: Owned<ObjectNode>[] = [
    ...definitions<ObjectTypeDefinitionNode>(Node.OBJECT_TYPE_DEFINITION),
    ...definitions<ObjectTypeExtensionNode>(Node.OBJECT_TYPE_EXTENSION),
  ];
  const roots = ["Query", "Mutation", "Subscription"];
  const fieldsOf = (name: string): Field[] =>
    objects
      .filter(({ node }) => node.name.value === name)
      .flatMap(({ domain, node }) => (node.fields ?? []).map((field) => ({ domain, node: field })));
  const own = [...new Set(objects.map(({ node }) => node.name.value))]
    .filter((name) => !roots.includes(name) && !/(Connection|Edge)$/.test(name))
    .sort();
  const commandNames = commands.map(({ mutation }) => mutation);
  const others = fieldsOf("Mutation").filter(({ node }) => !commandNames.includes(node.name.value));
  return page(
    "catalogue/ and subgraphs/*/schema.graphql",
    `${opening}\n- Types: ${own.map((name) => to("", name)).join(", ")}\n- [Choices](#choices) · [Unions](#unions) · [Inputs](#inputs) · [Scalars](#scalars)`,
    access,
    "## Queries",
    rootTable(fieldsOf("Query")),
    "## Mutations",
    "Every command is a mutation: [commands.md](commands.md) has each with its fields and an example. They return a [`CommandTicket`](#commandticket).",
    furnishedDomains.flatMap(commandsOf),
    others.length === 0 ? [] : ["Beside them:", "", ...rootTable(others)],
    "## Subscriptions",
    "How they are spoken, and what they promise: [live.md](live.md).",
    rootTable(fieldsOf("Subscription")),
    "## Types",
    ...own.flatMap((name) =>
      typeBlocks(
        name,
        objects.filter(({ node }) => node.name.value === name),
      ),
    ),
    "## Choices",
    table(["name", "values"], named<EnumTypeDefinitionNode>(Node.ENUM_TYPE_DEFINITION).map(choiceRow)),
    "## Unions",
    table(["name", "one of"], named<UnionTypeDefinitionNode>(Node.UNION_TYPE_DEFINITION).map(unionRow)),
    "## Inputs",
    table(["name", "fields"], named<InputObjectTypeDefinitionNode>(Node.INPUT_OBJECT_TYPE_DEFINITION).map(inputRow)),
    "## Scalars",
    table(["name", "what"], named<ScalarTypeDefinitionNode>(Node.SCALAR_TYPE_DEFINITION).map(scalarRow)),
  );
}

function commandsOf(domain: string): string[] {
  const links = commands.filter((command) => command.domain === domain).map(({ mutation }) => to("commands", mutation));
  return links.length === 0 ? [] : [`- ${domain}: ${links.join(", ")}`];
}

const rootTable = (fields: readonly Field[]): string[] =>
  table(
    ["field", "gives", "access", "subgraph", ""],
    fields.map(({ domain, node }) => [signatureOf(node), typeLink(node.type), accessOf(node), domain, wordsOf(node)]),
  );

function typeBlocks(name: string, parts: readonly Owned<ObjectNode>[]): (string | readonly string[])[] {
  const seen = new Set<string>();
  // Keys and shared fields stand in several subgraphs.
  const rows = parts.flatMap(({ domain, node }) =>
    (node.fields ?? []).flatMap((field) => {
      if (seen.has(field.name.value)) return [];
      seen.add(field.name.value);
      return [[signatureOf(field), typeLink(field.type), accessOf(field), domain, wordsOf(field)]];
    }),
  );
  const words = parts.map(({ node }) => ("description" in node ? wordsOf(node) : "")).find((text) => text !== "");
  return [`### ${name}`, words ?? "", table(["field", "type", "access", "subgraph", ""], rows)];
}

/** One definition for each name, sorted: what is shared stands in several subgraphs. */
function named<N extends DefinitionNode & { readonly name: { readonly value: string } }>(kind: N["kind"]): N[] {
  const byName = new Map(definitions<N>(kind).map(({ node }) => [node.name.value, node]));
  return [...byName.values()].sort((a, b) => (a.name.value < b.name.value ? -1 : 1));
}

const place = ({ name }: { readonly name: { readonly value: string } }) => `${anchor(name.value)}${code(name.value)}`;

const choiceRow = (node: EnumTypeDefinitionNode): string[] => [
  place(node),
  (node.values ?? []).map(({ name }) => code(name.value)).join(", "),
];
const unionRow = (node: UnionTypeDefinitionNode): string[] => [
  place(node),
  (node.types ?? []).map(({ name }) => to("", name.value)).join(", "),
];
const inputRow = (node: InputObjectTypeDefinitionNode): string[] => [
  place(node),
  (node.fields ?? []).map((field) => code(`${field.name.value}: ${print(field.type)}`)).join(", "),
];
const scalarRow = (node: ScalarTypeDefinitionNode): string[] => [place(node), wordsOf(node)];

const signatureOf = ({ name, arguments: given = [] }: FieldDefinitionNode): string =>
  code(given.length === 0 ? name.value : `${name.value}(${given.map(argumentOf).join(", ")})`);

const argumentOf = ({ name, type }: InputValueDefinitionNode): string => `${name.value}: ${print(type)}`;

/** Angle brackets would be taken for a tag. */
const wordsOf = ({ description }: { readonly description?: StringValueNode | undefined }): string =>
  (description?.value ?? "").replaceAll("<", "&lt;");

/** The letter of its @access; a field without one is reached through guarded ones. */
function accessOf({ directives = [] }: FieldDefinitionNode): string {
  const given = directives.find(({ name }) => name.value === "access")?.arguments ?? [];
  const level = given.find(({ name }) => name.value === "level")?.value;
  return level?.kind === Node.STRING ? level.value : "";
}

const BUILT_IN: readonly string[] = ["Int", "Float", "String", "Boolean", "ID"];

function typeLink(type: TypeNode): string {
  const name = nameOf(type);
  if (BUILT_IN.includes(name)) return code(print(type));
  const node = /^(\w+)Connection$/.exec(name)?.[1];
  return node === undefined ? `[${code(print(type))}](#${anchorOf(name)})` : `list of ${to("", node)}`;
}

const nameOf = (type: TypeNode): string => (type.kind === Node.NAMED_TYPE ? type.name.value : nameOf(type.type));
