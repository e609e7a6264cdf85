// The submitter's own block stream, from the height at its start: through outages, never back.
import {
  chainInfo,
  ChainMismatch,
  contradicted,
  followBlocks,
  genesisHash,
  type Block,
} from "../../platform/blocks.js";
import type { Connection } from "../../platform/connection.js";
import { GxError } from "../../platform/errors.js";
import type { Logger } from "../../platform/log.js";
import type { Identity } from "../../platform/wallet.js";
import { pause } from "../../platform/pause.js";

export interface FollowParts {
  connection: Connection;
  /** Who reads; asked for at each opening of the stream, for certificates end. */
  identity: () => Identity;
  /** Hash of block 0 of the chain that is followed. */
  genesis: string;
  log: Logger;
  signal: AbortSignal;
  see: (block: Block) => void;
}

export interface Following {
  /** Blocks of the chain as far as they were seen. */
  height(): number;
  /** False while the stream is broken. */
  connected(): boolean;
  /** Resolves when the signal aborts. Rejects with ChainMismatch: a defect to whoever does not catch it, which ends the process. */
  done: Promise<void>;
}

const RETRY_MS = 250;

/** Starts at the present height. @throws GxError UNAVAILABLE when the peer does not tell it. */
export async function follow(parts: FollowParts): Promise<Following> {
  const info = await chainInfo(parts.connection, parts.identity());
  const at = { height: info.height, hash: info.hash, connected: true };
  return { height: () => at.height, connected: () => at.connected, done: readOn(parts, at) };
}

async function readOn(
  { connection, identity, genesis, log, signal, see }: FollowParts,
  at: { height: number; hash: string; connected: boolean },
): Promise<void> {
  while (!signal.aborted) {
    try {
      const [reader, { peer }] = [identity(), connection];
      // Asked first: behind the same address another chain may have come, on which our commands would run once more.
      if ((await genesisHash(connection, reader)) !== genesis) {
        const mismatch = new ChainMismatch(`another chain than ${genesis} is behind ${peer.address} now`);
        throw contradicted(connection, peer, mismatch);
      }
      if (!at.connected) log.info({ block: at.height }, "Block stream is back");
      at.connected = true;
      for await (const block of followBlocks({
        connection,
        identity: reader,
        from: at.height,
        after: at.hash,
        signal,
      })) {
        at.height = block.number + 1;
        at.hash = block.hash;
        see(block);
      }
    } catch (error) {
      if (!(error instanceof GxError) || error.retry === "never") throw error;
      if (at.connected) log.warn({ error }, "Block stream broke");
      at.connected = false;
      await pause(RETRY_MS, signal);
    }
  }
}
