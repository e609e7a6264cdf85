// What became of our transactions, taken from the blocks themselves: one stream for all roles of the process.
// Never trusts an answer of the orderer: what is not in a block in time counts as lost, and may still come.
import type { Block } from "../../platform/blocks.js";

/** How a transaction ended. */
export interface Settled {
  /** peer.TxValidationCode; never DUPLICATE_TXID. */
  code: number;
  block: number;
  /** Of the event `gx`, where there is one. */
  payload: Buffer | undefined;
}

export interface Expected {
  /** Undefined: lost; the commands have to be submitted again. */
  outcome: Promise<Settled | undefined>;
  /** Nobody waits any more. */
  forget(): void;
}

export interface Outcomes {
  /** Call it before the transaction is handed to the orderer. */
  expect(txId: string): Expected;
  /** To be called with every block, in order. */
  see(block: Block): void;
  /** To be called now and then: finds what is lost without a block. */
  tick(): void;
  /** When the last block came, Unix milliseconds; 0 before the first. */
  seenAt(): number;
}

/** A block so much younger than the submission, without it, and the transaction is lost. Milliseconds. */
const YOUNGER_MS = 10_000;
/** No block at all for so long. */
const SILENT_MS = 15_000;
/** Blocks come, but their clients' clocks are behind ours. */
const AT_MOST_MS = 30_000;

// The copy of a transaction that stands in a block before; the first one decides.
const DUPLICATE_TXID = 9;

interface Waiting {
  since: number;
  end: (settled: Settled | undefined) => void;
}

/** `now` in Unix milliseconds. */
export function createOutcomes(now: () => number = Date.now): Outcomes {
  const waiting = new Map<string, Waiting>();
  let lastBlockAt = now();
  let seenAt = 0;
  const end = (txId: string, settled: Settled | undefined) => {
    waiting.get(txId)?.end(settled);
    waiting.delete(txId);
  };
  const loseThose = (isLost: (since: number) => boolean) => {
    for (const [txId, { since }] of waiting) if (isLost(since)) end(txId, undefined);
  };
  return {
    expect: (txId) => ({
      outcome: new Promise((resolve) => waiting.set(txId, { since: now(), end: resolve })),
      forget: () => void waiting.delete(txId),
    }),
    see: ({ number, timeMs = 0, transactions }) => {
      lastBlockAt = now();
      seenAt = lastBlockAt;
      for (const { txId, code, payload } of transactions) {
        if (code !== DUPLICATE_TXID && waiting.has(txId)) end(txId, { code, block: number, payload });
      }
      loseThose((since) => timeMs - since >= YOUNGER_MS || lastBlockAt - since >= AT_MOST_MS);
    },
    tick: () => loseThose((since) => now() - Math.max(since, lastBlockAt) >= SILENT_MS),
    seenAt: () => seenAt,
  };
}
