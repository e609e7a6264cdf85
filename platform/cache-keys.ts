// What the cache Redis holds: names of keys, the lease, values; and the scripts that change them. Names no domain.
// docs/decisions/0008 says why no reader is ever behind what it was shown.

/** A random mark, `<number of the leader>.<random>`: what was stored under another one is worth nothing. */
export const EPOCH_KEY = "gx:epoch";
/** There as long as a leading projector proves that it writes tags: `<epoch> <server> <block> <time>`. */
export const LEASE_KEY = "gx:lease";
/** Number of the last block that changed the row. */
export const tagKey = (tag: string) => `gx:t:${tag}`;
/** `[epoch, block, row]` as JSON; the block is not newer than the row. */
export const valueKey = (tag: string) => `gx:v:${tag}`;
/** A row's tag, which is the name of its value too. */
export const tagOf = (table: string, key: string) => `${table}:${key}`;

/** Milliseconds that a lease lives after the proof of leadership that it rests on. */
export const LEASE_MS = 2_000;
/** Milliseconds that a value may be used after it was read. */
export const VALUE_MS = 60_000;
/** Milliseconds that a tag is kept: far longer than a value plus the time between a tag and the commit of its block. */
export const TAG_MS = 600_000;

export interface Lease {
  readonly epoch: string;
  /** Run id of the Redis process that it was written to. */
  readonly server: string;
  /** A block that was committed when it was written. */
  readonly block: number;
  /** When it was written, by the clock of the Redis server, Unix milliseconds. */
  readonly at: number;
}

export function leaseOf(text: string | null): Lease | undefined {
  const [epoch, server, block, at] = text?.split(" ") ?? [];
  if (epoch === undefined || server === undefined) return undefined;
  return { epoch, server, block: Number(block), at: Number(at) };
}

export type Row = Readonly<Record<string, unknown>>;

/** A row of the typed client as JSON, and back without loss: bigint, Date, lists of them, text, numbers, flags, null. */
export const encodeRow = (row: Row | null): unknown =>
  row && Object.fromEntries(Object.entries(row).map(([name, value]) => [name, encoded(value)]));
export const decodeRow = (row: unknown): Row | null =>
  row === null
    ? null
    : Object.fromEntries(Object.entries(row as Record<string, unknown>).map(([name, value]) => [name, decoded(value)]));

function encoded(value: unknown): unknown {
  if (typeof value === "bigint") return { n: String(value) };
  if (value instanceof Date) return { d: value.getTime() };
  if (Array.isArray(value)) return value.map(encoded);
  return value;
}

function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== "object" || value === null) return value;
  const { n, d } = value as { n?: string; d?: number };
  return n === undefined ? new Date(d ?? Number.NaN) : BigInt(n);
}

const NOW = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)`;
const NUMBER = `local function number(epoch) return tonumber(string.match(epoch or '', '^%d+') or 0) end`;

/** All take EPOCH_KEY and LEASE_KEY first. Those of the projector return the server's time and whether it was done. */
export const scripts = {
  /** epoch. Begins a new one without a lease, unless a later leader has begun one; 2 where a lease was there before. */
  open: `${NOW} ${NUMBER}
    if number(redis.call('GET', KEYS[1])) > number(ARGV[1]) then return {now, 0} end
    local lease = redis.call('GET', KEYS[2])
    redis.call('SET', KEYS[1], ARGV[1])
    redis.call('DEL', KEYS[2])
    return {now, lease and 2 or 1, lease}`,
  /** epoch. Ends it and its lease. */
  shut: `${NOW} ${NUMBER}
    if number(redis.call('GET', KEYS[1])) > number(ARGV[1]) then return {now, 0} end
    redis.call('DEL', KEYS[1], KEYS[2])
    return {now, 1}`,
  /** epoch, server, block, end of the lease. A lease whose end has passed is not written: the command may have been on its way for long. */
  renew: `${NOW}
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {now, 0} end
    if tonumber(ARGV[4]) > now then
      redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. string.format('%.0f', now))
      redis.call('PEXPIREAT', KEYS[2], ARGV[4])
    end
    return {now, 1}`,
  /** epoch, block, life; KEYS: the tags. A tag never goes back. */
  tag: `${NOW}
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {now, 0} end
    for i = 3, #KEYS do
      if tonumber(redis.call('GET', KEYS[i]) or -1) <= tonumber(ARGV[2]) then
        redis.call('SET', KEYS[i], ARGV[2], 'PX', ARGV[3])
      end
    end
    return {now, 1}`,
  /** epoch, block, end of life, values; KEYS: tag and value in turn. Returns how many were stored. */
  store: `if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
    local stored = 0
    for i = 4, #ARGV do
      local tag, value = KEYS[2 * i - 5], KEYS[2 * i - 4]
      if tonumber(redis.call('GET', tag) or -1) <= tonumber(ARGV[2]) then
        redis.call('SET', value, ARGV[i])
        redis.call('PEXPIREAT', value, ARGV[3])
        stored = stored + 1
      end
    end
    return stored`,
} as const;
