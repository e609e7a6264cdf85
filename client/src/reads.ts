// The newest block that this client has seen: what it reads later never shows an older world.
import type { After } from "./options.js";

export interface Reads {
  see(block: number | null | undefined): void;
  /** Undefined until there is one. */
  newest(): number | undefined;
  /** What a query has to reflect: what the caller says, a block never below what was seen. */
  target(after: After | undefined): After | undefined;
}

export function openReads(): Reads {
  let newest: number | undefined;
  const later = (block: number) => (newest === undefined ? block : Math.max(block, newest));
  return {
    see: (block) => {
      if (typeof block === "number") newest = later(block);
    },
    newest: () => newest,
    target: (after) => (typeof after === "number" ? later(after) : (after ?? newest)),
  };
}
