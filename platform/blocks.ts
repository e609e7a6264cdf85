// Full blocks of the channel as the peer delivers them, in order and checked against the hashes; and the chain's height.
// Never skips a block and never goes back, whichever peer it reads from.
import { GatewayError, type CloseableAsyncIterable, type Gateway } from "@hyperledger/fabric-gateway";
import { common } from "@hyperledger/fabric-protos";
import { blockHash, ChainMismatch, checkBlock, parseBlock, type Block } from "./block.js";
import type { Connection } from "./connection.js";
import { codeOf, GxError, messageOf } from "./errors.js";
import { adviceOn } from "./fabric-advice.js";
import type { Peer } from "./profile.js";
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
 * Where another peer is spoken to, it goes on there with the next block. Reads no faster than the consumer takes.
 * @throws ChainMismatch; GxError UNAVAILABLE (retry later) when the stream breaks.
 */
export async function* followBlocks(options: FollowOptions): AsyncGenerator<Block> {
  const { connection, signal } = options;
  const next = { from: options.from, after: options.after ?? "" };
  while (!signal?.aborted) {
    const { peer } = connection;
    for await (const block of fromOnePeer({ ...options, ...next }, connection.moved())) {
      next.from = block.number + 1;
      next.after = block.hash;
      connection.saw(peer, { height: next.from });
      yield block;
    }
  }
}

/** Ends when `signal` aborts or another peer is spoken to. */
async function* fromOnePeer(options: FollowOptions & { after: string }, moved: AbortSignal): AsyncGenerator<Block> {
  const { connection, from, after, signal } = options;
  const { peer } = connection;
  const over = () => moved.aborted || signal?.aborted === true;
  const stream = await openStream(options);
  const close = () => stream.close();
  for (const each of [signal, moved]) each?.addEventListener("abort", close);
  if (over()) close();
  try {
    yield* checked(stream, connection.profile.chaincode, { from, after });
    if (!over()) throw new Error("the peer ended the stream");
  } catch (error) {
    if (error instanceof ChainMismatch) throw contradicted(connection, peer, error);
    if (!over()) throw streamLost(error);
  } finally {
    for (const each of [signal, moved]) each?.removeEventListener("abort", close);
    close();
  }
}

/** The peer is of another chain: what that means depends on whether there is one that is not. */
export function contradicted(connection: Connection, peer: Peer, mismatch: ChainMismatch): GxError {
  if (!connection.refuse(peer, mismatch.message)) return mismatch;
  const text = `peer ${peer.address} was left: ${mismatch.message}`;
  return new GxError("UNAVAILABLE", text, { retry: "later", cause: mismatch });
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
  // Of several peers, the one that is spoken to may have asked another one.
  if (connection.profile.peers.length === 1) connection.saw(connection.peer, { height: info.getHeight() });
  return { height: info.getHeight(), hash: Buffer.from(info.getCurrentblockhash_asU8()).toString("hex") };
}

/** Header hash of block 0, hex: names the chain. */
export async function genesisHash(connection: Connection, identity: Identity): Promise<string> {
  const block = common.Block.deserializeBinary(await askLedger(connection, identity, "GetBlockByNumber", "0"));
  return blockHash(block);
}

/** Own time of a block in Unix milliseconds, asked from the peer (qscc); undefined where no transaction of it has one. */
export async function blockTime(
  connection: Connection,
  identity: Identity,
  number: number,
): Promise<number | undefined> {
  const bytes = await askLedger(connection, identity, "GetBlockByNumber", String(number));
  return parseBlock(common.Block.deserializeBinary(bytes), connection.profile.chaincode).timeMs;
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
