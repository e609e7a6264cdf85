// The way from the gateway to one subgraph: a signed caller statement with every request, each entity asked for once.
// Never passes on a header from outside, and never lets an answer's own words through: what the caller reads is chosen later.
import type { GraphQLDataSource } from "@apollo/gateway";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { request, type Dispatcher } from "undici";
import { anonymous, type Caller } from "../platform/auth.js";
import { messageOf } from "../platform/errors.js";
import type { Logger } from "../platform/log.js";
import { buckets, type Metrics } from "../platform/metrics.js";
import { STATEMENT_HEADER, type Statements } from "../platform/statement.js";
import type { Context } from "./context.js";

export interface SubgraphPorts {
  readonly dispatcher: Dispatcher;
  readonly statements: Statements;
  readonly log: Logger;
  readonly seconds: SubgraphSeconds;
}

export type SubgraphSeconds = ReturnType<typeof subgraphSeconds>;
export const subgraphSeconds = (metrics: Metrics) =>
  metrics.histogram("gateway_subgraph_duration_seconds", "Time of a request to a subgraph.", buckets.request, [
    ...(["domain", "outcome"] as const),
  ]);

export interface SubgraphAddress {
  readonly domain: string;
  readonly url: string;
}

type Data = Record<string, unknown>;
interface Answer {
  data?: Data | null;
  errors?: GraphQLFormattedError[];
}
interface Asking {
  readonly query: string;
  readonly variables?: Data;
  readonly operationName?: string;
}

/** Sends one request. @throws Error when the subgraph is away or does not answer like one. */
async function ask(
  { dispatcher, statements, seconds }: SubgraphPorts,
  { domain, url }: SubgraphAddress,
  asking: Asking,
  { caller, requestId }: Context,
): Promise<Answer> {
  const body = JSON.stringify(asking);
  const headers = {
    "content-type": "application/json",
    "x-request-id": requestId,
    [STATEMENT_HEADER]: await statements.sign(caller, domain, body),
  };
  const done = seconds.startTimer({ domain });
  try {
    const response = await request(url, { method: "POST", headers, body, dispatcher });
    const text = await response.body.text();
    if (response.statusCode !== 200 && response.statusCode !== 400) throw new Error(`answered ${response.statusCode}`);
    const answer = JSON.parse(text) as Answer;
    if (typeof answer !== "object" || answer === null) throw new Error("answered no object");
    done({ outcome: answer.errors ? "error" : "ok" });
    return answer;
  } catch (error) {
    done({ outcome: "away" });
    throw error;
  }
}

/** The data source of one subgraph. A subgraph that is away gives UNAVAILABLE. */
export function subgraphSource(ports: SubgraphPorts, address: SubgraphAddress): GraphQLDataSource<Context> {
  return {
    process: async ({ request: incoming, context }) => {
      const { caller, requestId } = context as Context;
      const once = withoutRepeats(incoming.variables ?? {});
      const asking = {
        query: incoming.query ?? "",
        variables: once.variables,
        ...(incoming.operationName === undefined ? {} : { operationName: incoming.operationName }),
      };
      try {
        const answer = once.spread(await ask(ports, address, asking, { caller, requestId }));
        return answer as never;
      } catch (error) {
        ports.log.warn({ domain: address.domain, requestId, reason: messageOf(error) }, "Subgraph did not answer");
        throw new GraphQLError("A part of the system does not answer.", { extensions: { code: "UNAVAILABLE" } });
      }
    },
  };
}

/** Whether a subgraph answers at all. @throws when not. */
export async function probe(ports: SubgraphPorts, address: SubgraphAddress): Promise<void> {
  const caller: Caller = anonymous;
  const { data } = await ask(ports, address, { query: "{ __typename }" }, { caller, requestId: "readiness" });
  if (!data) throw new Error("answered without data");
}

interface Once {
  readonly variables: Data;
  /** Gives every place that asked the answer of its entity. */
  spread(answer: Answer): Answer;
}

/** A hundred rows of one country ask for that country once. */
function withoutRepeats(variables: Data): Once {
  const asked = variables["representations"];
  if (!Array.isArray(asked)) return { variables, spread: (answer) => answer };
  const places = new Map<string, number>();
  const unique: unknown[] = [];
  const placeOf = asked.map((representation: unknown) => {
    const key = JSON.stringify(representation);
    const place = places.get(key) ?? unique.push(representation) - 1;
    places.set(key, place);
    return place;
  });
  if (unique.length === asked.length) return { variables, spread: (answer) => answer };
  return { variables: { ...variables, representations: unique }, spread: (answer) => spread(answer, placeOf) };
}

function spread({ data, errors, ...rest }: Answer, placeOf: readonly number[]): Answer {
  const entities = data?.["_entities"];
  const given = new Set<number>();
  // The gateway writes into what it gets: each place needs an object of its own.
  const own = (place: number): unknown => {
    const entity: unknown = (entities as unknown[])[place];
    if (!given.has(place)) return given.add(place) && entity;
    return structuredClone(entity);
  };
  return {
    ...rest,
    ...(data === undefined ? {} : { data: Array.isArray(entities) ? { ...data, _entities: placeOf.map(own) } : data }),
    ...(errors ? { errors: errors.flatMap((error) => errorsOf(error, placeOf)) } : {}),
  };
}

function errorsOf(error: GraphQLFormattedError, placeOf: readonly number[]): GraphQLFormattedError[] {
  const [root, place, ...path] = error.path ?? [];
  if (root !== "_entities" || typeof place !== "number") return [error];
  return placeOf.flatMap((of, index) => (of === place ? [{ ...error, path: [root, index, ...path] }] : []));
}
