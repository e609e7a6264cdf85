// What the checks judge: plain facts from four independent sources. No connection and no clock in here.
import type { Entry } from "./journal.js";
import type { Account } from "./fold.js";
import type { Held } from "./peers.js";
import type { Effect } from "./truth.js";

/** A row of the command log. */
export interface CommandRow {
  readonly id: string;
  readonly actor: string;
  readonly key: string;
  readonly seq: number;
  readonly role: string;
  readonly lanes: readonly string[];
  readonly status: string;
  readonly reason: string | null;
  readonly block: number | null;
  readonly txIndex: number | null;
  readonly batchIndex: number | null;
  readonly txId: string | null;
  readonly code: string | null;
}

export interface Money {
  readonly stored: bigint;
  readonly pending: bigint;
}

export interface Statement {
  readonly sum: bigint;
  readonly count: number;
}

/** A figure that must not pass its bound. */
export interface Bounded {
  readonly what: string;
  readonly value: number;
  readonly most: number;
  readonly unit: string;
}

export interface Evidence {
  /** What callers sent and heard. */
  readonly entries: readonly Entry[];
  readonly rows: ReadonlyMap<string, CommandRow>;
  /** What the blocks hold. */
  readonly effects: ReadonlyMap<string, readonly Effect[]>;
  readonly foldFaults: readonly string[];
  readonly accounts: ReadonlyMap<string, Account>;
  readonly height: number;
  readonly hash: string;
  /** What the ledger answers to gx:query: transaction of a receipt by command id (null: none), and balances. */
  readonly receipts: ReadonlyMap<string, string | null>;
  readonly balances: ReadonlyMap<string, Money>;
  /** What the read models hold. */
  readonly wallets: ReadonlyMap<string, Money>;
  readonly statements: ReadonlyMap<string, Statement>;
  /** Events by command id: names in order. */
  readonly events: ReadonlyMap<string, readonly string[]>;
  readonly checkpoint: { readonly block: number; readonly hash: string };
  /** The last block as each peer holds it. */
  readonly held: readonly Held[];
  /** Differences that `gx verify` and `gx replay --verify` found; undefined where they were not run. */
  readonly verified: readonly string[] | undefined;
  /** Leftovers (I8) and harm (I9), measured. */
  readonly leftovers: readonly Bounded[];
  readonly harm: readonly Bounded[];
}
