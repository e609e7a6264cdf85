// The driver log: what was sent and what the caller heard, appended line by line before anything else is believed.
// Never knows what the system thinks of it.
import { closeSync, openSync, writeSync } from "node:fs";

export interface Asked {
  /** Idempotency key. */
  readonly key: string;
  readonly actor: string;
  /** The mutation with its arguments, without the key. */
  readonly mutation: string;
  /** Code with which it is meant to be refused, by the edge or by the ledger. */
  readonly meant?: string;
}

/** What the caller knows: a ticket; a refusal at the edge; or nothing, after a time-out, a 5xx or a lost connection. */
export type Heard = { is: "ok"; id: string } | { is: "refused"; code: string } | { is: "unknown"; why: string };

export interface Entry extends Asked {
  readonly number: number;
  /** The last thing heard; undefined while the request is under way. */
  heard?: Heard;
  /** Every ticket that was ever given for the key. */
  readonly ids: Set<string>;
  /** It was unknown once. */
  wasUnknown: boolean;
}

export interface Journal {
  readonly entries: readonly Entry[];
  invoke(asked: Asked): Entry;
  hear(entry: Entry, heard: Heard): void;
  close(): void;
}

export function openJournal(file: string): Journal {
  const descriptor = openSync(file, "a");
  const entries: Entry[] = [];
  const append = (line: object) => writeSync(descriptor, `${JSON.stringify(line)}\n`);
  return {
    entries,
    invoke: (asked) => {
      const entry: Entry = { ...asked, number: entries.length, ids: new Set(), wasUnknown: false };
      append({ n: entry.number, act: "invoke", ...asked });
      entries.push(entry);
      return entry;
    },
    hear: (entry, heard) => {
      append({ n: entry.number, act: heard.is, ...heard });
      entry.heard = heard;
      if (heard.is === "ok") entry.ids.add(heard.id);
      if (heard.is === "unknown") entry.wasUnknown = true;
    },
    close: () => closeSync(descriptor),
  };
}
