// Work and waiting that end early: by a signal, by a bell; and the growing waits between attempts.
import { pause } from "../../platform/pause.js";

/** What `work` gives, or "left" as soon as the signal aborts. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | "left"> {
  return new Promise((resolve, reject) => {
    const leave = () => resolve("left");
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** Milliseconds before attempt number `attempt` (from 1): `first` doubled up to `most`, less up to half of it by chance. */
export function backOff(attempt: number, first: number, most: number): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (0.5 + Math.random() / 2));
}

/** Ends the pause of somebody who may not have begun it yet. */
export interface Bell {
  ring(): void;
  /** Forgets earlier rings: what they tell of is looked at from here on. */
  silence(): void;
  /** Resolves after `milliseconds`, at a ring since the last silence, or as soon as one of the signals aborts. */
  pause(milliseconds: number, ...signals: AbortSignal[]): Promise<void>;
}

export function createBell(): Bell {
  let rung = new AbortController();
  return {
    ring: () => rung.abort("rung"),
    silence: () => {
      if (rung.signal.aborted) rung = new AbortController();
    },
    pause: (milliseconds, ...signals) => pause(milliseconds, rung.signal, ...signals),
  };
}
