// The printed schema: fresh, composed, and with an answer to who may see each field.
import { existsSync, readFileSync } from "node:fs";
import { buildSchema, isEnumType, parse, type ObjectTypeDefinitionNode, type ObjectTypeExtensionNode } from "graphql";
import { accountKinds } from "../../catalogue/choices.js";
import { commands, furnishedDomains } from "../../catalogue/index.js";
import { parameters } from "../../catalogue/parameters.js";
import { signingRoles } from "../../catalogue/roles.js";
import { printedFiles } from "../../cli/schema.js";
import { guard } from "../../subgraphs/access.js";
import { subgraphDocument } from "../../subgraphs/schema.js";

it("is what the catalogue and schema.graphql say now", () => {
  for (const [path, text] of printedFiles()) {
    expect([path, existsSync(path) && readFileSync(path, "utf8") === text]).toEqual([path, true]);
  }
});

/** Fields of the definition (or of the extension) of Mutation in all subgraphs. */
const mutationsBy = (kind: "ObjectTypeDefinition" | "ObjectTypeExtension") =>
  furnishedDomains.flatMap((domain) => {
    const types = subgraphDocument(domain).definitions as (ObjectTypeDefinitionNode | ObjectTypeExtensionNode)[];
    return types.find((type) => type.kind === kind && type.name.value === "Mutation")?.fields ?? [];
  });

it("has a mutation for every command, with its sentence, its input and the key, and no other", () => {
  expect(
    mutationsBy("ObjectTypeDefinition").map(({ name, description, arguments: given }) => [
      name.value,
      description?.value,
      given?.map((each) => each.name.value),
    ]),
  ).toEqual(
    commands.map(({ mutation, sentence, fields }) => [mutation, sentence, [...Object.keys(fields), "idempotencyKey"]]),
  );
});

it("has the six mutations that make no command, or many", () => {
  expect(mutationsBy("ObjectTypeExtension").map(({ name }) => name.value)).toEqual([
    ...["registerUser", "submitKyc", "approveUser", "denyUser", "registerOnChain", "replayCommand"],
  ]);
});

it("spells the choices that the catalogue does not name as enums like the catalogue's constants", () => {
  const valuesOf = (domain: (typeof furnishedDomains)[number], name: string) => {
    const node = subgraphDocument(domain).definitions.find((each) => "name" in each && each.name?.value === name);
    return node?.kind === "EnumTypeDefinition" ? node.values?.map((value) => value.name.value) : undefined;
  };
  expect(valuesOf("tokenomics", "AccountKind")).toEqual([...accountKinds]);
  expect(valuesOf("admin", "SigningRole")).toEqual([...signingRoles]);
  const types = new Set(Object.values(parameters).map(({ type }) => type));
  expect(new Set(valuesOf("admin", "ParameterType"))).toEqual(types);
  const changers = new Set<string>(Object.values(parameters).flatMap(({ changeableBy }) => [...changeableBy]));
  expect(new Set(valuesOf("admin", "ParameterChanger"))).toEqual(changers);
  const listed = readFileSync("schema/supergraph.graphql", "utf8");
  expect(
    Object.values(buildSchema(listed, { assumeValid: true }).getTypeMap()).filter(isEnumType).length,
  ).toBeGreaterThan(12);
});

it("does not start with a field of which nobody said who may see it", () => {
  const directive = `directive @access(level: String!, evenIfOpen: Boolean = false) on FIELD_DEFINITION directive @key(fields: String!) on OBJECT`;
  const open = buildSchema(`${directive} type Query { a: Int @access(level: "P") b: Int }`);
  expect(() => guard(open, {})).toThrow("Query.b has no @access");
  const entity = buildSchema(
    `${directive} type Query { a: T @access(level: "P") } type T @key(fields: "id") { id: ID! }`,
  );
  expect(() => guard(entity, {})).toThrow("T.id has no @access");
  const wrong = buildSchema(`${directive} type Query { a: Int @access(level: "X") }`);
  expect(() => guard(wrong, {})).toThrow("a: @access has no level X");
});

it("parses as printed", () => {
  for (const [path, text] of printedFiles()) if (path.endsWith(".graphql")) expect(() => parse(text)).not.toThrow();
});
