// Blocks → rows of schema read_next, from block 0 on, by the projector's own code. Never goes past the block asked for.
import type { Pool } from "pg";
import type { Block } from "../../platform/blocks.js";
import { project } from "../../workers/projector/project.js";
import { builtVersion } from "../../workers/projector/version.js";

export interface Filling {
  /** Number of the last block that is rows. */
  block(): number;
  /** Events projected so far. */
  events(): number;
  /** Rows to be changed that were not there, by table. */
  missing(): Readonly<Record<string, number>>;
  /** Projects up to this block, which exists. */
  to(block: number): Promise<void>;
  /** Projects until there are no more blocks. */
  toEnd(): Promise<void>;
}

// A group's rows and payloads are in memory at once.
const LIMITS = { blocks: 250, bytes: 8 * 1024 * 1024 };

/** `blocks` begin with block 0; `say` is told after each group. */
export function fillBeside(blocks: AsyncIterator<Block>, pool: Pool, say: (filling: Filling) => void): Filling {
  const models = { schema: "read_next", outcomes: "read_next.outcome", version: builtVersion() } as const;
  let last = -1;
  let events = 0;
  const missing: Record<string, number> = {};
  const take = async (until: number): Promise<Block[]> => {
    const group: Block[] = [];
    let bytes = 0;
    while (last + group.length < until && group.length < LIMITS.blocks && bytes < LIMITS.bytes) {
      const next = await blocks.next();
      if (next.done) break;
      group.push(next.value);
      bytes += next.value.bytes;
    }
    return group;
  };
  /** False when there was no block. */
  const step = async (until: number): Promise<boolean> => {
    const group = await take(until);
    if (group.length === 0) return false;
    const written = await project(pool, group, models);
    last = written.block;
    events += written.events.length;
    for (const [table, rows] of Object.entries(written.missing)) missing[table] = (missing[table] ?? 0) + rows;
    say(filling);
    return true;
  };
  const filling: Filling = {
    block: () => last,
    events: () => events,
    missing: () => missing,
    to: async (until) => {
      while (last < until) if (!(await step(until))) throw new Error("the stream of blocks ended");
    },
    toEnd: async () => {
      while (await step(Number.POSITIVE_INFINITY));
    },
  };
  return filling;
}
