// Asks again and again while somebody looks: a hidden page asks nothing, one that is shown again asks at once.
import { useEffect } from "preact/hooks";

/** Runs `ask` now and `everyMs` after each end of it, until the component goes or one of `on` changes. */
export function usePolling(ask: (signal: AbortSignal) => Promise<void>, everyMs: number, on: readonly unknown[]): void {
  useEffect(() => poll(ask, everyMs), [...on]);
}

/** @returns what ends it. */
export function poll(ask: (signal: AbortSignal) => Promise<void>, everyMs: number): () => void {
  const ending = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  const turn = async () => {
    clearTimeout(timer);
    if (asking || document.hidden || ending.signal.aborted) return;
    asking = true;
    try {
      await ask(ending.signal);
    } catch (error) {
      // What was asked for is over; anything else is a defect of this page.
      if (!ending.signal.aborted) throw error;
    } finally {
      asking = false;
      if (!ending.signal.aborted) timer = setTimeout(() => void turn(), everyMs);
    }
  };
  const shown = () => void turn();
  document.addEventListener("visibilitychange", shown);
  void turn();
  return () => {
    document.removeEventListener("visibilitychange", shown);
    clearTimeout(timer);
    ending.abort();
  };
}
