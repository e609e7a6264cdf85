// What an HTTP request asks of the graph: a body, or by GET the hash of a query that was sent before (automatic persisted
// queries). Never takes by GET what a page of another origin could make a browser send, nor a mutation.
import { createHash } from "node:crypto";
import { GraphQLError } from "graphql";
import type { FastifyRequest } from "fastify";
import type { Refusal } from "../platform/web.js";
import { newBounded } from "./bounded.js";
import type { Documents } from "./documents.js";
import type { GraphRequest } from "./execute.js";
import { isObject } from "./object.js";

export interface Requests {
  /** What a body asks for, or what is wrong with its shape. */
  ofBody(body: unknown): GraphRequest | Refusal;
  ofGet(request: Pick<FastifyRequest, "headers" | "query">): GraphRequest | Refusal;
}

/** Of texts that are known by their hash, all together. */
const CHARACTERS = 2_000_000;
const HASH = /^[0-9a-f]{64}$/;

const bad = (message: string): Refusal => ({ status: 400, code: "BAD_REQUEST", message });
/** As clients of automatic persisted queries expect it, by status and message: they send the text then. */
const unknownHash: Refusal = { status: 200, code: "PERSISTED_QUERY_NOT_FOUND", message: "PersistedQueryNotFound" };

interface Shaped extends Record<string, unknown> {
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
  readonly extensions?: Record<string, unknown> | null;
}
const isShaped = (body: Record<string, unknown>): body is Shaped => {
  const { variables, operationName, extensions } = body;
  const objects = [variables, extensions].every((value) => value == null || isObject(value));
  return objects && (operationName == null || typeof operationName === "string");
};

/** The text of a query that comes without a hash. */
const plain = (query: unknown): string | Refusal =>
  typeof query === "string" && query !== "" ? query : bad("The request body must hold a query as text.");

export function openRequests(documents: () => Documents): Requests {
  const known = newBounded<string>(CHARACTERS);

  /** The text of a query that comes with its hash, or as its hash. */
  const textOf = (query: unknown, persisted: unknown): string | Refusal => {
    if (!isObject(persisted)) return bad("The persisted query must be a JSON object.");
    const { version, sha256Hash: hash } = persisted;
    if (version !== 1) return bad("Unsupported persisted query version.");
    if (typeof hash !== "string" || !HASH.test(hash)) return bad("The hash must be a SHA-256 in lower-case hex.");
    if (query === undefined) return known.get(hash) ?? unknownHash;
    if (typeof query !== "string" || query === "") return bad("The query must be text.");
    if (createHash("sha256").update(query).digest("hex") !== hash) return bad("The hash is of another query.");
    // Room is for documents that can be asked for.
    if (!("errors" in documents().read(query))) known.set(hash, query, query.length);
    return query;
  };

  const ofBody: Requests["ofBody"] = (body) => {
    if (Array.isArray(body)) return bad("Several operations in one request are not supported.");
    if (!isObject(body)) return bad("The request body must be a JSON object.");
    if (!isShaped(body)) return bad("Variables and extensions must be JSON objects, the operation's name text.");
    const { variables, operationName, extensions } = body;
    const persisted = extensions?.["persistedQuery"];
    const query = persisted == null ? plain(body["query"]) : textOf(body["query"], persisted);
    if (typeof query !== "string") return query;
    return { query, variables: variables ?? undefined, operationName: operationName || undefined };
  };

  const ofGet: Requests["ofGet"] = ({ headers, query }) => {
    if (!wasPreflighted(headers)) {
      return bad("By GET a request needs the header apollo-require-preflight, or content-type: application/json.");
    }
    const { variables, extensions, operationName, query: text } = query as Record<string, unknown>;
    if (text !== undefined || extensions === undefined) {
      return bad("By GET a query is asked for by its hash; send its text by POST.");
    }
    const asked = ofBody({ operationName, variables: jsonOf(variables), extensions: jsonOf(extensions) });
    if ("code" in asked) return asked;
    const document = documents().read(asked.query);
    const operation = "errors" in document ? undefined : document.operation(asked.operationName);
    const mutates = operation && !(operation instanceof GraphQLError) && operation.node.operation === "mutation";
    return mutates ? { ...bad("A mutation is sent by POST."), status: 405 } : asked;
  };

  return { ofBody, ofGet };
}

/** JSON of a parameter; what is none has the wrong shape for everything. */
function jsonOf(text: unknown): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    return String(text);
  }
}

const SIMPLE = /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i;

/** A browser asks the gateway first before it sends one of these for a page of another origin. */
function wasPreflighted(headers: FastifyRequest["headers"]): boolean {
  const type = headers["content-type"];
  if (type !== undefined && type !== "" && !SIMPLE.test(type)) return true;
  return Boolean(headers["apollo-require-preflight"] || headers["x-apollo-operation-name"]);
}
