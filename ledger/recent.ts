// The last blocks in memory in front of the block file: readers that follow the chain never touch the disk.
import type { BlockFile } from "./blockfile.js";

const MOST_BYTES = 8 << 20;

export interface RecentBlocks {
  read(number: number): Promise<Buffer>;
  append(bytes: Buffer): Promise<void>;
}

export function recentBlocks(file: BlockFile): RecentBlocks {
  const kept = new Map<number, Buffer>();
  let size = 0;
  return {
    read: async (number) => kept.get(number) ?? file.read(number),
    append: async (bytes) => {
      const number = file.count();
      await file.append(bytes);
      kept.set(number, bytes);
      size += bytes.length;
      for (const [oldest, { length }] of kept) {
        if (size <= MOST_BYTES) break;
        kept.delete(oldest);
        size -= length;
      }
    },
  };
}
