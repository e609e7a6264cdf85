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
import { openBlockFile, type BlockFile } from "./blockfile.js";
import { setsOf, txIdOf } from "./envelope.js";
import { ledgerFault } from "./errors.js";
import type { Log } from "./log.js";
import { recentBlocks } from "./recent.js";
import { loadSnapshot, saveSnapshot, type Snapshot, type Tip } from "./snapshot.js";
import { apply, copyOf, emptyState, type State } from "./state.js";
import { newTxIndex, type Place, type TxIndex } from "./txindex.js";
import { writesOf, type Checked, type Ordered, type ValidatorParts } from "./validator.js";
import { validateBlock } from "./verdict.js";

export interface Chain {
  /** Number of blocks; the next block gets this number. */
  height(): number;
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

/** What is told to readers of blocks. */
export type Blocks = Pick<Chain, "height" | "find" | "block" | "onCommit">;

export interface ChainOptions {
  home: string;
  signer: Signer;
  validator: ValidatorParts;
  /** Envelope of block 0, asked for when the file is empty. */
  genesis: () => Buffer;
  log: Log;
}

const SNAPSHOT_EVERY = 50_000;

/** What follows from the blocks so far. */
interface Derived {
  height: number;
  tip: Tip;
  state: State;
  index: TxIndex;
}

/** @throws GxError LEDGER when the files are damaged. */
export async function openChain(options: ChainOptions): Promise<Chain> {
  const { now, file, recent, snapshotFile, isSaved } = await recover(options);
  const listeners = new Set<() => void>();
  let saved = isSaved ? now.tip.transactions : 0;
  const save = (): void => {
    saveSnapshot(snapshotFile, contentOf(now, file), now.state);
    saved = now.tip.transactions;
  };
  return {
    height: () => now.height,
    state: () => now.state,
    find: now.index.find,
    wait: now.index.wait,
    block: recent.read,
    transactions: () => now.tip.transactions,
    onCommit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    append: async (ordered) => {
      const { block, next, txIds } = newBlock(now, options, ordered);
      await recent.append(encodeBlock(block));
      now.state = next;
      follow(now, block, txIds);
      for (const listener of listeners) listener();
      if (now.tip.transactions - saved >= SNAPSHOT_EVERY) save();
    },
    close: async () => {
      if (now.tip.transactions > saved) save();
      await file.close();
    },
  };
}

/** Snapshot, then the blocks behind it; a new chain gets its block 0. */
async function recover({ home, genesis, log }: ChainOptions) {
  const since = Date.now();
  const snapshotFile = join(home, "snapshot");
  const loaded = loadSnapshot(snapshotFile);
  const snapshot = typeof loaded === "string" ? undefined : loaded;
  const now = derivedFrom(snapshot);
  const covered = now.height;
  const path = join(home, "blocks");
  const { file, cut } = await openBlockFile(path, snapshot?.offsets ?? [], (bytes) => replay(now, home, bytes));
  const replayed = now.height - covered;
  const recent = recentBlocks(file);
  if (file.count() === 0) {
    const block = genesisBlock(genesis());
    await recent.append(encodeBlock(block));
    follow(now, block, block.data.map(txIdOf));
  }
  const why = typeof loaded === "string" ? { snapshot: loaded } : {};
  log.info({ blocks: now.height, replayed, cutBytes: cut, ms: Date.now() - since, ...why }, "chain opened");
  return { now, file, recent, snapshotFile, isSaved: replayed === 0 };
}

const EMPTY = Buffer.alloc(0);

const derivedFrom = (snapshot: Snapshot | undefined): Derived => ({
  height: snapshot?.offsets.length ?? 0,
  tip: snapshot?.tip ?? { lastHash: EMPTY, commitHash: EMPTY, transactions: 0 },
  state: emptyState(snapshot?.state),
  index: newTxIndex(snapshot?.txIndex ?? []),
});

const contentOf = ({ tip, index }: Derived, file: BlockFile) => ({
  tip,
  offsets: [...file.offsets()],
  txIndex: [...index.entries()],
});

/** Validates, and makes the block and the state after it; changes nothing that others see. */
function newBlock(now: Derived, { signer, validator }: ChainOptions, ordered: readonly Ordered[]) {
  const { height, tip, index } = now;
  const next = copyOf(now.state);
  const isKnown = (txId: string): boolean => index.find(txId) !== undefined;
  const checked = validateBlock({ ...validator, isKnown }, ordered, next, height);
  const data = ordered.map(({ bytes }) => bytes);
  const flags = Buffer.from(checked.map(({ code }) => code));
  const bare = orderedBlock(signer, height, tip.lastHash, data);
  const block = sealBlock(bare, flags, validator.chaincodeName, appliedOf(checked, height), tip.commitHash);
  return { block, next, txIds: checked.map(({ txId }) => txId) };
}

const appliedOf = (checked: readonly Checked[], block: number): Applied[] =>
  checked.flatMap(({ code, sets }, tx) => (code === 0 ? [{ block, tx, writes: writesOf(sets) }] : []));

/** A block that is durable becomes the tip. */
function follow(now: Derived, block: Block, txIds: readonly string[]): void {
  const flags = flagsOf(block);
  const transactions = now.tip.transactions + block.data.length;
  now.tip = {
    lastHash: blockHash(block),
    commitHash: commitHashOf(block),
    transactions,
  };
  now.height += 1;
  txIds.forEach((txId, tx) => now.index.add(txId, { block: block.number, code: flags[tx] as Place["code"] }));
}

function replay(now: Derived, home: string, bytes: Buffer): void {
  const block = decodeBlock(bytes);
  const follows = block.number === now.height && block.previousHash.equals(now.tip.lastHash);
  if (!follows || !dataHashOf(block.data).equals(block.dataHash)) {
    throw ledgerFault(
      `block ${now.height} in ${home} does not follow from the one before; delete the folder to begin anew`,
    );
  }
  const flags = flagsOf(block);
  const txIds = block.data.map((envelope, tx) => {
    if (flags[tx] !== 0) return txIdOf(envelope);
    const { txId, sets } = setsOf(envelope);
    apply(now.state, writesOf(sets), { block: block.number, tx });
    return txId;
  });
  follow(now, block, txIds);
}
