// The newest block that this client has seen: what it reads later never shows an older world.
import type { After } from "./options.js";

export interface Reads {
  see(block: number | null | undefined): void;
  /** What a query has to reflect: what the caller says, and never less than what was seen. */
  target(after: After | undefined): After | undefined;
}

export function openReads(): Reads {
  let newest = -1;
  return {
    see: (block) => {
      if (typeof block === "number" && block > newest) newest = block;
    },
    target: (after) => {
      if (typeof after === "string") return after;
      const block = Math.max(after ?? -1, newest);
      return block < 0 ? undefined : block;
    },
  };
}
