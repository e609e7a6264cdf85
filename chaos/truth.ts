// What the ledger says, read from its blocks by this suite itself: every effect of every command, where it stands, and the
// money (fold.ts). Never asks the database, and never trusts a status index.
import { chainInfo, followBlocks, type Block } from "../platform/blocks.js";
import type { Connection } from "../platform/connection.js";
import type { Identity } from "../platform/wallet.js";
import { newFold, type Fold } from "./fold.js";

/** One execution of a command that counted. */
export interface Effect {
  readonly block: number;
  readonly txIndex: number;
  readonly batchIndex: number;
  readonly txId: string;
  readonly status: "COMMITTED" | "REFUSED";
  readonly code: string | null;
  /** Names of its events, in order. */
  readonly events: readonly string[];
}

export interface Truth {
  /** By command id; more than one effect of a command is a fault. */
  readonly effects: ReadonlyMap<string, readonly Effect[]>;
  /** Executions that found a receipt and changed nothing. */
  repeats(): number;
  /** Transactions in blocks by validation code. */
  readonly codes: ReadonlyMap<number, number>;
  readonly fold: Fold;
  /** Blocks read so far. */
  height(): number;
  /** Hash of the last block read. */
  hash(): string;
  take(block: Block): void;
}

interface Outcome {
  commandId: string;
  status: string;
  code?: string;
  repeatOf?: string;
  events: Readonly<Record<string, unknown>>[];
}

export function newTruth(): Truth {
  const effects = new Map<string, Effect[]>();
  const codes = new Map<number, number>();
  const fold = newFold();
  let repeats = 0;
  let height = 0;
  let hash = "";
  const takeOutcome = (outcome: Outcome, at: Pick<Effect, "block" | "txIndex" | "batchIndex" | "txId">) => {
    if (outcome.repeatOf !== undefined) return void (repeats += 1);
    const effect: Effect = {
      ...at,
      status: outcome.status === "committed" ? "COMMITTED" : "REFUSED",
      code: outcome.code ?? null,
      events: outcome.events.map(({ name }) => String(name)),
    };
    effects.set(outcome.commandId, [...(effects.get(outcome.commandId) ?? []), effect]);
    for (const event of outcome.events) fold.take(event);
  };
  return {
    ...{ effects, codes, fold },
    repeats: () => repeats,
    height: () => height,
    hash: () => hash,
    take: ({ number, hash: own, transactions }) => {
      for (const { index: txIndex, txId, code, valid, payload } of transactions) {
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (!valid || !payload) continue;
        const { outcomes } = JSON.parse(payload.toString("utf8")) as { outcomes: Outcome[] };
        outcomes.forEach((outcome, batchIndex) => takeOutcome(outcome, { block: number, txIndex, batchIndex, txId }));
      }
      fold.endOfBlock(number);
      height = number + 1;
      hash = own;
    },
  };
}

/** Reads on to the present end of the chain. */
export async function catchUp(truth: Truth, connection: Connection, identity: Identity): Promise<void> {
  const { height } = await chainInfo(connection, identity);
  if (truth.height() >= height) return;
  const stop = new AbortController();
  try {
    const blocks = followBlocks({
      connection,
      identity,
      from: truth.height(),
      after: truth.hash(),
      signal: stop.signal,
    });
    for await (const block of blocks) {
      truth.take(block);
      if (truth.height() >= height) return;
    }
  } finally {
    stop.abort();
  }
}
