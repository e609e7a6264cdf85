// One run of chaincode against a fixed state: records reads and writes, changes nothing, shows no own writes.
import { encodeSets, LIFECYCLE, type NamespaceSet, type RangeRead } from "./readwriteset.js";
import { compareKeys, range, type Entry, type State, type Version } from "./state.js";

// As a peer's query response generator.
const BATCH = 100;
const MOST_RESULTS = 100_000;

export interface RangePage {
  id: string;
  results: [key: string, value: Buffer][];
  hasMore: boolean;
}

export interface Simulation {
  /** Committed value, empty when missing; own writes are never shown. */
  get(key: string): Buffer;
  put(key: string, value: Buffer): void;
  delete(key: string): void;
  openRange(start: string, end: string): RangePage;
  nextPage(id: string): RangePage;
  closeRange(id: string): void;
  /** TxReadWriteSet bytes, sorted by key in every part. */
  readWriteSet(): Buffer;
}

interface Cursor {
  rows: Generator<[string, Entry]>;
  read: RangeRead;
  end: string;
  ahead: [string, Buffer] | undefined;
  returned: number;
}

const MISSING = Buffer.alloc(0);

export function newSimulation(state: State, namespace: string): Simulation {
  const reads = new Map<string, Version | undefined>();
  const writes = new Map<string, Buffer | undefined>();
  const ranges: RangeRead[] = [];
  const cursors = new Map<string, Cursor>();

  const page = (id: string): RangePage => {
    const cursor = cursors.get(id);
    if (!cursor) throw new Error(`query iterator ${id} not found`);
    const results = take(cursor);
    const hasMore = cursor.ahead !== undefined && cursor.returned < MOST_RESULTS;
    if (!hasMore) cursors.delete(id);
    return { id, results, hasMore };
  };

  return {
    get: (key) => {
      const entry = state.get(key);
      if (!reads.has(key)) reads.set(key, entry && { block: entry.block, tx: entry.tx });
      return entry?.value ?? MISSING;
    },
    put: (key, value) => void writes.set(key, value.length === 0 ? undefined : value),
    delete: (key) => void writes.set(key, undefined),
    openRange: (start, end) => {
      const id = String(ranges.length + 1);
      const read: RangeRead = { start, end: "", exhausted: false, reads: [] };
      ranges.push(read);
      cursors.set(id, { rows: range(state, start, end), read, end, ahead: undefined, returned: 0 });
      return page(id);
    },
    nextPage: page,
    closeRange: (id) => void cursors.delete(id),
    readWriteSet: () => encodeSets([definitionRead(namespace), namespaceSet(namespace, reads, writes, ranges)]),
  };
}

// A peer reads the chaincode's definition itself, so every real block carries this namespace too.
const definitionRead = (namespace: string): NamespaceSet => ({
  namespace: LIFECYCLE,
  reads: [{ key: `namespaces/fields/${namespace}/Sequence`, version: undefined }],
  ranges: [],
  writes: [],
});

const namespaceSet = (
  namespace: string,
  reads: Map<string, Version | undefined>,
  writes: Map<string, Buffer | undefined>,
  ranges: RangeRead[],
): NamespaceSet => ({
  namespace,
  reads: byKey([...reads].map(([key, version]) => ({ key, version }))),
  ranges,
  writes: byKey([...writes].map(([key, value]) => ({ key, value }))),
});

// Reads one row more than it returns, as a peer does: the answer "has more" is part of what was read.
function take(cursor: Cursor): [string, Buffer][] {
  const results: [string, Buffer][] = cursor.ahead ? [cursor.ahead] : [];
  cursor.ahead = undefined;
  for (;;) {
    const next = cursor.rows.next();
    if (next.done) {
      cursor.read.exhausted = true;
      cursor.read.end = cursor.end;
      break;
    }
    const [key, { value, block, tx }] = next.value;
    cursor.read.reads.push({ key, version: { block, tx } });
    cursor.read.end = key;
    if (results.length === BATCH) {
      cursor.ahead = [key, value];
      break;
    }
    results.push([key, value]);
  }
  cursor.returned += results.length;
  return results;
}

const byKey = <T extends { key: string }>(items: T[]): T[] => items.sort((a, b) => compareKeys(a.key, b.key));
