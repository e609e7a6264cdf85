// Blocks: hashes, orderer's signature, commit hash and bytes as Fabric's (ledger.md 1.9 and 6).
import { createHash, randomBytes, type KeyObject } from "node:crypto";
import { common } from "@hyperledger/fabric-protos";
import { signLowS } from "../platform/wallet.js";
import { compareKeys, type KeyWrite, type Version } from "./state.js";
import { bufferOf, bytesField, numberField, varint } from "./wire.js";

export interface Block {
  number: number;
  previousHash: Buffer;
  dataHash: Buffer;
  /** Envelope bytes in order. */
  data: Buffer[];
  /** Indexed by common.BlockMetadataIndex. */
  metadata: Buffer[];
}

export interface Signer {
  /** SerializedIdentity bytes. */
  creator: Buffer;
  key: KeyObject;
}

export interface Applied extends Version {
  writes: readonly KeyWrite[];
}

const EMPTY = Buffer.alloc(0);
const { TRANSACTIONS_FILTER, COMMIT_HASH } = common.BlockMetadataIndex;

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const dataHashOf = (data: readonly Buffer[]): Buffer => sha256(...data);

/** DER SEQUENCE{INTEGER number, OCTET STRING previous hash, OCTET STRING data hash}: what is hashed and signed. */
function headerBytes(number: number, previousHash: Buffer, dataHash: Buffer): Buffer {
  const hex = number.toString(16);
  const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  const positive = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
  const body = Buffer.concat([der(0x02, positive), der(0x04, previousHash), der(0x04, dataHash)]);
  return der(0x30, body);
}

export const blockHash = ({ number, previousHash, dataHash }: Block): Buffer =>
  sha256(headerBytes(number, previousHash, dataHash));

/** A block without flags and commit hash, as an orderer delivers it. */
export function orderedBlock(signer: Signer, number: number, previousHash: Buffer, data: Buffer[]): Block {
  const dataHash = dataHashOf(data);
  const header = headerBytes(number, previousHash, dataHash);
  // OrdererBlockMetadata{LastConfig{index 0}}: the configuration is block 0 for ever.
  const value = bytesField(1, EMPTY);
  const signatureHeader = Buffer.concat([bytesField(1, signer.creator), bytesField(2, randomBytes(24))]);
  const signature = signLowS(signer.key, Buffer.concat([value, signatureHeader, header]));
  const signed = Buffer.concat([
    bytesField(1, value),
    bytesField(2, Buffer.concat([bytesField(1, signatureHeader), bytesField(2, signature)])),
  ]);
  return { number, previousHash, dataHash, data, metadata: [signed, EMPTY, EMPTY, EMPTY, EMPTY] };
}

/** Block 0: unsigned, one configuration envelope, valid; without commit hash. */
export function genesisBlock(envelope: Buffer): Block {
  const metadata = [bytesField(1, bytesField(1, EMPTY)), EMPTY, Buffer.from([0]), EMPTY, EMPTY];
  return { number: 0, previousHash: EMPTY, dataHash: dataHashOf([envelope]), data: [envelope], metadata };
}

/** Adds what a peer adds at commit. Equal state means an equal commit hash. */
export function sealBlock(
  block: Block,
  flags: Buffer,
  namespace: string,
  applied: readonly Applied[],
  before: Buffer,
): Block {
  const updates = updateBytes(namespace, applied);
  const metadata = [...block.metadata];
  metadata[TRANSACTIONS_FILTER] = flags;
  metadata[COMMIT_HASH] = bytesField(1, sha256(varint(flags.length), flags, updates, before));
  return { ...block, metadata };
}

export const flagsOf = (block: Block): Buffer => block.metadata[TRANSACTIONS_FILTER] ?? EMPTY;

export const commitHashOf = (block: Block): Buffer =>
  bufferOf(common.Metadata.deserializeBinary(block.metadata[COMMIT_HASH] ?? EMPTY).getValue_asU8());

/** common.Block bytes. */
export function encodeBlock({ number, previousHash, dataHash, data, metadata }: Block): Buffer {
  const header = Buffer.concat([
    numberField(1, number),
    ...(previousHash.length > 0 ? [bytesField(2, previousHash)] : []),
    bytesField(3, dataHash),
  ]);
  return Buffer.concat([
    bytesField(1, header),
    bytesField(2, Buffer.concat(data.map((envelope) => bytesField(1, envelope)))),
    bytesField(3, Buffer.concat(metadata.map((entry) => bytesField(1, entry)))),
  ]);
}

export function decodeBlock(bytes: Buffer): Block {
  const block = common.Block.deserializeBinary(bytes);
  const header = block.getHeader();
  if (!header) throw new Error("a block without header");
  return {
    number: header.getNumber(),
    previousHash: bufferOf(header.getPreviousHash_asU8()),
    dataHash: bufferOf(header.getDataHash_asU8()),
    data: (block.getData()?.getDataList_asU8() ?? []).map(bufferOf),
    metadata: (block.getMetadata()?.getMetadataList_asU8() ?? []).map(bufferOf),
  };
}

// Updates{KVWrite{namespace 1 (first only), key 3, is_delete 4, value 5, version 6}}, the last write of each key, by key.
function updateBytes(namespace: string, applied: readonly Applied[]): Buffer {
  const last = new Map<string, { value: Buffer | undefined; at: Version }>();
  for (const { writes, block, tx } of applied) {
    for (const { key, value } of writes) last.set(key, { value, at: { block, tx } });
  }
  const keys = [...last.keys()].sort(compareKeys);
  return Buffer.concat(
    keys.map((key, index) => {
      const { value, at } = last.get(key) ?? { value: undefined, at: { block: 0, tx: 0 } };
      const parts = [
        ...(index === 0 ? [bytesField(1, namespace)] : []),
        bytesField(3, key),
        ...(value ? [bytesField(5, value)] : [numberField(4, 1)]),
        bytesField(6, Buffer.concat([ordered(at.block), ordered(at.tx)])),
      ];
      return bytesField(1, Buffer.concat(parts));
    }),
  );
}

// Fabric's order-preserving integer: count of significant bytes, then these big-endian.
function ordered(value: number): Buffer {
  const hex = value === 0 ? "" : value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
