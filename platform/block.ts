// One full block: what its header and its transactions say, and whether they belong together. Pure.
// Parses defensively: a block can hold any bytes, and none of them may stop its reader.
import { createHash } from "node:crypto";
import { common, peer } from "@hyperledger/fabric-protos";
import { EVENT_NAME } from "../catalogue/wire.js";
import { GxError, messageOf } from "./errors.js";

/** One transaction of a block. */
export interface BlockTransaction {
  /** Place in the block from 0, invalid transactions counted. */
  readonly index: number;
  /** "" where the header cannot be read. */
  readonly txId: string;
  /** common.HeaderType; -1 where the header cannot be read. Commands travel in ENDORSER_TRANSACTION (3). */
  readonly type: number;
  /** peer.TxValidationCode; 0 is VALID. */
  readonly code: number;
  readonly valid: boolean;
  /** Time of the channel header in Unix milliseconds; 0 where there is none. */
  readonly timeMs: number;
  /** Payload of the event `gx` of our chaincode; only in valid transactions. */
  readonly payload?: Buffer;
  /** Of the peers' own chaincode `_lifecycle`: a definition may be another one from here on. Only in valid transactions. */
  readonly lifecycle?: true;
  /** Set where a valid transaction could not be read: the whole envelope. */
  readonly unreadable?: { readonly raw: Buffer; readonly detail: string };
}

export interface Block {
  readonly number: number;
  /** Hex, "" for block 0. */
  readonly previousHash: string;
  /** Hex. */
  readonly dataHash: string;
  /** Of the header, computed here; hex. */
  readonly hash: string;
  /** Time of the last valid transaction in Unix milliseconds; undefined when there is none. */
  readonly timeMs: number | undefined;
  /** Bytes of all envelopes. */
  readonly bytes: number;
  readonly transactions: readonly BlockTransaction[];
}

/** The chain behind the peer is not the one that was read before, or a block was changed. Never passes by itself. */
export class ChainMismatch extends GxError {
  override readonly name = "ChainMismatch";
  constructor(message: string) {
    super("CHAIN_MISMATCH", message);
  }
}

// ---------------------------------------------------------------- header

interface Header {
  number: number;
  previous: Uint8Array;
  data: Uint8Array;
}

function headerOf(block: common.Block): Header {
  const header = block.getHeader();
  if (!header) throw new ChainMismatch("a block without header came from the peer");
  return { number: header.getNumber(), previous: header.getPreviousHash_asU8(), data: header.getDataHash_asU8() };
}

/** Hash of a block's header, hex. */
export const blockHash = (block: common.Block): string => hashOf(headerOf(block));

/** SHA-256 over ASN.1 DER SEQUENCE { INTEGER number, OCTET STRING previous hash, OCTET STRING data hash }, hex. */
function hashOf({ number, previous, data }: Header): string {
  const content = Buffer.concat([der(0x02, integerBytes(number)), der(0x04, previous), der(0x04, data)]);
  return createHash("sha256").update(der(0x30, content)).digest("hex");
}

function integerBytes(value: number): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

/** All contents here are shorter than 128 bytes. */
const der = (tag: number, content: Uint8Array) => Buffer.concat([Buffer.from([tag, content.length]), content]);

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** @throws ChainMismatch where number, previous hash ("" = not compared) or data hash differ. */
export function checkBlock(block: Block, message: common.Block, expected: number, previous: string): void {
  if (block.number !== expected) {
    throw new ChainMismatch(`block ${expected} was expected, the peer sent block ${block.number}`);
  }
  if (previous !== "" && block.previousHash !== previous) {
    throw new ChainMismatch(
      `block ${block.number} follows ${block.previousHash}, but block ${block.number - 1} read before is ${previous}`,
    );
  }
  const digest = createHash("sha256");
  for (const envelope of message.getData()?.getDataList_asU8() ?? []) digest.update(envelope);
  if (digest.digest("hex") !== block.dataHash) {
    throw new ChainMismatch(`the transactions of block ${block.number} do not match the data hash of its header`);
  }
}

// ---------------------------------------------------------------- content

/** Reads a block; `chaincode` is the one whose events are wanted. Throws only where the header is missing. */
export function parseBlock(message: common.Block, chaincode: string): Block {
  const header = headerOf(message);
  const envelopes = message.getData()?.getDataList_asU8() ?? [];
  const flags = message.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
  const transactions = envelopes.map((raw, index) =>
    readTransaction(raw, index, flags?.[index] ?? peer.TxValidationCode.NOT_VALIDATED, chaincode),
  );
  return {
    number: header.number,
    previousHash: hex(header.previous),
    dataHash: hex(header.data),
    hash: hashOf(header),
    timeMs: transactions.findLast(({ valid, timeMs }) => valid && timeMs > 0)?.timeMs,
    bytes: envelopes.reduce((sum, raw) => sum + raw.length, 0),
    transactions,
  };
}

function readTransaction(raw: Uint8Array, index: number, code: number, chaincode: string): BlockTransaction {
  const valid = code === peer.TxValidationCode.VALID;
  const unknown = { index, txId: "", type: -1, code, valid, timeMs: 0 };
  let read: BlockTransaction = unknown;
  try {
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(raw).getPayload_asU8());
    const header = common.ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? empty);
    const time = header.getTimestamp();
    const timeMs = time ? time.getSeconds() * 1_000 + Math.floor(time.getNanos() / 1_000_000) : 0;
    read = { ...unknown, txId: header.getTxId(), type: header.getType(), timeMs };
    if (!valid || read.type !== common.HeaderType.ENDORSER_TRANSACTION) return read;
    const action = actionOf(payload.getData_asU8());
    if (action.getChaincodeId()?.getName() === LIFECYCLE) return { ...read, lifecycle: true };
    const event = eventOf(action, chaincode);
    return event ? { ...read, payload: event } : read;
  } catch (error) {
    // What peers marked invalid may be anything; what they marked valid must not be lost.
    return valid ? { ...read, unreadable: { raw: Buffer.from(raw), detail: messageOf(error) } } : read;
  }
}

const empty = new Uint8Array();

const LIFECYCLE = "_lifecycle";

function actionOf(transaction: Uint8Array): peer.ChaincodeAction {
  const [action] = peer.Transaction.deserializeBinary(transaction).getActionsList();
  if (!action) throw new Error("the transaction holds no action");
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction();
  if (!endorsed) throw new Error("the transaction holds no endorsed action");
  const response = peer.ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8());
  return peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
}

function eventOf(action: peer.ChaincodeAction, chaincode: string): Buffer | undefined {
  const bytes = action.getEvents_asU8();
  if (bytes.length === 0) return undefined;
  const event = peer.ChaincodeEvent.deserializeBinary(bytes);
  if (event.getChaincodeId() !== chaincode || event.getEventName() !== EVENT_NAME) return undefined;
  // A copy: a view would keep the whole block in memory.
  return Buffer.from(event.getPayload_asU8());
}
