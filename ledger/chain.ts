// The chain of blocks and the state that follows from it: validates, makes durable, applies, then announces. One writer.
import { join } from "node:path";
import {
  blockHash,
  commitHashOf,
  dataHashOf,
  decodeBlock,
  encodeBlock,
  flagsOf,
  genesisBlock,
  orderedBlock,
  sealBlock,
  type Applied,
  type Block,
  type Signer,
} from "./block.js";
import { openBlockFile } from "./blockfile.js";
import { ledgerFault } from "./errors.js";
import type { Log } from "./log.js";
import { recentBlocks } from "./recent.js";
import { loadSnapshot, saveSnapshot } from "./snapshot.js";
import { apply, copyOf, emptyState, type State } from "./state.js";
import { newTxIndex, type Place } from "./txindex.js";
import { setsOf, txIdOf, writesOf, type Checked, type Ordered, type ValidatorParts } from "./validator.js";
import { validateBlock } from "./verdict.js";

export interface Chain {
  /** Number of blocks; the next block gets this number. */
  height(): number;
  lastHash(): Buffer;
  previousHash(): Buffer;
  /** Committed state; stays as it is for who holds it. */
  state(): State;
  find(txId: string): Place | undefined;
  wait(txId: string, signal: AbortSignal): Promise<Place | undefined>;
  /** common.Block bytes of a committed block. */
  block(number: number): Promise<Buffer>;
  /** Number of transactions ordered so far, valid or not. */
  transactions(): number;
  /** Called after each commit; returns how to stop listening. */
  onCommit(listener: () => void): () => void;
  /** Cuts one block of these envelopes; returns when it is durable and applied. Never call it twice at once. */
  append(ordered: readonly Ordered[]): Promise<void>;
  close(): Promise<void>;
}

export interface ChainOptions {
  home: string;
  signer: Signer;
  validator: ValidatorParts;
  /** Envelope of block 0, asked for when the file is empty. */
  genesis: () => Buffer;
  log: Log;
}

const SNAPSHOT_EVERY = 50_000;

interface Tip {
  lastHash: Buffer;
  previousHash: Buffer;
  commitHash: Buffer;
  transactions: number;
}

/** @throws GxError LEDGER when the files are damaged. */
export async function openChain({ home, signer, validator, genesis, log }: ChainOptions): Promise<Chain> {
  const since = Date.now();
  const snapshotFile = join(home, "snapshot");
  const loaded = loadSnapshot(snapshotFile);
  const from = typeof loaded === "string" ? undefined : loaded;
  const index = newTxIndex(from?.txIndex ?? []);
  let state = emptyState(from?.state);
  let tip: Tip = from ?? {
    lastHash: Buffer.alloc(0),
    previousHash: Buffer.alloc(0),
    commitHash: Buffer.alloc(0),
    transactions: 0,
  };
  let height = from?.offsets.length ?? 0;
  const known = height;
  const listeners = new Set<() => void>();

  const follow = (block: Block, txIds: readonly string[]): void => {
    const flags = flagsOf(block);
    const transactions = tip.transactions + block.data.length;
    tip = {
      lastHash: blockHash(block),
      previousHash: block.previousHash,
      commitHash: commitHashOf(block),
      transactions,
    };
    height += 1;
    txIds.forEach((txId, tx) => index.add(txId, { block: block.number, code: (flags[tx] ?? 0) as Place["code"] }));
  };

  const replay = (bytes: Buffer): void => {
    const block = decodeBlock(bytes);
    const follows = block.number === height && block.previousHash.equals(tip.lastHash);
    if (!follows || !dataHashOf(block.data).equals(block.dataHash)) {
      throw ledgerFault(
        `block ${height} in ${home} does not follow from the one before; delete the folder to begin anew`,
      );
    }
    const flags = flagsOf(block);
    const txIds = block.data.map((envelope, tx) => {
      if (flags[tx] !== 0) return txIdOf(envelope);
      const { txId, sets } = setsOf(envelope);
      apply(state, writesOf(sets), { block: block.number, tx });
      return txId;
    });
    follow(block, txIds);
  };

  const { file, cut } = await openBlockFile(join(home, "blocks"), from?.offsets ?? [], replay);
  const recent = recentBlocks(file);
  const replayed = height - known;
  if (file.count() === 0) {
    const block = genesisBlock(genesis());
    await recent.append(encodeBlock(block));
    follow(block, block.data.map(txIdOf));
  }
  log.info({ blocks: height, replayed, cutBytes: cut, ms: Date.now() - since }, "chain opened");

  const save = (): void => {
    saveSnapshot(snapshotFile, { ...tip, offsets: [...file.offsets()], txIndex: [...index.entries()] }, state);
    saved = tip.transactions;
  };
  let saved = tip.transactions;

  return {
    height: () => height,
    lastHash: () => tip.lastHash,
    previousHash: () => tip.previousHash,
    state: () => state,
    find: index.find,
    wait: index.wait,
    block: recent.read,
    transactions: () => tip.transactions,
    onCommit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    append: async (ordered) => {
      const next = copyOf(state);
      const data = ordered.map(({ bytes }) => bytes);
      const checked = validateBlock(
        { ...validator, isKnown: (txId) => index.find(txId) !== undefined },
        ordered,
        next,
        height,
      );
      const bare = orderedBlock(signer, height, tip.lastHash, data);
      const flags = Buffer.from(checked.map(({ code }) => code));
      const block = sealBlock(bare, flags, validator.chaincodeName, appliedOf(checked, height), tip.commitHash);
      await recent.append(encodeBlock(block));
      state = next;
      follow(
        block,
        checked.map(({ txId }) => txId),
      );
      for (const listener of listeners) listener();
      if (tip.transactions - saved >= SNAPSHOT_EVERY) save();
    },
    close: async () => {
      if (tip.transactions > saved || known === 0) save();
      await file.close();
    },
  };
}

const appliedOf = (checked: readonly Checked[], block: number): Applied[] =>
  checked.flatMap(({ code, sets }, tx) => (code === 0 ? [{ block, tx, writes: writesOf(sets) }] : []));
