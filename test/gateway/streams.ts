// Clients of live updates for suites: the ordinary ones of both transports, their values collected.
import { createClient as createEvents } from "graphql-sse";
import { createClient as createSocket, type Client } from "graphql-ws";
import WebSocket from "ws";
import { eventually } from "../environment.js";

export interface Value<T> {
  readonly data?: T | null;
  readonly errors?: readonly { message: string; path?: readonly unknown[]; extensions: Record<string, unknown> }[];
}

export interface Stream<T> {
  /** All that came, in order. */
  readonly values: Value<T>[];
  /** Resolves when it was completed; rejects with what ended it otherwise. */
  readonly ended: Promise<void>;
  /** Waits for that many values. */
  count(atLeast: number): Promise<Value<T>[]>;
  stop(): void;
}

type Subscribe = Client["subscribe"];

function collect<T>(subscribe: Subscribe, query: string, variables: Record<string, unknown>): Stream<T> {
  const values: Value<T>[] = [];
  let stop: () => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    stop = subscribe<T>(
      { query, variables },
      {
        next: (value) => values.push(value as unknown as Value<T>),
        error: (error) => reject(error instanceof Error ? error : Object.assign(new Error("ended"), { cause: error })),
        complete: resolve,
      },
    );
  });
  // Who does not ask for the end is not told of it.
  ended.catch(() => undefined);
  const count = async (atLeast: number) => {
    await eventually(() => values.length >= atLeast, `${atLeast} values of ${query}`);
    return values;
  };
  return { values, ended, count, stop: () => stop() };
}

export interface Subscriber {
  subscribe<T>(query: string, variables: Record<string, unknown>): Stream<T>;
  close(): void | Promise<void>;
}

export const socketUrl = (url: string): string => `${url.replace("http", "ws")}/graphql`;

/** `url`: of the gateway, without a path. */
export function bySocket(url: string, token?: string): Subscriber {
  const client = createSocket({
    url: socketUrl(url),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token === undefined ? {} : { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  const subscribe = client.subscribe.bind(client) as Subscribe;
  return { subscribe: (query, variables) => collect(subscribe, query, variables), close: () => client.dispose() };
}

export function byEvents(url: string, token?: string): Subscriber {
  const client = createEvents({
    url: `${url}/graphql/stream`,
    retryAttempts: 0,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const subscribe = client.subscribe.bind(client) as unknown as Subscribe;
  return { subscribe: (query, variables) => collect(subscribe, query, variables), close: () => client.dispose() };
}
