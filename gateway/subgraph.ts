// The way from the gateway to one subgraph: a signed caller statement with every request, each entity asked for once.
// Never passes on a header from outside.
import type { GraphQLDataSource } from "@apollo/gateway";
import { GraphQLError } from "graphql";
import type { Dispatcher } from "undici";
import { anonymous, type Caller } from "../platform/auth.js";
import { messageOf } from "../platform/errors.js";
import type { Logger } from "../platform/log.js";
import { buckets, type Metrics } from "../platform/metrics.js";
import { BLOCK_HEADER, STATEMENT_HEADER, type Statements } from "../platform/statement.js";
import { TRACEPARENT, traceIdFor, traceparentOf } from "../platform/trace.js";
import type { Context } from "./context.js";
import { isObject } from "./object.js";
import { post } from "./post.js";
import { withoutRepeats, type Answer, type Data } from "./representations.js";

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
  { caller, requestId, traceId, after, blocks }: Context,
): Promise<Answer> {
  const body = JSON.stringify(asking);
  const headers = {
    "content-type": "application/json",
    "x-request-id": requestId,
    [TRACEPARENT]: traceparentOf(traceId),
    [STATEMENT_HEADER]: await statements.sign(caller, domain, body, after),
  };
  const done = seconds.startTimer({ domain });
  try {
    const response = await post(dispatcher, url, headers, body);
    if (response.status !== 200 && response.status !== 400) throw new Error(`answered ${response.status}`);
    const answer = JSON.parse(response.text) as Answer;
    const fault = faultOf(answer, asking);
    if (fault) throw new Error(`answered ${fault}`);
    const block = response.headers[BLOCK_HEADER];
    if (typeof block === "string") blocks.push(Number(block));
    done({ outcome: answer.errors ? "error" : "ok" });
    return answer;
  } catch (error) {
    done({ outcome: "away" });
    throw error;
  }
}

/** The gateway trusts the shape of what it gets. */
function faultOf(answer: unknown, { variables }: Asking): string | undefined {
  if (!isObject(answer)) return "no object";
  const { data, errors } = answer;
  if (errors !== undefined && !(Array.isArray(errors) && errors.every(isObject))) return "errors that are no list";
  if (data == null) return errors ? undefined : "neither data nor errors";
  if (!isObject(data)) return "data that is no object";
  return faultOfEntities(data["_entities"], variables?.["representations"]);
}

function faultOfEntities(entities: unknown, asked: unknown): string | undefined {
  if (!Array.isArray(asked) || entities == null) return undefined;
  if (!Array.isArray(entities) || entities.length !== asked.length) return "another number of entities";
  return entities.every((entity) => entity === null || isObject(entity)) ? undefined : "entities that are no objects";
}

/** The data source of one subgraph. A subgraph that is away gives UNAVAILABLE. */
export function subgraphSource(ports: SubgraphPorts, address: SubgraphAddress): GraphQLDataSource<Context> {
  return {
    process: async ({ request: incoming, context }) => {
      const { requestId, traceId } = context as Context;
      const once = withoutRepeats(incoming.variables ?? {});
      const asking = {
        query: incoming.query ?? "",
        variables: once.variables,
        ...(incoming.operationName === undefined ? {} : { operationName: incoming.operationName }),
      };
      try {
        const answer = once.spread(await ask(ports, address, asking, context as Context));
        return answer as never;
      } catch (error) {
        ports.log.warn(
          { domain: address.domain, requestId, traceId, reason: messageOf(error) },
          "Subgraph did not answer",
        );
        throw new GraphQLError("A part of the system does not answer.", { extensions: { code: "UNAVAILABLE" } });
      }
    },
  };
}

const PROBE_TRACE = traceIdFor("readiness");

/** Whether a subgraph answers at all. @throws when not. */
export async function probe(ports: SubgraphPorts, address: SubgraphAddress): Promise<void> {
  const caller: Caller = anonymous;
  const around = { caller, requestId: "readiness", traceId: PROBE_TRACE, after: undefined, blocks: [] };
  const { data } = await ask(ports, address, { query: "{ __typename }" }, around);
  if (!data) throw new Error("answered without data");
}
