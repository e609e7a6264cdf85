// The cache Redis as the leading projector keeps it: tags before commits, an epoch, a lease. The reading end is cache.ts.
// Never lets a block be committed while a reader might trust a cache that was not told of it (docs/decisions/0008).
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { between } from "./boundary.js";
import { EPOCH_KEY, LEASE_KEY, LEASE_MS, leaseOf, scripts, TAG_MS, tagKey } from "./cache-keys.js";
import { openLink, type Link } from "./cache-link.js";
import type { Leadership } from "./leader.js";
import type { Logger } from "./log.js";

export interface CacheWriter {
  /** Keeps the cache for one time of leading. */
  lead(leadership: Leading): CacheTenure;
  /** "connected" or why nothing is cached, for people. */
  state(): string;
  close(): void;
}
export type Leading = Pick<Leadership, "number" | "provedAt" | "predecessorMs">;

/** Blocks come one after the other: `announce`, the commit, `settled`. */
export interface CacheTenure {
  /** Without tags it is not known which rows change. When it returns, the block may be committed: the cache knows the rows that it changes, or nobody uses the cache. Never throws. */
  announce(tags: readonly string[] | undefined, block: number): Promise<void>;
  /** The block is committed; `undefined` where that is not known. */
  settled(block: number | undefined): void;
  /** Renews the lease no more. */
  end(): void;
}

const ANSWER_MS = 500;
const RENEW_MS = 500;
/** Clocks of two machines run differently by far less than this in the life of a lease. */
const MARGIN_MS = 250;
/** Above it a new epoch is cheaper than the tags of a group of blocks. */
const MOST_TAGS = 2_000;

export function openCacheWriter({ url, log }: { url: string; log: Logger }): CacheWriter {
  const tenures = new Set<() => void>();
  const link = openLink({ url, log, answerMs: ANSWER_MS }, () => {
    for (const connected of tenures) connected();
  });
  return {
    lead: (leadership) => keep(link, leadership, tenures),
    state: link.state,
    close: link.close,
  };
}

/** Milliseconds from the begin of leadership until no lease of a leader before can live: rows that are changed without tags wait for it. */
export const leaseLeftMs = ({ predecessorMs }: Pick<Leadership, "predecessorMs">): number =>
  Math.max(0, LEASE_MS + MARGIN_MS - predecessorMs);

/** What the reader may find at one server. */
interface Season {
  readonly server: string;
  readonly epoch: string;
  /** When the server had the epoch for sure, own clock. */
  readonly since: number;
}

interface Kept {
  readonly link: Link;
  readonly leadership: Leading;
  season: Season | undefined;
  /** The one lease that may live, ours or of the leader before: until when at most by our clock, and where, if that is known. */
  lease: { server: string | undefined; ends: number };
  /** The server's clock and ours at the same moment, ours not earlier. */
  clock: { server: number; own: number };
  /** A block is between `announce` and `settled`. */
  busy: boolean;
  /** A commit whose end is not known may still come. */
  doubt: boolean;
  committed: number;
}

function keep(link: Link, leadership: Leading, tenures: Set<() => void>): CacheTenure {
  const kept: Kept = {
    ...{ link, leadership, season: undefined, busy: false, doubt: false, committed: -1 },
    lease: { server: undefined, ends: performance.now() + leaseLeftMs(leadership) },
    clock: { server: 0, own: 0 },
  };
  let working: Promise<void> = Promise.resolve();
  const work = () => {
    working = working.then(() => tend(kept)).catch(() => undefined);
    return working;
  };
  // After a connection was lost nothing is known of what the server holds.
  const connected = () => {
    kept.season = undefined;
    void work();
  };
  tenures.add(connected);
  const timer = setInterval(() => void work(), RENEW_MS).unref();
  void work();
  return {
    announce: async (tags, block) => {
      kept.busy = true;
      await working;
      if (tags && tags.length <= MOST_TAGS && (await tagged(kept, tags, block))) return;
      await shut(kept);
    },
    settled: (block) => {
      kept.busy = false;
      kept.doubt = block === undefined;
      kept.committed = block ?? kept.committed;
      if (!kept.season) void work();
    },
    end: () => {
      clearInterval(timer);
      tenures.delete(connected);
    },
  };
}

async function tend(kept: Kept): Promise<void> {
  // With a block on its way a new epoch could be read under before the block is there.
  if (!kept.season && !kept.busy && !kept.doubt) await open(kept);
  await renew(kept);
}

/** Runs one of the scripts; its second answer, and the third. Undefined when the server did not answer. */
async function run(
  kept: Kept,
  script: string,
  keys: readonly string[],
  ...given: readonly (string | number)[]
): Promise<readonly [done: number, more: string | null] | undefined> {
  const names = [EPOCH_KEY, LEASE_KEY, ...keys];
  try {
    const answer = await kept.link.run((client) => client.eval(script, names.length, ...names, ...given));
    const [server, done, more] = answer as [number, number, string?];
    kept.clock = { server, own: performance.now() };
    return [done, more ?? null];
  } catch {
    return undefined;
  }
}

/** Is there a lease that may live at another server than this one? */
const livesElsewhere = ({ lease }: Kept, server: string) => lease.server !== server && lease.ends > performance.now();

/** A new epoch, as yet without a lease. */
async function open(kept: Kept): Promise<void> {
  const server = kept.link.server();
  if (server === undefined || (kept.lease.server !== undefined && livesElsewhere(kept, server))) return;
  const epoch = `${kept.leadership.number}.${randomBytes(9).toString("base64url")}`;
  const answer = await between("cache", "epoch", () => run(kept, scripts.open, [], epoch));
  if (!answer?.[0] || kept.link.server() !== server) return;
  // One lease lives at a time. That of the leader before was found here and is gone: there is none elsewhere.
  const found = leaseOf(answer[1]);
  const before = found?.server === server && found.epoch.startsWith(`${kept.leadership.number - 1}.`);
  if (before || kept.lease.server === server) kept.lease = { server, ends: 0 };
  kept.season = { server, epoch, since: performance.now() };
}

async function renew(kept: Kept): Promise<void> {
  const { season, leadership, clock } = kept;
  if (!season || kept.link.server() !== season.server || livesElsewhere(kept, season.server)) return;
  const proved = leadership.provedAt();
  // A leader that was followed by another one without knowing has no proof that is younger than its own new epoch.
  if (proved <= season.since) return;
  kept.lease = { server: season.server, ends: Math.max(kept.lease.ends, proved + LEASE_MS + MARGIN_MS) };
  const ends = Math.floor(clock.server + proved - clock.own + LEASE_MS);
  const given = [season.epoch, season.server, kept.committed, ends];
  const answer = await between("cache", "lease", () => run(kept, scripts.renew, [], ...given));
  if (answer && !answer[0] && kept.season === season) kept.season = undefined;
}

/** True when the server has the tags of the block under the present epoch, and no lease lives elsewhere. */
async function tagged(kept: Kept, tags: readonly string[], block: number): Promise<boolean> {
  const { season } = kept;
  if (!season || kept.link.server() !== season.server) return false;
  const [answer] = await Promise.all([
    between("cache", "tags", () => run(kept, scripts.tag, tags.map(tagKey), season.epoch, block, TAG_MS)),
    livesElsewhere(kept, season.server) ? until(kept.lease.ends) : undefined,
  ]);
  return answer?.[0] === 1;
}

/** When it returns, no lease lives. */
async function shut(kept: Kept): Promise<void> {
  const server = kept.link.server();
  const epoch = kept.season?.epoch ?? `${kept.leadership.number}.`;
  kept.season = undefined;
  if (server !== undefined) {
    const answer = await run(kept, scripts.shut, [], epoch);
    if (answer?.[0] && kept.lease.server === server) kept.lease = { server, ends: 0 };
  }
  await until(kept.lease.ends);
}

const until = async (ends: number) => void (await pause(Math.max(0, ends - performance.now())));
