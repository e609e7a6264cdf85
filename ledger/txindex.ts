// Where a transaction id first stands in the chain, and who waits for it. Later occurrences never change the answer.
import type { ValidationCode } from "./envelope.js";

export interface Place {
  block: number;
  code: ValidationCode;
}

export interface TxIndex {
  find(txId: string): Place | undefined;
  add(txId: string, place: Place): void;
  /** Resolves when the id stands in a block, at once if it does already; undefined when `signal` comes first. */
  wait(txId: string, signal: AbortSignal): Promise<Place | undefined>;
  /** Packed entries, for a snapshot. */
  entries(): Iterable<[txId: string, packed: number]>;
}

// One number per id: validation codes fit in 8 bits, block numbers in the rest of 53.
const CODES = 256;

export function newTxIndex(entries: Iterable<[string, number]>): TxIndex {
  const places = new Map(entries);
  const waiting = new Map<string, Set<(place: Place) => void>>();
  const find = (txId: string): Place | undefined => {
    const packed = places.get(txId);
    if (packed === undefined) return undefined;
    return { block: Math.floor(packed / CODES), code: (packed % CODES) as ValidationCode };
  };
  return {
    find,
    add: (txId, place) => {
      if (txId === "" || places.has(txId)) return;
      places.set(txId, place.block * CODES + place.code);
      for (const tell of waiting.get(txId) ?? []) tell(place);
      waiting.delete(txId);
    },
    wait: (txId, signal) =>
      new Promise((resolve) => {
        const known = find(txId);
        if (known || signal.aborted) return resolve(known);
        const tellers = waiting.get(txId) ?? new Set();
        waiting.set(txId, tellers.add(resolve));
        signal.addEventListener("abort", () => {
          tellers.delete(resolve);
          if (tellers.size === 0 && waiting.get(txId) === tellers) waiting.delete(txId);
          resolve(undefined);
        });
      }),
    entries: () => places,
  };
}
