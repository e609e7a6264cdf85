// Append-only file of blocks: [magic][length][crc32][bytes]. Nothing is announced before fdatasync; a torn tail is cut.
import { open, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { ledgerFault } from "./errors.js";

const MAGIC = Buffer.from("GXB1");
const HEADER = 12;
const LONGEST = 1 << 30;

export interface BlockFile {
  /** Number of blocks in the file. */
  count(): number;
  /** Byte offset of each block's record, for a later start. */
  offsets(): readonly number[];
  read(number: number): Promise<Buffer>;
  /** Returns when the bytes are on the disk. */
  append(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

export interface Opened {
  file: BlockFile;
  /** Bytes of an unfinished write that were cut off. */
  cut: number;
}

/**
 * Opens or creates the file. Records behind the last of `known` offsets are read and given to `replay` in order.
 * @throws GxError LEDGER when a record in the middle is damaged, or the file is shorter than `known` says.
 */
export async function openBlockFile(
  path: string,
  known: readonly number[],
  replay: (bytes: Buffer) => void,
): Promise<Opened> {
  const handle = await open(path, "a+", 0o600);
  try {
    const { offsets, end, cut } = await recover(handle, path, known, replay);
    return { file: blockFile(handle, path, offsets, end), cut };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function recover(handle: FileHandle, path: string, known: readonly number[], replay: (bytes: Buffer) => void) {
  const { size } = await handle.stat();
  const offsets = [...known];
  let end = await endOf(handle, path, offsets.at(-1), size);
  while (end < size) {
    const bytes = await record(handle, end, size);
    if (!bytes) break;
    replay(bytes);
    offsets.push(end);
    end += HEADER + bytes.length;
  }
  if (end < size) {
    await refuseDamage(handle, path, end, size);
    await handle.truncate(end);
    await handle.datasync();
  }
  return { offsets, end, cut: size - end };
}

function blockFile(handle: FileHandle, path: string, offsets: number[], from: number): BlockFile {
  let end = from;
  return {
    count: () => offsets.length,
    offsets: () => offsets,
    read: async (number) => {
      const at = offsets[number];
      const bytes = at === undefined ? undefined : await record(handle, at, end);
      if (!bytes) throw ledgerFault(`block ${number} cannot be read from ${path}`);
      return bytes;
    },
    append: async (bytes) => {
      const head = Buffer.alloc(HEADER);
      MAGIC.copy(head);
      head.writeUInt32BE(bytes.length, 4);
      head.writeUInt32BE(crc32(bytes), 8);
      await handle.appendFile(Buffer.concat([head, bytes]));
      await handle.datasync();
      offsets.push(end);
      end += HEADER + bytes.length;
    },
    close: () => handle.close(),
  };
}

async function endOf(handle: FileHandle, path: string, last: number | undefined, size: number): Promise<number> {
  if (last === undefined) return 0;
  const bytes = await record(handle, last, size);
  if (!bytes) throw ledgerFault(`${path} does not fit its snapshot; delete the ledger's folder to begin anew`);
  return last + HEADER + bytes.length;
}

/** The record at `at`; undefined when it is incomplete or its checksum is wrong. */
async function record(handle: FileHandle, at: number, size: number): Promise<Buffer | undefined> {
  if (at + HEADER > size) return undefined;
  const head = Buffer.alloc(HEADER);
  await handle.read(head, 0, HEADER, at);
  const length = head.readUInt32BE(4);
  if (!head.subarray(0, 4).equals(MAGIC) || length > LONGEST || at + HEADER + length > size) return undefined;
  const bytes = Buffer.alloc(length);
  await handle.read(bytes, 0, length, at + HEADER);
  return crc32(bytes) === head.readUInt32BE(8) ? bytes : undefined;
}

// Only the last write can be unfinished: a whole record behind a broken one means that the disk lost something.
async function refuseDamage(handle: FileHandle, path: string, from: number, size: number): Promise<void> {
  const rest = Buffer.alloc(Math.min(size - from, LONGEST));
  await handle.read(rest, 0, rest.length, from);
  for (let at = rest.indexOf(MAGIC, 1); at >= 0; at = rest.indexOf(MAGIC, at + 1)) {
    if (!(await record(handle, from + at, size))) continue;
    throw ledgerFault(`${path} is damaged at byte ${from}, before its end; restore it or delete the ledger's folder`);
  }
}
