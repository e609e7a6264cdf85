// Reads blocks as a client does and recomputes every hash from Fabric's definition, not from the ledger's code.
import { createHash } from "node:crypto";
import { common, peer } from "@hyperledger/fabric-protos";
import type { Network } from "@hyperledger/fabric-gateway";

export interface ReadBlock {
  number: number;
  hash: string;
  previousHash: string;
  dataHash: string;
  computedDataHash: string;
  /** Transaction id and validation code in block order. */
  transactions: [txId: string, code: number][];
}

export function readBlock(block: InstanceType<typeof common.Block>): ReadBlock {
  const header = block.getHeader();
  if (!header) throw new Error("block without header");
  const data = block.getData()?.getDataList_asU8() ?? [];
  const flags = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER] ?? [];
  const number = header.getNumber();
  const previous = Buffer.from(header.getPreviousHash_asU8());
  const dataHash = Buffer.from(header.getDataHash_asU8());
  return {
    number,
    hash: sha256(asn1(0x30, Buffer.concat([integer(number), asn1(4, previous), asn1(4, dataHash)]))).toString("hex"),
    previousHash: previous.toString("hex"),
    dataHash: dataHash.toString("hex"),
    computedDataHash: sha256(Buffer.concat(data)).toString("hex"),
    transactions: data.map((envelope, index) => [txIdOf(envelope), flags[index] ?? -1]),
  };
}

/** The next `count` blocks from `from`. */
export async function readBlocks(network: Network, from: number, count: number): Promise<ReadBlock[]> {
  const events = await network.getBlockEvents({ startBlock: BigInt(from) });
  try {
    const blocks: ReadBlock[] = [];
    for await (const block of events) {
      blocks.push(readBlock(block));
      if (blocks.length === count) break;
    }
    return blocks;
  } finally {
    events.close();
  }
}

export async function heightOf(network: Network): Promise<number> {
  const bytes = await network.getContract("qscc").evaluateTransaction("GetChainInfo", network.getName());
  return common.BlockchainInfo.deserializeBinary(bytes).getHeight();
}

/** Every occurrence of a transaction id in the chain, with its code. */
export async function occurrences(network: Network, txId: string): Promise<number[]> {
  const blocks = await readBlocks(network, 0, await heightOf(network));
  return blocks.flatMap(({ transactions }) => transactions.filter(([id]) => id === txId).map(([, code]) => code));
}

/** Faults of a chain that begins at block 0; empty = every hash is right and follows from the one before. */
export function chainFaults(blocks: readonly ReadBlock[]): string[] {
  return blocks.flatMap((block, index) => [
    ...(block.number === index ? [] : [`block ${block.number} stands at ${index}`]),
    ...(block.dataHash === block.computedDataHash ? [] : [`data hash of block ${index}`]),
    ...(block.previousHash === (blocks[index - 1]?.hash ?? "") ? [] : [`previous hash of block ${index}`]),
  ]);
}

export const code = peer.TxValidationCode;

function txIdOf(envelope: Uint8Array): string {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
  const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
  return common.ChannelHeader.deserializeBinary(header).getTxId();
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

function asn1(tag: number, value: Buffer): Buffer {
  if (value.length > 127) throw new Error("a block header is shorter than 128 bytes");
  return Buffer.concat([Buffer.from([tag, value.length]), value]);
}

function integer(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  if ((bytes[0] ?? 0) > 127) bytes.unshift(0);
  return asn1(2, Buffer.from(bytes));
}
