// Trying again: with pauses that grow and differ, as long as patience lasts, and never after somebody has said stop.
/** An attempt that is worth another one: what is thrown when there is none, and when to try at the earliest. */
export class Again {
  readonly error: Error;
  readonly waitMs: number;
  constructor(error: Error, waitMs = 0) {
    this.error = error;
    this.waitMs = waitMs;
  }
}

export interface Patience {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/** A pause before attempt `n` (from 0): doubled each time, half of it by chance, so that many clients do not come at once. */
export const backOffMs = (n: number): number => {
  const whole = Math.min(FIRST_MS * 2 ** Math.min(n, 16), LONGEST_MS);
  return whole / 2 + (Math.random() * whole) / 2;
};

/** @throws the error of the last attempt when patience ends; the signal's reason when it is aborted. */
export async function persist<T>(attempt: () => Promise<T | Again>, { patienceMs, signal }: Patience): Promise<T> {
  const end = Date.now() + patienceMs;
  for (let n = 0; ; n++) {
    signal.throwIfAborted();
    const got = await attempt();
    if (!(got instanceof Again)) return got;
    const wait = got.waitMs + backOffMs(n);
    if (Date.now() + wait > end) throw got.error;
    await pause(wait, signal);
  }
}

/** @throws the signal's reason. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, ms);
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

const watched = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `act` when the signal is aborted, unless the returned function was called before. However much is under way with one
 * signal, there is one listener on it: Node warns of more than ten.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const acts = watched.get(signal) ?? new Set();
  if (!watched.has(signal)) {
    watched.set(signal, acts);
    signal.addEventListener("abort", () => [...acts].forEach((each) => each()), { once: true });
  }
  acts.add(act);
  return () => void acts.delete(act);
}

/** Runs `act` with a signal that is aborted with any of `signals`. */
export async function abortable<T>(
  signals: readonly (AbortSignal | undefined)[],
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const linked = link(signals);
  try {
    linked.signal.throwIfAborted();
    return await act(linked.signal);
  } finally {
    linked.cut();
  }
}

/** A signal that is aborted with any of `signals`, or by itself; `cut` forgets the others. */
export function link(signals: readonly (AbortSignal | undefined)[]) {
  const controller = new AbortController();
  const cuts = signals.map((signal) => {
    if (!signal) return () => undefined;
    if (signal.aborted) controller.abort(signal.reason);
    return onAbort(signal, () => controller.abort(signal.reason));
  });
  const abort = (reason?: unknown) => controller.abort(reason);
  return { signal: controller.signal, abort, cut: () => cuts.forEach((cut) => cut()) };
}
