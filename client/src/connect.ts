// A client of the gateway: send a command, follow it until it is visible, read what it did, listen to what comes.
import { ClosedError } from "./errors.js";
import { follow, type Outcome, type Standing } from "./follow.js";
import type { CommandInputs } from "./graph.js";
import { openKeys } from "./keys.js";
import { iterable, openLive } from "./live.js";
import type { After, Options } from "./options.js";
import { abortable } from "./persist.js";
import { openPost } from "./post.js";
import { query } from "./query.js";
import { openReads } from "./reads.js";
import { send, type Accepted, type CommandName, type Sent } from "./send.js";

type Variables = Readonly<Record<string, unknown>>;

interface Stoppable {
  /** Ends it; the promise fails with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface SendOptions extends Stoppable {
  /** Idempotency key, 8 to 128 characters without a slash; a new one when not given. The same key with the same input is the same command. */
  readonly key?: string;
  /** Milliseconds; `patienceMs` of the client unless given. */
  readonly patienceMs?: number;
}

export interface SubscribeOptions extends Stoppable {
  /**
   * Called whenever the subscription begins: at first, and after each break of the connection. What happened during a break is
   * not told later: this is the moment to read it.
   */
  readonly onConnected?: () => void;
}

export interface FollowOptions extends Stoppable {
  /** Called at every step that is seen, the last one included. A quick command may pass a step unseen. */
  readonly onStatus?: (now: Standing) => void;
}

export interface QueryOptions extends Stoppable {
  /** What the answer has to reflect: a block number, or the id of a command (waits for its end). */
  readonly after?: After;
  /** Milliseconds; `patienceMs` of the client unless given. */
  readonly patienceMs?: number;
}

/** What `connect` gives. Its methods may be taken off it. */
export interface Client {
  /**
   * Sends a command until the gateway has answered. Tries again over broken connections, RATE_LIMITED, BEHIND, UNAVAILABLE and
   * defects, always under one key, so that nothing is done twice. A refusal before acceptance is a result, not an error.
   *
   * @throws NoAnswerError when nobody answers for `patienceMs`: send it again with the error's `key`.
   */
  send<C extends CommandName>(command: C, input: CommandInputs[C], options?: SendOptions): Promise<Sent>;
  /**
   * Follows a command to its end, through outages of any length. Resolves when its effect is visible: every later query of
   * this client shows it. A refusal of the ledger is a result, not an error. Of several tickets, follow each by its id.
   *
   * @throws GraphError when the caller may not see the command (FORBIDDEN) or there is none (NOT_FOUND).
   */
  follow(command: Accepted | string, options?: FollowOptions): Promise<Outcome>;
  /**
   * Asks the graph. Never shows less than this client has seen before. A document with a mutation is tried once only.
   *
   * @throws GraphError for any error in the answer, with what could be answered in its `data` (BEHIND, UNAVAILABLE and
   * RATE_LIMITED when patience ends); NoAnswerError when nobody answers.
   */
  query<Data = Readonly<Record<string, unknown>>>(
    document: string,
    variables?: Variables,
    options?: QueryOptions,
  ): Promise<Data>;
  /**
   * Values of a subscription; a connection that breaks is made anew, with a fresh token, and the subscription begins again.
   * Leave the loop, or abort the signal, to end it.
   *
   * @throws GraphError, from the loop, when the gateway refuses it.
   */
  subscribe<Data = Readonly<Record<string, unknown>>>(
    document: string,
    variables?: Variables,
    options?: SubscribeOptions,
  ): AsyncIterableIterator<Data>;
  /** Ends everything that is under way with a ClosedError, and the connection. */
  close(): void;
}

const PATIENCE_MS = 30_000;

/** Nothing is asked yet: the first connection is made when it is needed. */
export function connect(options: Options): Client {
  const closing = new AbortController();
  const closed = closing.signal;
  const post = openPost(options);
  const keys = openKeys(options);
  const reads = openReads();
  const live = openLive(options, closed);
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  const under = <T>(signal: AbortSignal | undefined, act: (signal: AbortSignal) => Promise<T>) =>
    abortable([signal, closed], act);
  return {
    send: (command, input, given = {}) =>
      under(given.signal, (signal) =>
        send(
          { post, keys },
          { command, input, key: given.key },
          { patienceMs: given.patienceMs ?? patienceMs, signal },
        ),
      ),
    follow: (command, { onStatus, signal: given } = {}) => {
      const id = typeof command === "string" ? command : command.commandId;
      return under(given, (signal) => follow({ post, live, reads }, { id, onStatus, signal }));
    },
    query: <Data>(document: string, variables: Variables = {}, { after, ...given }: QueryOptions = {}) =>
      under(given.signal, async (signal) => {
        const patience = { patienceMs: given.patienceMs ?? patienceMs, signal };
        return (await query({ post, reads }, { document, variables, after }, patience)) as Data;
      }),
    subscribe: <Data>(document: string, variables: Variables = {}, given: SubscribeOptions = {}) =>
      iterable(
        (own) => live.values({ document, variables, onConnected: given.onConnected }, own) as AsyncGenerator<Data>,
        [given.signal, closed],
      ),
    close: () => closing.abort(new ClosedError()),
  };
}
