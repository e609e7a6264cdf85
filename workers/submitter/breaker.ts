// The circuit breaker of one role: while the ledger does not answer, few batches are tried, one at a time. Pure but for chance.
// Never stops what is in flight, and never opens for a failure that is the command's own.
import { backOff } from "./pause.js";

export type BreakerState = "closed" | "half" | "open";

export interface Breaker {
  readonly state: BreakerState;
  /** When the next batch may go, milliseconds on the caller's clock; Infinity while one is out to find out. */
  readonly nextAt: number;
  /** A batch goes. */
  sent(): void;
  /** Something answered, whatever it said. */
  answered(): void;
  /** Nothing answered, or what did says that it cannot now. */
  failed(now: number): void;
  /** The batch came back without having asked. */
  unasked(): void;
}

/** Failures in a row. */
const OPENS_AT = 3;
const FIRST_MS = 200;
const MOST_MS = 2_000;

/** Hears of every change; 0 closed, 1 half, 2 open. */
export function createBreaker(changed: (state: 0 | 1 | 2) => void): Breaker {
  let state: BreakerState = "closed";
  let failures = 0;
  let nextAt = 0;
  const become = (next: BreakerState) => {
    state = next;
    changed(next === "closed" ? 0 : next === "half" ? 1 : 2);
  };
  become("closed");
  return {
    get state() {
      return state;
    },
    get nextAt() {
      return state === "half" ? Infinity : nextAt;
    },
    sent: () => {
      if (state === "open") become("half");
    },
    answered: () => {
      failures = 0;
      nextAt = 0;
      if (state !== "closed") become("closed");
    },
    failed: (now) => {
      failures++;
      // Those that were sent together fail together: one pause is enough.
      if (failures < OPENS_AT || state === "open") return;
      nextAt = now + backOff(failures - OPENS_AT + 1, FIRST_MS, MOST_MS);
      become("open");
    },
    unasked: () => {
      if (state === "half") become("open");
    },
  };
}
