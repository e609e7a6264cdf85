// A copy of the derived state beside the blocks, so that a start replays little. Losing it loses nothing.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type { State } from "./state.js";

/** The last block, as the next one refers to it. */
export interface Tip {
  lastHash: Buffer;
  commitHash: Buffer;
  /** Ordered so far, valid or not. */
  transactions: number;
}

export interface Snapshot {
  tip: Tip;
  /** One per covered block: where its record starts in the block file. */
  offsets: number[];
  txIndex: [string, number][];
  state: [key: string, entry: { value: Buffer; block: number; tx: number }][];
}

const FORMAT = 1;

interface Stored extends Omit<Snapshot, "state"> {
  format: number;
  keys: string[];
  blocks: number[];
  txs: number[];
  lengths: number[];
  values: Buffer;
}

/** Writes it so that a crash leaves the old one or the new one. */
export function saveSnapshot(path: string, snapshot: Omit<Snapshot, "state">, state: State): void {
  const stored: Stored = { ...snapshot, format: FORMAT, keys: [], blocks: [], txs: [], lengths: [], values: EMPTY };
  const values: Buffer[] = [];
  for (const [key, { value, block, tx }] of state.entries()) {
    stored.keys.push(key);
    stored.blocks.push(block);
    stored.txs.push(tx);
    stored.lengths.push(value.length);
    values.push(value);
  }
  stored.values = Buffer.concat(values);
  const bytes = serialize(stored);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  const file = openSync(`${path}.new`, "w", 0o600);
  writeSync(file, sum);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

/** The snapshot, or why there is none to use. */
export function loadSnapshot(path: string): Snapshot | string {
  if (!existsSync(path)) return "there is none";
  try {
    const file = readFileSync(path);
    const bytes = file.subarray(4);
    if (crc32(bytes) !== file.readUInt32BE(0)) return "its checksum is wrong";
    const stored = deserialize(bytes) as Stored;
    if (stored.format !== FORMAT) return "its format is another version's";
    const { keys, blocks, txs, lengths, values, ...rest } = stored;
    let at = 0;
    const state = keys.map((key, index): Snapshot["state"][number] => {
      const from = at;
      at += lengths[index] ?? 0;
      // A copy: a view would keep the whole snapshot in memory for ever.
      const value = Buffer.from(Buffer.from(values.buffer, values.byteOffset + from, at - from));
      return [key, { value, block: blocks[index] ?? 0, tx: txs[index] ?? 0 }];
    });
    return { ...rest, tip: ownTip(rest.tip), state };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

// Deserialised buffers are views of the whole file.
const ownTip = ({ lastHash, commitHash, transactions }: Tip): Tip => ({
  lastHash: Buffer.from(lastHash),
  commitHash: Buffer.from(commitHash),
  transactions,
});

const EMPTY = Buffer.alloc(0);
