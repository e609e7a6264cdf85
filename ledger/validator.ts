// Validation of ordered transactions, in a peer's order (ledger.md 1.10): form, signatures, policy, versions, phantoms.
import { common, peer } from "@hyperledger/fabric-protos";
import type { Msp } from "./msp.js";
import { proposalHash, transactionIdOf } from "./proposal.js";
import { isTransaction, onlyAction, openEnvelope, type Opened, type ValidationCode } from "./envelope.js";
import { decodeSets, LIFECYCLE, type KeyRead, type NamespaceSet, type RangeRead } from "./readwriteset.js";
import { range, type KeyWrite, type State } from "./state.js";

const Validity = peer.TxValidationCode;

export interface ValidatorParts {
  channel: string;
  chaincodeName: string;
  version: string;
  msp: Msp;
  /** True for an endorsement made by this very process. */
  isOwn: (payload: Uint8Array, signature: Uint8Array) => boolean;
}

export interface Checked {
  txId: string;
  code: ValidationCode;
  sets: NamespaceSet[];
}

/** An ordered envelope; `verified` = its creator's signature was checked at the door by this process. */
export interface Ordered {
  bytes: Buffer;
  verified: boolean;
}

/** Everything that does not depend on other transactions. */
export function checkTransaction(parts: ValidatorParts, { bytes, verified }: Ordered): Checked {
  const opened = openEnvelope(bytes);
  if (typeof opened === "number") return { txId: "", code: opened, sets: [] };
  const { channelHeader, signatureHeader } = opened;
  const txId = channelHeader.getTxId();
  const invalid = (code: ValidationCode): Checked => ({ txId, code, sets: [] });
  if (!verified && !isCreators(parts.msp, bytes, signatureHeader)) return invalid(Validity.BAD_CREATOR_SIGNATURE);
  if (!isTransaction(opened)) return invalid(Validity.UNSUPPORTED_TX_PAYLOAD);
  if (channelHeader.getChannelId() !== parts.channel) return invalid(Validity.TARGET_CHAIN_NOT_FOUND);
  if (txId !== transactionIdOf(signatureHeader.getNonce_asU8(), signatureHeader.getCreator_asU8())) {
    return invalid(Validity.BAD_PROPOSAL_TXID);
  }
  try {
    return { txId, ...checkAction(parts, opened, txId) };
  } catch {
    return invalid(Validity.INVALID_ENDORSER_TRANSACTION);
  }
}

export const writesOf = (sets: readonly NamespaceSet[]): KeyWrite[] => sets.flatMap((set) => set.writes);

/** Reads against state that already holds this block's earlier writes; `written` = keys written in this block. */
export function checkVersions(
  sets: readonly NamespaceSet[],
  state: State,
  written: ReadonlySet<string>,
): ValidationCode {
  for (const { namespace, reads, ranges } of sets) {
    if (namespace === LIFECYCLE) {
      // The definition is fixed: its keys are never written, so they have no version.
      if (reads.some((read) => read.version !== undefined)) return Validity.MVCC_READ_CONFLICT;
      continue;
    }
    if (reads.some((read) => written.has(read.key) || !isCurrent(state, read))) return Validity.MVCC_READ_CONFLICT;
    if (!ranges.every((read) => isSameRange(state, read))) return Validity.PHANTOM_READ_CONFLICT;
  }
  return Validity.VALID;
}

function isCreators(msp: Msp, bytes: Buffer, header: Opened["signatureHeader"]): boolean {
  const envelope = common.Envelope.deserializeBinary(bytes);
  return msp.isAuthor(header.getCreator_asU8(), envelope.getPayload_asU8(), envelope.getSignature_asU8());
}

function checkAction(
  parts: ValidatorParts,
  { header, channelHeader, data }: Opened,
  txId: string,
): Omit<Checked, "txId"> {
  const invalid = (code: ValidationCode): Omit<Checked, "txId"> => ({ code, sets: [] });
  const signatureHeader = header.getSignatureHeader_asU8();
  const action = onlyAction(data, signatureHeader);
  const endorsed = action.getAction();
  if (!endorsed) return invalid(Validity.INVALID_ENDORSER_TRANSACTION);
  const responsePayload = endorsed.getProposalResponsePayload_asU8();
  const response = peer.ProposalResponsePayload.deserializeBinary(responsePayload);
  const hash = proposalHash(header.getChannelHeader_asU8(), signatureHeader, action.getChaincodeProposalPayload_asU8());
  if (!hash.equals(response.getProposalHash_asU8())) return invalid(Validity.INVALID_ENDORSER_TRANSACTION);
  const did = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
  const extension = peer.ChaincodeHeaderExtension.deserializeBinary(channelHeader.getExtension_asU8());
  if (!isOurChaincode(parts, extension, did, txId)) return invalid(Validity.INVALID_CHAINCODE);
  if (!endorsed.getEndorsementsList().some((one) => isPeers(parts, responsePayload, one))) {
    return invalid(Validity.ENDORSEMENT_POLICY_FAILURE);
  }
  const sets = readableSets(did.getResults_asU8());
  if (!sets) return invalid(Validity.BAD_RWSET);
  const foreign = sets.some(({ namespace, writes }) => writes.length > 0 && namespace !== parts.chaincodeName);
  return foreign ? invalid(Validity.INVALID_CHAINCODE) : { code: Validity.VALID, sets };
}

function readableSets(bytes: Uint8Array): NamespaceSet[] | undefined {
  try {
    return decodeSets(bytes);
  } catch {
    return undefined;
  }
}

function isOurChaincode(
  { chaincodeName, version }: ValidatorParts,
  extension: InstanceType<typeof peer.ChaincodeHeaderExtension>,
  did: InstanceType<typeof peer.ChaincodeAction>,
  txId: string,
): boolean {
  const id = did.getChaincodeId();
  if (extension.getChaincodeId()?.getName() !== chaincodeName) return false;
  if (id?.getName() !== chaincodeName || id.getVersion() !== version) return false;
  const event = peer.ChaincodeEvent.deserializeBinary(did.getEvents_asU8());
  return did.getEvents_asU8().length === 0 || (event.getChaincodeId() === chaincodeName && event.getTxId() === txId);
}

// The policy: one peer of the organisation.
function isPeers(
  { msp, isOwn }: ValidatorParts,
  payload: Uint8Array,
  one: InstanceType<typeof peer.Endorsement>,
): boolean {
  const signature = one.getSignature_asU8();
  if (isOwn(payload, signature)) return true;
  const member = msp.member(one.getEndorser_asU8());
  if (member?.unit !== "peer") return false;
  return msp.signed(member, Buffer.concat([payload, one.getEndorser_asU8()]), signature);
}

function isCurrent(state: State, { key, version }: KeyRead): boolean {
  const entry = state.get(key);
  return entry?.block === version?.block && entry?.tx === version?.tx;
}

function isSameRange(state: State, { start, end, exhausted, reads }: RangeRead): boolean {
  let at = 0;
  for (const [key, { block, tx }] of range(state, start, end, !exhausted)) {
    const read = reads[at];
    if (read?.key !== key || read.version?.block !== block || read.version.tx !== tx) return false;
    at += 1;
  }
  return at === reads.length;
}
