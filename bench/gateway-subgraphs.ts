// Subgraphs that answer at once, for the benchmark of the gateway: the schemas are ours, the values made up, and each
// answer is made once. One process serves all; counts the entities that it is asked for.
import { createServer, type IncomingMessage, type Server } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  getNamedType,
  getNullableType,
  graphql,
  isEnumType,
  isListType,
  isObjectType,
  parse,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from "graphql";
import { root } from "../platform/config.js";

const ROWS = 100;
const OWNERS = 5;
const uuid = (n: number) => `0b1d0000-0000-4000-8000-${String(n % OWNERS).padStart(12, "0")}`;

interface Made {
  readonly id?: string;
  /** Place in a list. */
  readonly row?: number;
  readonly [field: string]: unknown;
}

const scalars: Readonly<Record<string, (source: Made) => unknown>> = {
  ...{ Int: () => 7, Count: () => 7, Boolean: () => false, Qirat: () => "500000000", CountryCode: () => "NG" },
  DateTime: () => "2026-01-01T00:00:00.000Z",
  UUID: ({ id, row = 0 }) => id ?? uuid(row),
  ID: ({ id, row = 0 }) => id ?? uuid(row),
};

const answerField: GraphQLFieldResolver<Made, unknown> = (source = {}, args, _, info) => {
  const given = source[info.fieldName];
  if (given !== undefined) return given;
  const type = getNamedType(info.returnType);
  if (isEnumType(type)) return type.getValues()[0]?.value;
  if (scalars[type.name]) return scalars[type.name]?.(source);
  if (!isObjectType(type) && type.name !== "Owner") return "text";
  const { id = source.id } = args as { id?: string };
  const made = (row?: number): Made => ({
    __typename: type.name === "Owner" ? "User" : type.name,
    ...(id === undefined ? {} : { id }),
    ...(row === undefined ? {} : { row }),
  });
  if (isListType(getNullableType(info.returnType))) return Array.from({ length: ROWS }, (_unused, row) => made(row));
  return made(source.row);
};

interface Answer {
  readonly text: string;
  readonly entities: number;
}

async function answer(schema: GraphQLSchema, body: string): Promise<Answer> {
  const { query, variables } = JSON.parse(body) as { query: string; variables?: { representations?: unknown[] } };
  const found = await graphql({ schema, source: query, variableValues: variables ?? {}, fieldResolver: answerField });
  if (found.errors) throw new Error(`the subgraph cannot answer ${query}: ${found.errors.join()}`);
  return { text: JSON.stringify(found), entities: variables?.representations?.length ?? 0 };
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

function serve(domain: string, port: number): Server {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(readFileSync(join(root, "schema", `${domain}.graphql`), "utf8")) },
  ]);
  const answers = new Map<string, Answer>();
  let entities = 0;
  return createServer((request, response) => {
    if (request.method === "GET") return void response.end(String(entities));
    void (async () => {
      const body = await textOf(request);
      const known = answers.get(body) ?? (await answer(schema, body));
      answers.set(body, known);
      entities += known.entities;
      response.setHeader("content-type", "application/json").end(known.text);
    })();
  }).listen(port, "127.0.0.1");
}

// gateway-subgraphs.js <domain>=<port> …
for (const pair of process.argv.slice(2)) {
  const [domain = "", port = ""] = pair.split("=");
  serve(domain, Number(port));
}
