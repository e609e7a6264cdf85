// Rows by key from the cache Redis, else from the database; the reading end. The writing end is cache-writer.ts.
// Never fails a caller, and never gives it a row that is behind a block whose end somebody was shown (docs/decisions/0008).
import {
  decodeRow,
  encodeRow,
  EPOCH_KEY,
  LEASE_KEY,
  leaseOf,
  scripts,
  tagKey,
  tagOf,
  VALUE_MS,
  valueKey,
  type Lease,
  type Row,
} from "./cache-keys.js";
import { openLink, type Link } from "./cache-link.js";
import type { Logger } from "./log.js";
import type { Metrics } from "./metrics.js";

export type { Row } from "./cache-keys.js";

/** Reads the rows of these keys from the database; keys without a row are left out. */
export type Load = (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>;

export interface RowCache {
  /** The rows of `table`, whose rows change by blocks alone, in the order of `keys`; null where there is none. Errors of `load` only. */
  rows(table: string, keys: readonly string[], load: Load): Promise<(Row | null)[]>;
  /** "connected" or why nothing is cached, for people. */
  state(): string;
  close(): void;
}

export interface CacheOptions {
  readonly url: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** A block whose rows are there; asked before rows are read. */
  readonly watermark: () => number;
}

const ANSWER_MS = 100;
type Result = "hit" | "miss" | "stale" | "bypass";

/** What is known of some keys, and under which lease what is missing may be stored. */
interface Look {
  readonly found: ReadonlyMap<string, Row | null>;
  readonly lease: Lease | undefined;
}
const nothing: Look = { found: new Map(), lease: undefined };

export function openCache({ url, log, metrics, watermark }: CacheOptions): RowCache {
  const link = openLink({ url, log, answerMs: ANSWER_MS });
  const requests = metrics.counter("cache_requests_total", "Rows asked of the cache.", ["result"]);
  const count = (result: Result, rows = 1) => rows > 0 && requests.inc({ result }, rows);
  /** Columns of a table's rows as this process reads them: another version's process may know others. */
  const columns = new Map<string, string>();
  return {
    rows: async (table, keys, load) => {
      const look = await lookUp(link, table, keys, columns.get(table), count);
      const missing = keys.filter((key) => !look.found.has(key));
      if (missing.length === 0) return keys.map((key) => look.found.get(key) ?? null);
      // Taken before the rows are read: it is not newer than they are.
      const block = Math.max(watermark(), look.lease?.block ?? -1);
      const loaded = await load(missing);
      for (const row of loaded.values()) columns.set(table, columnsOf(row));
      if (look.lease) void store(link, look.lease, block, table, missing, loaded);
      return keys.map((key) => look.found.get(key) ?? loaded.get(key) ?? null);
    },
    state: link.state,
    close: link.close,
  };
}

const columnsOf = (row: Row): string => Object.keys(row).join();

async function lookUp(
  link: Link,
  table: string,
  keys: readonly string[],
  columns: string | undefined,
  count: (result: Result, rows?: number) => void,
): Promise<Look> {
  const server = link.server();
  const tags = keys.map((key) => tagOf(table, key));
  const asked = [EPOCH_KEY, LEASE_KEY, ...tags.map(tagKey), ...tags.map(valueKey)];
  const answer =
    server === undefined ? undefined : await link.run((client) => client.mget(asked)).catch(() => undefined);
  const [epoch, leased, ...rest] = answer ?? [];
  const lease = leaseOf(leased ?? null);
  // A copy of older data that has come up in the server's place holds the lease of another process.
  if (!lease || lease.server !== server || lease.epoch !== epoch) {
    count("bypass", keys.length);
    return nothing;
  }
  const found = new Map<string, Row | null>();
  keys.forEach((key, place) => {
    const text = rest[keys.length + place];
    const row = text == null ? undefined : usable(text, lease.epoch, Number(rest[place] ?? -1), columns);
    count(row === undefined ? (text == null ? "miss" : "stale") : "hit");
    if (row !== undefined) found.set(key, row);
  });
  return { found, lease };
}

/** The row of a value that may be used; undefined when it may not. */
function usable(text: string, epoch: string, tag: number, columns: string | undefined): Row | null | undefined {
  const [of, block, row] = JSON.parse(text) as [string, number, Row | null];
  if (of !== epoch || block < tag || (row && columnsOf(row) !== columns)) return undefined;
  return decodeRow(row);
}

/** Stores what was read, under the conditions of its use; nobody waits for it. */
async function store(
  link: Link,
  { epoch, at }: Lease,
  block: number,
  table: string,
  keys: readonly string[],
  rows: ReadonlyMap<string, Row>,
): Promise<void> {
  if (link.server() === undefined) return;
  const tags = keys.map((key) => tagOf(table, key));
  const names = [EPOCH_KEY, LEASE_KEY, ...tags.flatMap((tag) => [tagKey(tag), valueKey(tag)])];
  const values = keys.map((key) => JSON.stringify([epoch, block, encodeRow(rows.get(key) ?? null)]));
  // The end of life is fixed: however late this arrives, the value is not used longer than that after its row was read.
  const given = [epoch, block, at + VALUE_MS, ...values];
  await link.run((client) => client.eval(scripts.store, names.length, ...names, ...given)).catch(() => undefined);
}
