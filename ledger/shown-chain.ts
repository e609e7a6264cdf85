// The chain as a new stream or query is shown it under faults: fewer blocks, or another block 0. Changes no stored block.
import { blockHash, decodeBlock, encodeBlock, genesisBlock, orderedBlock, type Block, type Signer } from "./block.js";
import type { Blocks } from "./chain.js";
import type { Armed } from "./faults.js";

export interface ShownParts {
  chain: Blocks;
  faults: Armed;
  /** Envelope of another block 0. */
  genesis: () => Buffer;
  signer: Signer;
}

/** What is given stays as it was asked for: a stream that began before a fault goes on without it. */
export function shownChain({ chain, faults, genesis, signer }: ShownParts): () => Blocks {
  let other: Blocks["block"] | undefined;
  return () => {
    const block = faults.isAnotherChain() ? (other ??= otherBlocks(chain, genesis(), signer)) : chain.block;
    return faults.height() === Infinity ? { ...chain, block } : { ...lowered(chain, faults), block };
  };
}

const lowered = (chain: Blocks, faults: Armed): Blocks => ({
  ...chain,
  height: () => Math.min(chain.height(), faults.height()),
  onCommit: (listener) => {
    const stops = [chain.onCommit(listener), faults.onHeight(listener)];
    return () => stops.forEach((stop) => stop());
  },
});

/** The same transactions behind another block 0, every hash right. */
function otherBlocks(chain: Blocks, genesis: Buffer, signer: Signer): Blocks["block"] {
  const hashes: Promise<Buffer>[] = [];
  const hashAt = (number: number): Promise<Buffer> => (hashes[number] ??= blockAt(number).then(blockHash));
  const blockAt = async (number: number): Promise<Block> => {
    if (number === 0) return genesisBlock(genesis);
    const { data, metadata } = decodeBlock(await chain.block(number));
    const block = orderedBlock(signer, number, await hashAt(number - 1), data);
    return { ...block, metadata: [...block.metadata.slice(0, 1), ...metadata.slice(1)] };
  };
  return async (number) => encodeBlock(await blockAt(number));
}
