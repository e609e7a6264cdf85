// A signed proposal: unpacked once, checked as a peer checks it (ledger.md 1.2 and 6). Runs nothing.
import { createHash } from "node:crypto";
import { common, peer } from "@hyperledger/fabric-protos";
import { Code, RpcError } from "./errors.js";
import type { Msp } from "./msp.js";
import { bufferOf, bytesField } from "./wire.js";

export interface Proposal {
  txId: string;
  channel: string;
  chaincode: string;
  creator: Uint8Array;
  nonce: Uint8Array;
  epoch: number;
  type: number;
  /** Milliseconds since 1970, from the channel header. */
  timestamp: number;
  channelHeader: Uint8Array;
  signatureHeader: Uint8Array;
  /** ChaincodeProposalPayload without transient data, as it may be published. */
  publicPayload: Buffer;
  /** ChaincodeInput bytes. */
  input: Uint8Array;
  args: Buffer[];
  signedBytes: Uint8Array;
  signature: Uint8Array;
  /** The whole SignedProposal. */
  bytes: Uint8Array;
}

const WINDOW_MS = 15 * 60_000;

/** @throws RpcError INVALID_ARGUMENT when the bytes are not a proposal. */
export function openProposal(signed: InstanceType<typeof peer.SignedProposal> | undefined): Proposal {
  try {
    if (!signed) throw new Error("a signed proposal is required");
    const proposal = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
    const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
    const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
    const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
    const extension = peer.ChaincodeHeaderExtension.deserializeBinary(channelHeader.getExtension_asU8());
    const payload = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
    const spec = peer.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec();
    const chaincode = extension.getChaincodeId()?.getName();
    const input = spec?.getInput();
    if (!chaincode || !input) throw new Error("chaincode name and input are required");
    return {
      txId: channelHeader.getTxId(),
      channel: channelHeader.getChannelId(),
      chaincode,
      creator: signatureHeader.getCreator_asU8(),
      nonce: signatureHeader.getNonce_asU8(),
      epoch: channelHeader.getEpoch(),
      type: channelHeader.getType(),
      timestamp: (channelHeader.getTimestamp()?.getSeconds() ?? 0) * 1_000,
      channelHeader: header.getChannelHeader_asU8(),
      signatureHeader: header.getSignatureHeader_asU8(),
      publicPayload: bytesField(1, payload.getInput_asU8()),
      input: input.serializeBinary(),
      args: input.getArgsList_asU8().map(bufferOf),
      signedBytes: signed.getProposalBytes_asU8(),
      signature: signed.getSignature_asU8(),
      bytes: signed.serializeBinary(),
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new RpcError(Code.INVALID_ARGUMENT, `failed to unpack transaction proposal: ${text}`);
  }
}

/** Why a peer refuses the proposal; undefined = accepted. The time window is checked apart: its status differs. */
export function faultOf(proposal: Proposal, msp: Msp, isKnown: (txId: string) => boolean): string | undefined {
  const { channel, creator, nonce } = proposal;
  const member = msp.member(creator);
  if (proposal.type !== common.HeaderType.ENDORSER_TRANSACTION)
    return `invalid header type ${headerType(proposal.type)}`;
  if (proposal.epoch !== 0) return "epoch is non-zero";
  if (nonce.length === 0) return "nonce is empty";
  if (creator.length === 0) return "creator is empty";
  if (!member) {
    return `error validating proposal: access denied: channel [${channel}] creator org unknown, creator is malformed`;
  }
  if (!msp.signed(member, proposal.signedBytes, proposal.signature)) {
    return `error validating proposal: access denied: channel [${channel}] creator org [${member.mspId}]`;
  }
  const expected = transactionIdOf(nonce, creator);
  if (proposal.txId !== expected) return `incorrectly computed txid '${proposal.txId}' -- expected '${expected}'`;
  if (isKnown(proposal.txId)) {
    return `duplicate transaction found [${proposal.txId}]. Creator [${Buffer.from(creator).toString("hex")}]`;
  }
  return undefined;
}

/** A peer of Fabric 3 refuses a proposal that is more than 15 minutes off its clock. */
export function isOutOfTime({ timestamp }: Proposal): boolean {
  return Math.abs(Date.now() - timestamp) > WINDOW_MS;
}

export const transactionIdOf = (nonce: Uint8Array, creator: Uint8Array): string =>
  createHash("sha256").update(nonce).update(creator).digest("hex");

/** Ties an endorsement to its proposal without publishing transient data. */
export const proposalHash = (channelHeader: Uint8Array, signatureHeader: Uint8Array, payload: Uint8Array): Buffer =>
  createHash("sha256").update(channelHeader).update(signatureHeader).update(payload).digest();

const headerType = (type: number): string =>
  Object.entries(common.HeaderType).find(([, number]) => number === type)?.[0] ?? String(type);
