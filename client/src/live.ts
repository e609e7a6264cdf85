// Subscriptions over one WebSocket: opened when somebody listens, opened again whenever it breaks, with the token of then.
// Never gives up by itself: what is asked for again after a break is the caller's subscription, from its first value on.
import { createClient, type Client as Socket, type FormattedExecutionResult } from "graphql-ws/client";
import { GraphError, PASSING, type Fault } from "./errors.js";
import { tokenOf, type Options, type WebSocketClass } from "./options.js";
import { backOffMs, link, onAbort, pause } from "./persist.js";

export interface Subscribing {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Called whenever it begins: at first, and after each break. */
  readonly onConnected?: (() => void) | undefined;
}

export interface Live {
  /** Values until the gateway completes it. @throws GraphError when the gateway refuses it; the signal's reason. */
  values(subscribing: Subscribing, signal: AbortSignal): AsyncGenerator<Readonly<Record<string, unknown>>>;
  /** There is a connection now. */
  isOpen(): boolean;
}

const STEADY_MS = 5_000;
const PING_MS = 10_000;
const PONG_MS = 5_000;
/** The next subscription often follows at once. */
const LINGER_MS = 500;

/** `closed` ends everything. */
export function openLive(options: Options, closed: AbortSignal): Live {
  let open = false;
  let opening: Promise<Socket> | undefined;
  const socket = async (): Promise<Socket> => {
    opening ??= webSocketOf(options).then((webSocketImpl) => {
      const made = newSocket(options, webSocketImpl, closed);
      made.on("connected", () => (open = true));
      made.on("closed", () => (open = false));
      return made;
    });
    return opening;
  };
  return {
    isOpen: () => open,
    async *values(subscribing, signal) {
      for (let failures = 0; ; failures++) {
        const made = await socket();
        const begin = Date.now();
        try {
          for await (const result of results(made, subscribing, open, signal)) {
            yield dataOf(result);
          }
          return;
        } catch (error) {
          signal.throwIfAborted();
          // It was good for a while.
          if (Date.now() - begin > STEADY_MS) failures = 0;
          const refused = refusalOf(error);
          if (refused && !mayPass(refused, failures, options)) throw refused;
          // Only a new connection carries a new token.
          if (refused?.code === "UNAUTHENTICATED") made.terminate();
          await pause(backOffMs(failures), signal);
        }
      }
    },
  };
}

/** Whether another attempt may go better than this one. */
function mayPass({ code }: GraphError, failures: number, { token }: Options): boolean {
  return PASSING.includes(code) || (code === "UNAUTHENTICATED" && typeof token === "function" && failures === 0);
}

function newSocket(options: Options, webSocketImpl: WebSocketClass, closed: AbortSignal): Socket {
  let pong: ReturnType<typeof setTimeout> | undefined;
  const socket = createClient({
    url: socketUrlOf(options.url),
    webSocketImpl,
    connectionParams: async () => {
      const token = await tokenOf(options);
      return token ? { authorization: `Bearer ${token}` } : {};
    },
    lazyCloseTimeout: LINGER_MS,
    keepAlive: PING_MS,
    retryAttempts: Infinity,
    shouldRetry: (error) => refusalOf(error) === undefined,
    retryWait: (retries) => pause(backOffMs(retries), closed).catch(() => undefined),
    on: {
      // A connection that nobody answers on is as good as none.
      ping: (received) => {
        if (!received) pong = setTimeout(() => socket.terminate(), PONG_MS);
      },
      pong: () => clearTimeout(pong),
      closed: () => clearTimeout(pong),
    },
  });
  onAbort(closed, () => void Promise.resolve(socket.dispose()).catch(() => undefined));
  return socket;
}

/** Node 20 has none of its own; the package `ws` is loaded there alone, and is optional. */
async function webSocketOf({ webSocket }: Options): Promise<WebSocketClass> {
  const found = webSocket ?? globalThis.WebSocket ?? (await import("ws").catch(() => undefined))?.default;
  if (!found)
    throw new Error("there is no WebSocket here: give one to connect as webSocket, or install the package ws");
  return found;
}

function socketUrlOf(url: string): string {
  const address = new URL(url, globalThis.location?.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

type Result = FormattedExecutionResult<Record<string, unknown>, unknown>;

/** One subscription on the connection of now. Throws what the library says when it breaks. */
async function* results(socket: Socket, subscribing: Subscribing, isOpen: boolean, signal: AbortSignal) {
  const { document, variables, onConnected = () => undefined } = subscribing;
  const arrived: Result[] = [];
  let ended: { error?: unknown } | undefined;
  let wake = () => undefined as void;
  const end = (how: { error?: unknown }) => {
    ended ??= how;
    wake();
  };
  const forget = onAbort(signal, () => end({ error: signal.reason }));
  const deafen = socket.on("connected", () => onConnected());
  if (isOpen) onConnected();
  const leave = socket.subscribe(
    { query: document, variables: { ...variables } },
    {
      next: (result) => {
        arrived.push(result);
        wake();
      },
      error: (error) => end({ error }),
      complete: () => end({}),
    },
  );
  try {
    for (;;) {
      const result = arrived.shift();
      if (result) yield result;
      else if (ended && "error" in ended) throw ended.error;
      else if (ended) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    leave();
    deafen();
    forget();
  }
}

function dataOf({ data, errors }: Result): Readonly<Record<string, unknown>> {
  if (errors?.length) throw new GraphError(errors as unknown as readonly Fault[], data);
  return data ?? {};
}

/** The connection was closed for its token. */
const TURNED_AWAY: readonly unknown[] = [4401, 4403];

/** What the gateway itself says; undefined for a connection that broke. */
function refusalOf(error: unknown): GraphError | undefined {
  if (error instanceof GraphError) return error;
  if (Array.isArray(error)) return new GraphError(error as Fault[]);
  const { code, reason } = error as Partial<CloseEvent>;
  if (!TURNED_AWAY.includes(code)) return undefined;
  return new GraphError([{ message: reason || "The token is not valid.", extensions: { code: "UNAUTHENTICATED" } }]);
}

/** As an iterator that may be left at any time, also while it waits for a value. */
export function iterable<T>(
  open: (signal: AbortSignal) => AsyncGenerator<T>,
  signals: readonly (AbortSignal | undefined)[],
): AsyncIterableIterator<T> {
  const linked = link(signals);
  const values = open(linked.signal);
  let left = false;
  const done = { done: true as const, value: undefined };
  const next = async (): Promise<IteratorResult<T, undefined>> => {
    try {
      const result = await values.next();
      if (result.done) linked.cut();
      return result.done ? done : result;
    } catch (error) {
      linked.cut();
      if (left) return done;
      throw error;
    }
  };
  const iterator: AsyncIterableIterator<T> = {
    next,
    return: async () => {
      left = true;
      linked.abort();
      linked.cut();
      await values.return(undefined);
      return done;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
