// Committed state of the chaincode's namespace as an immutable value: a block makes the next one, readers keep theirs.
import sortedBtree from "sorted-btree";

export interface Version {
  block: number;
  tx: number;
}

export interface Entry extends Version {
  value: Buffer;
}

export interface KeyWrite {
  key: string;
  /** undefined = delete. */
  value: Buffer | undefined;
}

const BTree = sortedBtree.default;
type Tree = InstanceType<typeof BTree<string, Entry>>;

/** Treat as frozen: only `stateAfter` makes a changed copy. */
export type State = Tree;

/** Fabric orders keys by their UTF-8 bytes; JavaScript by UTF-16 units, which puts surrogates before U+E000..U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

const codePointRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

export const emptyState = (entries: [string, Entry][] = []): State => new BTree<string, Entry>(entries, compareKeys);

/** A copy that shares all nodes until one is written: O(1). */
export const copyOf = (state: State): State => state.clone();

/** Entries with start <= key < end (end "" = no end; `including` = the end key too), in key order. */
export function* range(state: State, start: string, end: string, including = false): Generator<[string, Entry]> {
  for (const [key, entry] of state.entries(start)) {
    if (end !== "") {
      const order = compareKeys(key, end);
      if (order > 0 || (order === 0 && !including)) return;
    }
    yield [key, entry];
  }
}

/** Applies the writes of one valid transaction to a state that nobody else reads yet. */
export function apply(state: State, writes: readonly KeyWrite[], { block, tx }: Version): void {
  for (const { key, value } of writes) {
    if (value === undefined) state.delete(key);
    else state.set(key, { value, block, tx });
  }
}
