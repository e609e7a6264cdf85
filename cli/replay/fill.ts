// Blocks → rows of schema read_next, from block 0 on, by the projector's own code. Never goes past the block asked for.
import type { Pool } from "pg";
import { followBlocks, type Block } from "../../platform/blocks.js";
import type { Connection } from "../../platform/connection.js";
import type { Identity } from "../../platform/wallet.js";
import { project } from "../../workers/projector/project.js";
import { builtVersion } from "../../workers/projector/version.js";

export interface Source {
  readonly connection: Connection;
  /** Reads blocks; needs no role. */
  readonly identity: Identity;
}

export interface Filling {
  /** Number of the last block that is rows. */
  block(): number;
  /** Events projected so far. */
  events(): number;
  /** Projects up to this block, which exists. */
  to(block: number): Promise<void>;
  close(): void;
}

// A group's rows and payloads are in memory at once.
const LIMITS = { blocks: 250, bytes: 8 * 1024 * 1024 };

/** `say` is told after each group. */
export function fillBeside({ connection, identity }: Source, pool: Pool, say: (filling: Filling) => void): Filling {
  const models = { schema: "read_next", outcomes: "read_next.outcome", version: builtVersion() } as const;
  const stop = new AbortController();
  const blocks = followBlocks({ connection, identity, from: 0, signal: stop.signal });
  let last = -1;
  let events = 0;
  const take = async (until: number): Promise<Block[]> => {
    const group: Block[] = [];
    let bytes = 0;
    while (last + group.length < until && group.length < LIMITS.blocks && bytes < LIMITS.bytes) {
      const next = await blocks.next();
      if (next.done) throw new Error("the stream of blocks ended");
      group.push(next.value);
      bytes += next.value.bytes;
    }
    return group;
  };
  const filling: Filling = {
    block: () => last,
    events: () => events,
    to: async (until) => {
      while (last < until) {
        const written = await project(pool, await take(until), models);
        last = written.block;
        events += written.events.length;
        say(filling);
      }
    },
    close: () => stop.abort(),
  };
  return filling;
}
