// What is remembered of what callers sent, the latest used first, within a bound. Never grows with what callers invent.

export interface Bounded<T> {
  get(key: string): T | undefined;
  /** `cost` in characters; what costs more than the whole bound is not kept. */
  set(key: string, value: T, cost: number): void;
  /** The latest used last. */
  keys(): string[];
}

/** The cost of an entry besides its own characters: many small ones must not fill the memory either. */
const ENTRY = 1_000;

/** Remembers up to `characters`; the least recently used goes first. */
export function newBounded<T>(characters: number): Bounded<T> {
  const entries = new Map<string, { readonly value: T; readonly cost: number }>();
  let total = 0;
  const remove = (key: string) => {
    total -= entries.get(key)?.cost ?? 0;
    entries.delete(key);
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, own) => {
      remove(key);
      const cost = own + ENTRY;
      if (cost > characters) return;
      entries.set(key, { value, cost });
      total += cost;
      for (const oldest of entries.keys()) {
        if (total <= characters) break;
        remove(oldest);
      }
    },
    keys: () => [...entries.keys()],
  };
}
