// Blocks that are there already are taken together: while catching up one database transaction writes many.
// Never waits for a block in order to fill a group, and keeps no more than one group in memory.
import type { Block } from "../../platform/blocks.js";

export interface GroupLimits {
  readonly blocks: number;
  /** Of envelopes. */
  readonly bytes: number;
}

/** Groups of at least one block, in order; a group ends where the next block is not there yet or a limit is reached. */
export async function* coalesce(blocks: AsyncIterable<Block>, limits: GroupLimits): AsyncGenerator<readonly Block[]> {
  const iterator = blocks[Symbol.asyncIterator]();
  const ask = () => {
    const asked = iterator.next();
    // Its failure is met when it is awaited, which may be after a group was written.
    asked.catch(() => undefined);
    return asked;
  };
  let next = ask();
  for (;;) {
    const first = await next;
    if (first.done) return;
    const group = [first.value];
    let bytes = first.value.bytes;
    next = ask();
    while (group.length < limits.blocks && bytes < limits.bytes) {
      const more = await Promise.race([next.catch(() => undefined), soon()]);
      if (!more || more.done) break;
      group.push(more.value);
      bytes += more.value.bytes;
      next = ask();
    }
    yield group;
  }
}

/** After everything that has arrived was handed on. */
const soon = () => new Promise<undefined>((resolve) => setImmediate(() => setImmediate(() => resolve(undefined))));
