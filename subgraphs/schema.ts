// The schema of one subgraph: its schema.graphql, the mutations of its commands, and the types that follow from names used.
// Never needs a type to be written twice: what a document names and does not define is found here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DefinitionNode, type DocumentNode, Kind as Node, parse, print, visit } from "graphql";
import { catalogue, commands, type FurnishedDomain } from "../catalogue/index.js";
import type { Fields, Kind } from "../catalogue/language.js";
import { root } from "../platform/config.js";
import { mutationsOf } from "./mutation-schema.js";
import { scalarDefinition, scalars, type ScalarName } from "./scalars.js";

const BASE = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@shareable"])
"Who may see a field: P everybody, U any valid token, S the persons concerned and admins, A admins."
directive @access(level: String!, evenIfOpen: Boolean = false) on FIELD_DEFINITION`;

/** Types that every subgraph may name. */
const SHARED: Readonly<Record<string, string>> = {
  PageInfo: `type PageInfo @shareable { hasNextPage: Boolean! endCursor: String }`,
  CommandStatus: `"ACCEPTED, SUBMITTED, then COMMITTED or REFUSED; FAILED: nothing was written on the ledger."
    enum CommandStatus { ACCEPTED SUBMITTED COMMITTED REFUSED FAILED }`,
  CommandTicket: `"An accepted command. Its end is seen by asking for the command of this id."
    type CommandTicket @shareable {
      commandId: UUID! name: String! status: CommandStatus! acceptedAt: DateTime!
      "The idempotency key was used before, for the same command and input."
      existing: Boolean!
    }`,
};

/** The whole document of a domain's subgraph, in a fixed order. */
export function subgraphDocument(domain: FurnishedDomain): DocumentNode {
  const own = parse(readFileSync(join(root, "subgraphs", domain, "schema.graphql"), "utf8"), { noLocation: true });
  const mutations = mutationsOf(Object.values(catalogue[domain].commands));
  const written = [...parse(BASE, { noLocation: true }).definitions, ...own.definitions, ...mutations];
  return { kind: Node.DOCUMENT, definitions: completed(written) };
}

export const printedDocument = (domain: FurnishedDomain): string => `${print(subgraphDocument(domain))}\n`;

/** Adds the definitions of all names that are used and not defined, and of the names that these use. */
function completed(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const missing = missingNames(definitions);
  if (missing.length === 0) return [...definitions];
  const added = missing.flatMap((name) => parse(definitionOf(name), { noLocation: true }).definitions);
  return completed([...definitions, ...added]);
}

const BUILT_IN: readonly string[] = ["Int", "Float", "String", "Boolean", "ID"];

function missingNames(definitions: readonly DefinitionNode[]): string[] {
  const defined = new Set(definitions.flatMap((node) => ("name" in node && node.name ? [node.name.value] : [])));
  const used = new Set<string>();
  for (const definition of definitions) visit(definition, { NamedType: ({ name }) => void used.add(name.value) });
  return [...used].filter((name) => !defined.has(name) && !BUILT_IN.includes(name)).sort();
}

function definitionOf(name: string): string {
  const values = choices.get(name);
  if (values) return `enum ${name} { ${values.join(" ")} }`;
  if (name in scalars) return scalarDefinition(name as ScalarName);
  const shared = SHARED[name];
  if (shared) return shared;
  const node = /^(\w+)Connection$/.exec(name)?.[1];
  if (!node) throw new Error(`the schema names ${name}, which nothing defines`);
  return `type ${name} {
      edges: [${node}Edge!]! pageInfo: PageInfo!
      "Exact up to 10,000, null above."
      totalCount: Count @access(level: "A", evenIfOpen: true)
    }
    type ${node}Edge { cursor: String! node: ${node} }`;
}

/** Every choice that a command or an event names: its enum's values. */
const choices = new Map<string, readonly string[]>([
  ...commands.flatMap(({ fields }) => choicesIn(fields)),
  ...Object.values(catalogue).flatMap(({ events }) =>
    Object.values(events as Readonly<Record<string, { fields: Fields }>>).flatMap(({ fields }) => choicesIn(fields)),
  ),
]);

function choicesIn(fields: Fields): [string, readonly string[]][] {
  return Object.values(fields).flatMap((kind: Kind) => [
    ...(kind.values ? [[kind.sdl, kind.values] as [string, readonly string[]]] : []),
    ...choicesIn({ ...kind.fields, ...(kind.item ? { item: kind.item } : {}) }),
  ]);
}
