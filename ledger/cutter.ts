// Fabric's block cutter: which messages make a block, by count and size. Knows no clock.
import type { Ordered } from "./validator.js";

export interface BatchRules {
  batchTimeoutMs: number;
  maxMessageCount: number;
  preferredMaxBytes: number;
  absoluteMaxBytes: number;
}

export interface Cutter {
  /** Batches that are full now, in order; `pending` = something waits for the timer. */
  add(message: Ordered): { batches: Ordered[][]; pending: boolean };
  /** What waits, as the last batch. */
  cut(): Ordered[];
}

export function newCutter({ maxMessageCount, preferredMaxBytes }: BatchRules): Cutter {
  let waiting: Ordered[] = [];
  let size = 0;
  const cut = (): Ordered[] => {
    const batch = waiting;
    waiting = [];
    size = 0;
    return batch;
  };
  return {
    cut,
    add: (message) => {
      const { length } = message.bytes;
      const batches: Ordered[][] = [];
      if (length > preferredMaxBytes) {
        if (waiting.length > 0) batches.push(cut());
        batches.push([message]);
        return { batches, pending: false };
      }
      if (waiting.length > 0 && size + length > preferredMaxBytes) batches.push(cut());
      waiting.push(message);
      size += length;
      if (waiting.length >= maxMessageCount) batches.push(cut());
      return { batches, pending: waiting.length > 0 };
    },
  };
}
