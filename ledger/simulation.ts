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

/** One page of a range: where the next one begins, "" at the end. */
export interface Page extends RangePage {
  bookmark: string;
}

export interface Simulation {
  /** Committed value, empty when missing; own writes are never shown. */
  get(key: string): Buffer;
  put(key: string, value: Buffer): void;
  delete(key: string): void;
  openRange(start: string, end: string): RangePage;
  nextPage(id: string): RangePage;
  /** At most `size` rows (0 = as many as a peer gives). @throws in a transaction that writes: a peer cannot repeat it. */
  page(start: string, end: string, size: number): Page;
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

export function newSimulation(state: State, namespace: string, txId = ""): Simulation {
  const reads = new Map<string, Version | undefined>();
  const writes = new Map<string, Buffer | undefined>();
  const ranges: RangeRead[] = [];
  const cursors = new Map<string, Cursor>();
  let isPaged = false;

  const open = (start: string, end: string): Cursor => {
    const read: RangeRead = { start, end: "", exhausted: false, reads: [] };
    ranges.push(read);
    return { rows: range(state, start, end), read, end, ahead: undefined, returned: 0 };
  };
  const nextPage = (id: string): RangePage => {
    const cursor = cursors.get(id);
    if (!cursor) throw new Error(`query iterator ${id} not found`);
    const results = take(cursor);
    const hasMore = cursor.ahead !== undefined && cursor.returned < MOST_RESULTS;
    if (!hasMore) cursors.delete(id);
    return { id, results, hasMore };
  };

  const unsupported = (why: string): Error => new Error(`txid [${txId}]: unsuppored transaction. ${why}`);
  const write = (key: string, value: Buffer | undefined): void => {
    if (isPaged) throw unsupported("Transaction has already performed a paginated query. Writes are not allowed");
    writes.set(key, value);
  };

  return {
    get: (key) => {
      const entry = state.get(key);
      if (!reads.has(key)) reads.set(key, entry && { block: entry.block, tx: entry.tx });
      return entry?.value ?? MISSING;
    },
    put: (key, value) => write(key, value.length === 0 ? undefined : value),
    delete: (key) => write(key, undefined),
    openRange: (start, end) => {
      const cursor = open(start, end);
      const id = String(ranges.length);
      cursors.set(id, cursor);
      return nextPage(id);
    },
    nextPage,
    page: (start, end, size) => {
      if (writes.size > 0) throw unsupported("Paginated queries are supported only in a read-only transaction");
      isPaged = true;
      const cursor = open(start, end);
      const results = takePage(cursor, size === 0 ? MOST_RESULTS : Math.min(size, MOST_RESULTS));
      const next = cursor.read.exhausted ? undefined : cursor.rows.next().value;
      return { id: String(ranges.length), results, hasMore: false, bookmark: next?.[0] ?? "" };
    },
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

/** A page reads no further than what it returns. */
function takePage(cursor: Cursor, size: number): [string, Buffer][] {
  const results: [string, Buffer][] = [];
  while (results.length < size) {
    const row = read(cursor);
    if (!row) break;
    results.push(row);
  }
  return results;
}

/** The next row, noted as read. */
function read(cursor: Cursor): [string, Buffer] | undefined {
  const next = cursor.rows.next();
  if (next.done) {
    cursor.read.exhausted = true;
    cursor.read.end = cursor.end;
    return undefined;
  }
  const [key, { value, block, tx }] = next.value;
  cursor.read.reads.push({ key, version: { block, tx } });
  cursor.read.end = key;
  return [key, value];
}

// Reads one row more than it returns, as a peer does: the answer "has more" is part of what was read.
function take(cursor: Cursor): [string, Buffer][] {
  const results: [string, Buffer][] = cursor.ahead ? [cursor.ahead] : [];
  cursor.ahead = undefined;
  for (let row = read(cursor); row; row = read(cursor)) {
    if (results.length === BATCH) {
      cursor.ahead = row;
      break;
    }
    results.push(row);
  }
  cursor.returned += results.length;
  return results;
}

const byKey = <T extends { key: string }>(items: T[]): T[] => items.sort((a, b) => compareKeys(a.key, b.key));
