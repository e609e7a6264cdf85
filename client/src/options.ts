// How a client is set up.

/** What `connect` is given. Only `url` is needed. */
export interface Options {
  /** Address of the gateway's /graphql; in a browser it may be relative to the page. */
  readonly url: string;
  /** Bearer token, or what gives one: asked at every request and every (re)connection, so that a fresh one can be handed out. */
  readonly token?: string | (() => string | Promise<string>);
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Instead of the global one, or of the package `ws` where there is none (Node 20). */
  readonly webSocket?: WebSocketClass;
  /**
   * For example `localStorage`: a command that was sent and not answered keeps its key there. When the page is opened anew
   * and the user sends the same again, it is the same command, not a second one. The input stands there until the answer.
   */
  readonly storage?: KeyStore;
  /** How long is tried again where nobody answers, in milliseconds: 30,000 unless given. */
  readonly patienceMs?: number;
}

/** The part of the Web Storage interface that is needed. */
export interface KeyStore {
  getItem(entry: string): string | null;
  setItem(entry: string, key: string): void;
  removeItem(entry: string): void;
}

export type WebSocketClass = new (url: string, protocol?: string) => object;

/** The number of a block, or the id of a command: what a query has to reflect. */
export type After = string | number;

/** The token of now; undefined for who has none. */
export async function tokenOf({ token }: Pick<Options, "token">): Promise<string | undefined> {
  return (typeof token === "function" ? await token() : token) || undefined;
}
