// The open commands of one role in memory, by seq, with what was tried; and the jobs that wait for their end.
// Never the truth: the rows are. A new leader builds it anew.
import type { Open } from "./batch.js";
import type { FailureClass } from "./classes.js";
import type { OpenRow } from "./store.js";

export interface Entry extends Open {
  readonly domain: string;
  notBefore: number;
  alone: boolean;
  /** Failures in a row by class. */
  met: Partial<Record<FailureClass, number>>;
}

export interface Backlog {
  readonly size: number;
  /** By seq. */
  entries(): readonly Entry[];
  /** Adds rows that are not known yet. */
  add(rows: readonly OpenRow[]): void;
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
  let sorted: Entry[] = [];
  return {
    get size() {
      return byId.size;
    },
    entries: () => sorted,
    add: (rows) => {
      const unknown = rows.filter(({ id }) => !byId.has(id));
      if (unknown.length === 0) return;
      for (const row of unknown) byId.set(row.id, entryOf(row));
      sorted = [...byId.values()].sort((a, b) => a.seq - b.seq);
    },
    end: (ids) => {
      for (const id of ids) {
        byId.delete(id);
        for (const done of waiters.get(id) ?? []) done();
        waiters.delete(id);
      }
      sorted = sorted.filter(({ id }) => byId.has(id));
    },
    ended: (id) => new Promise((resolve) => waiters.set(id, [...(waiters.get(id) ?? []), resolve])),
    missed: () => [...waiters.keys()].filter((id) => !byId.has(id)),
  };
}

function entryOf(row: OpenRow): Entry {
  return { ...row, notBefore: 0, alone: false, met: {} };
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
