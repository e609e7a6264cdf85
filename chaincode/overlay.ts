// The state as one transaction sees it: Fabric shows a transaction none of its own writes, this does.
// Writes of a command that is refused are rolled back; nothing reaches the peer before flush().
import type { Context } from "fabric-contract-api";
import { canonical, RANGE_MAX_KEYS } from "../catalogue/wire.js";
import type { Key, KeyRange } from "./state.js";

/** What of the shim the state needs. */
export type StateStub = Pick<Context["stub"], "getState" | "putState" | "deleteState" | "getStateByRange">;

export interface Entry<T> {
  readonly key: Key<T>;
  readonly value: T;
}

/** Reads and writes typed by their keys; values are JSON, and every read gives a fresh copy. */
export interface State {
  get<T>(key: Key<T>): Promise<T | undefined>;
  /** What this transaction itself wrote under the key: no read of the ledger, hence never a conflict. */
  written<T>(key: Key<T>): T | undefined;
  put<T>(key: Key<T>, value: NoInfer<T>): void;
  delete(key: Key<unknown>): void;
  /**
   * At most `limit` (0..1,000) entries in key order, this transaction's writes included.
   * `next`: the key at which to go on, null at the end of the range.
   */
  range<T>(range: KeyRange<T>, limit: number): Promise<{ entries: Entry<T>[]; next: string | null }>;
}

export interface Overlay extends State {
  /** Keeps what was written since the last keep() or rollBack(). */
  keep(): void;
  rollBack(): void;
  /** Hands all kept writes to the peer, in key order. */
  flush(): Promise<void>;
}

/** Text, or null where the key was deleted. */
type Writes = Map<string, string | null>;

export function newOverlay(stub: StateStub): Overlay {
  const fetched = new Map<string, Promise<string | undefined>>();
  const kept: Writes = new Map();
  const current: Writes = new Map();

  const writtenText = (key: string) => (current.has(key) ? current.get(key) : kept.get(key));
  // Each key is asked for once in a transaction: round trips to the peer are most of its time.
  const committedText = (key: string): Promise<string | undefined> => {
    const known = fetched.get(key) ?? stub.getState(key).then(textOf);
    fetched.set(key, known);
    return known;
  };

  return {
    get: async <T>(key: Key<T>) => {
      const own = writtenText(key);
      return parsed<T>(own === undefined ? await committedText(key) : own);
    },
    written: <T>(key: Key<T>) => parsed<T>(writtenText(key)),
    put: (key, value) => void current.set(key, canonical(value)),
    delete: (key) => void current.set(key, null),
    range: async <T>({ from, to }: KeyRange<T>, limit: number) => {
      if (limit < 0 || limit > RANGE_MAX_KEYS) throw new Error(`a range of ${limit} keys is above the bound`);
      const { found, cut } = await committedRange(stub, from, to, limit);
      const end = cut ?? to;
      for (const [key, text] of [...kept, ...current]) if (key >= from && key < end) found.set(key, text);
      const entries = entriesOf<T>(found);
      return { entries: entries.slice(0, limit), next: entries[limit]?.key ?? cut ?? null };
    },
    keep: () => {
      for (const [key, text] of current) kept.set(key, text);
      current.clear();
    },
    rollBack: () => current.clear(),
    flush: async () => {
      const writes = [...kept].sort(byKey);
      await Promise.all(
        writes.map(([key, text]) => (text === null ? stub.deleteState(key) : stub.putState(key, bytesOf(text)))),
      );
    },
  };
}

/** The first `limit` committed keys of a range, and `cut`: the first key that was left out. */
async function committedRange(stub: StateStub, from: string, to: string, limit: number) {
  const found: Writes = new Map();
  for await (const { key, value } of stub.getStateByRange(from, to)) {
    if (found.size === limit) return { found, cut: key };
    found.set(key, textOf(value) ?? null);
  }
  return { found };
}

const entriesOf = <T>(found: Writes): Entry<T>[] =>
  [...found]
    .sort(byKey)
    .flatMap(([key, text]) => (text === null ? [] : [{ key: key as Key<T>, value: JSON.parse(text) as T }]));
const textOf = (bytes: Uint8Array): string | undefined =>
  bytes.length === 0 ? undefined : new TextDecoder().decode(bytes);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const parsed = <T>(text: string | null | undefined): T | undefined =>
  text === undefined || text === null ? undefined : (JSON.parse(text) as T);
// Keys are ASCII, so the order of UTF-16 is the peer's order of bytes.
const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0);
