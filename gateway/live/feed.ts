// One open subscription: waits for a signal, looks, hands over what is new. Pulled by its reader, so nothing piles up behind
// a slow one: signals are one flag. Written by hand: a generator's return() would wait for its pending await and leak.
import type { Signals } from "./signals.js";

export interface Looked<T> {
  readonly values: readonly T[];
  /** There will be no more. */
  readonly ended?: boolean;
  /** There is more to be read at once, after these values. */
  readonly more?: boolean;
  /** The look found no answer: once more, soon. */
  readonly again?: boolean;
}

/** Reads what there is now; `block` must be in it. One at a time. */
export type Look<T> = (block: number | undefined) => Promise<Looked<T>>;

/** Runs a work when its turn has come. */
export type Turn = <R>(work: () => Promise<R>) => Promise<R>;

export interface Feed<T> extends AsyncIterableIterator<T> {
  return(): Promise<IteratorResult<T>>;
  /** Hands over a last value and ends. */
  end(last: T): void;
}

export interface FeedOptions<T> {
  readonly signals: Signals;
  readonly channel: string;
  readonly look: Look<T>;
  /** Waits until this one may look; what is told meanwhile is in the same look. */
  readonly turn: Turn;
  /** Called once, when nobody reads any more. */
  readonly closed: () => void;
}

const AGAIN_MS = 2_000;

export function openFeed<T>({ signals, channel, look, turn, closed }: FeedOptions<T>): Feed<T> {
  const ready: T[] = [];
  // The first look needs no signal.
  let wanted = true;
  let block: number | undefined;
  let state: "open" | "ending" | "closed" = "open";
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const want = (of: number | undefined) => {
    wanted = true;
    if (of !== undefined) block = Math.max(block ?? 0, of);
    wake?.();
  };
  const listening = signals.listen(channel, want);
  const leave = () => {
    clearTimeout(timer);
    listening.close();
    closed();
  };
  const stop = (to: "ending" | "closed") => {
    if (state === "open") leave();
    state = to;
    wake?.();
  };

  const lookOnce = async () => {
    const work = async () => {
      wanted = false;
      return state === "open" ? look(block) : undefined;
    };
    const looked = await turn(work).catch((error: unknown) => {
      // Whoever reads is told, and asks no more.
      stop("closed");
      throw error;
    });
    if (state !== "open" || !looked) return;
    const { values, ended, more, again } = looked;
    ready.push(...values);
    if (more) wanted = true;
    if (ended) stop("ending");
    if (!again) return;
    clearTimeout(timer);
    timer = setTimeout(() => want(undefined), AGAIN_MS).unref();
  };
  const next = async (): Promise<IteratorResult<T>> => {
    await listening.ready;
    for (;;) {
      const value = state === "closed" ? undefined : ready.shift();
      if (value !== undefined) return { done: false, value };
      if (state !== "open") return { done: true, value: undefined };
      if (wanted) await lookOnce();
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next,
    return: () => {
      stop("closed");
      return Promise.resolve({ done: true, value: undefined });
    },
    end: (last) => {
      if (state !== "open") return;
      ready.push(last);
      stop("ending");
    },
  };
}
