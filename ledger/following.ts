// Waiting for a block that the chain does not have yet.
import type { Blocks } from "./chain.js";

/** Resolves when block `number` is there, or its reader is gone. */
export function reached(chain: Blocks, number: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      gone.removeEventListener("abort", done);
      resolve();
    };
    const stop = chain.onCommit(() => {
      if (chain.height() > number) done();
    });
    gone.addEventListener("abort", done);
    if (gone.aborted || chain.height() > number) done();
  });
}
