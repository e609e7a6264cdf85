// The open commands of one role in memory, by seq, with what was tried; and the jobs that wait for their end.
// Never the truth: the rows are. A new leader builds it anew.
import { placeAfter, type Open } from "./batch.js";
import type { FailureClass } from "./classes.js";
import type { OpenRow } from "./store.js";

export interface Entry extends Open {
  /** `<domain>.<command>`. */
  readonly name: string;
  readonly domain: string;
  notBefore: number;
  inFlight: boolean;
  group: number;
  /** Failures in a row by class. */
  met: Partial<Record<FailureClass, number>>;
  /** When its latest submission was made whose end is not known, Unix milliseconds; 0: there is none. */
  unsettled: number;
  /** Why it is held back, as its row says. */
  heldFor: string | undefined;
}

export interface Backlog {
  readonly size: number;
  /** Changes with everything that a choice depends on. */
  readonly version: number;
  /** Lanes of the commands in flight. */
  readonly busy: ReadonlySet<string>;
  /** By seq. */
  entries(): readonly Entry[];
  has(id: string): boolean;
  /** Adds rows that are not known yet. */
  add(rows: readonly OpenRow[]): void;
  /** They travel, and keep their lanes until they land. */
  depart(entries: readonly Entry[]): void;
  land(entries: readonly Entry[]): void;
  /** The older and the younger half of a batch as groups, which travel apart. */
  split(entries: readonly Entry[]): void;
  /** It travels alone from now on. */
  alone(entry: Entry): void;
  /** They are tried again at `at`. */
  putOff(entries: readonly Entry[], at: number): void;
  /** These are done with: settled, given up, or taken further by somebody else. */
  end(ids: Iterable<string>): void;
  /** Resolves when the command is done with. */
  ended(id: string): Promise<void>;
  /** Commands that somebody waits for and that are not known here. */
  missed(): string[];
}

export function createBacklog(): Backlog {
  const byId = new Map<string, Entry>();
  const waiters = new Map<string, (() => void)[]>();
  const busy = new Set<string>();
  let sorted: Entry[] = [];
  let version = 0;
  let groups = 0;
  return {
    get size() {
      return byId.size;
    },
    get version() {
      return version;
    },
    busy,
    entries: () => sorted,
    has: (id) => byId.has(id),
    add: (rows) => {
      const unknown = rows.filter(({ id }) => !byId.has(id)).map(entryOf);
      if (unknown.length === 0) return;
      for (const entry of unknown) byId.set(entry.id, entry);
      sorted = merged(sorted, unknown);
      version++;
    },
    depart: (entries) => {
      for (const entry of entries) {
        entry.inFlight = true;
        for (const lane of entry.lanes) busy.add(lane);
      }
      version++;
    },
    land: (entries) => {
      for (const entry of entries) {
        entry.inFlight = false;
        for (const lane of entry.lanes) busy.delete(lane);
      }
      version++;
    },
    split: (entries) => {
      const middle = Math.ceil(entries.length / 2);
      for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
        groups++;
        for (const entry of half) entry.group = groups;
        // Alone it is judged by what it does alone.
        if (half.length === 1) for (const entry of half) entry.met = {};
      }
      version++;
    },
    alone: (entry) => {
      groups++;
      entry.group = groups;
      version++;
    },
    putOff: (entries, at) => {
      for (const entry of entries) entry.notBefore = at;
      version++;
    },
    end: (ids) => {
      const before = byId.size;
      for (const id of ids) {
        byId.delete(id);
        for (const done of waiters.get(id) ?? []) done();
        waiters.delete(id);
      }
      if (byId.size === before) return;
      sorted = sorted.filter(({ id }) => byId.has(id));
      version++;
    },
    ended: (id) => new Promise((resolve) => waiters.set(id, [...(waiters.get(id) ?? []), resolve])),
    missed: () => [...waiters.keys()].filter((id) => !byId.has(id)),
  };
}

/** Rows come by seq and mostly behind all that are known. */
function merged(known: readonly Entry[], more: Entry[]): Entry[] {
  more.sort((a, b) => a.seq - b.seq);
  const place = placeAfter(known, more[0]?.seq ?? 0);
  const tail = [...known.slice(place), ...more];
  if (place < known.length) tail.sort((a, b) => a.seq - b.seq);
  return [...known.slice(0, place), ...tail];
}

function entryOf({ id, seq, name, domain, lanes, weight, size, attempt, age }: OpenRow): Entry {
  // What an earlier leader submitted may still be on its way.
  const unsettled = attempt > 0 && age !== null ? Date.now() - age * 1_000 : 0;
  const fresh = { notBefore: 0, inFlight: false, group: 0, met: {}, heldFor: undefined };
  return { id, seq, name, domain, lanes, weight, size, unsettled, ...fresh };
}

/** Notes a failure of every command; returns how often in a row one of them has met it. */
export function noteFailure(entries: readonly Entry[], failure: FailureClass): number {
  // An outage between two crashes says nothing about the command.
  const outage = failure === "WAIT" || failure === "UNKNOWN_OUTCOME";
  for (const entry of entries) {
    entry.met = { ...(outage ? entry.met : {}), [failure]: (entry.met[failure] ?? 0) + 1 };
  }
  return Math.max(...entries.map(({ met }) => met[failure] ?? 0));
}
