// Full blocks of the channel as the peer delivers them, in order and checked against the hashes; and the chain's height.
// Never skips a block and never goes back.
import { GatewayError, type CloseableAsyncIterable, type Gateway } from "@hyperledger/fabric-gateway";
import { common } from "@hyperledger/fabric-protos";
import { blockHash, checkBlock, parseBlock, type Block } from "./block.js";
import type { Connection } from "./connection.js";
import { codeOf, GxError, messageOf } from "./errors.js";
import { adviceOn } from "./fabric-advice.js";
import type { Identity } from "./wallet.js";

export { ChainMismatch, type Block, type BlockTransaction } from "./block.js";

export interface ChainInfo {
  /** Number of blocks; the last one has the number height - 1. */
  readonly height: number;
  /** Header hash of the last block, hex. */
  readonly hash: string;
}

export interface FollowOptions {
  readonly connection: Connection;
  readonly identity: Identity;
  /** Number of the first block wanted. */
  readonly from: number;
  /** Header hash of block `from` - 1, hex; "" or absent: not checked. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

/**
 * Blocks in order from `from` on, for ever; ends when `signal` aborts. Blocks that do not exist yet are waited for.
 * Reads no faster than the consumer takes.
 * @throws ChainMismatch; GxError UNAVAILABLE (retry later) when the stream breaks.
 */
export async function* followBlocks(options: FollowOptions): AsyncGenerator<Block> {
  const { connection, from, after = "", signal } = options;
  if (signal?.aborted) return;
  const stream = await openStream(options);
  const close = () => stream.close();
  signal?.addEventListener("abort", close);
  try {
    yield* checked(stream, connection.profile.chaincode, { from, after });
    if (!signal?.aborted) throw new Error("the peer ended the stream");
  } catch (error) {
    if (!signal?.aborted) throw streamLost(error);
  } finally {
    signal?.removeEventListener("abort", close);
    close();
  }
}

async function openStream({
  connection,
  identity,
  from,
}: FollowOptions): Promise<CloseableAsyncIterable<common.Block>> {
  const network = connection.as(identity).getNetwork(connection.profile.channel);
  try {
    return await network.getBlockEvents({ startBlock: BigInt(from) });
  } catch (error) {
    throw streamLost(error);
  }
}

async function* checked(
  stream: AsyncIterable<common.Block>,
  chaincode: string,
  { from, after }: { from: number; after: string },
): AsyncGenerator<Block> {
  let expected = from;
  let previous = after;
  for await (const message of stream) {
    const block = parseBlock(message, chaincode);
    checkBlock(block, message, expected, previous);
    yield block;
    expected += 1;
    previous = block.hash;
  }
}

const streamLost = (cause: unknown) =>
  cause instanceof GxError
    ? cause
    : new GxError("UNAVAILABLE", `the block stream broke: ${messageOf(cause)}`, { retry: "later", cause });

/** Height and last hash of the channel, asked from the peer (qscc). */
export async function chainInfo(connection: Connection, identity: Identity): Promise<ChainInfo> {
  const bytes = await askLedger(connection, identity, "GetChainInfo");
  const info = common.BlockchainInfo.deserializeBinary(bytes);
  return { height: info.getHeight(), hash: Buffer.from(info.getCurrentblockhash_asU8()).toString("hex") };
}

/** Header hash of block 0, hex: names the chain. */
export async function genesisHash(connection: Connection, identity: Identity): Promise<string> {
  const block = common.Block.deserializeBinary(await askLedger(connection, identity, "GetBlockByNumber", "0"));
  return blockHash(block);
}

async function askLedger(
  connection: Connection,
  identity: Identity,
  ask: string,
  ...args: string[]
): Promise<Uint8Array> {
  const gateway: Gateway = connection.as(identity);
  const { channel } = connection.profile;
  try {
    return await gateway
      .getNetwork(channel)
      .getContract("qscc")
      .evaluateTransaction(ask, channel, ...args);
  } catch (cause) {
    const details = cause instanceof GatewayError ? cause.details.map(({ message }) => message) : [];
    const text = [messageOf(cause), ...details].join("; ");
    throw new GxError("UNAVAILABLE", `${ask} failed (${codeOf(cause) ?? "no code"}): ${text}`, {
      retry: "later",
      advice: adviceOn(text),
      cause,
    });
  }
}
