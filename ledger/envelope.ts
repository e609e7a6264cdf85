// An ordered envelope, opened: its headers and what its chaincode did. Judges nothing.
import { common, peer } from "@hyperledger/fabric-protos";
import { decodeSets, type NamespaceSet } from "./readwriteset.js";

const Validity = peer.TxValidationCode;
export type ValidationCode = (typeof Validity)[keyof typeof Validity];
export type ChaincodeEvent = InstanceType<typeof peer.ChaincodeEvent>;
type ActionPayload = InstanceType<typeof peer.ChaincodeActionPayload>;

export interface Opened {
  header: InstanceType<typeof common.Header>;
  channelHeader: InstanceType<typeof common.ChannelHeader>;
  signatureHeader: InstanceType<typeof common.SignatureHeader>;
  data: Uint8Array;
}

/** The envelope's parts, or the code of one that cannot be opened. */
export function openEnvelope(bytes: Uint8Array): Opened | ValidationCode {
  if (bytes.length === 0) return Validity.NIL_ENVELOPE;
  try {
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
    const header = payload.getHeader();
    if (!header) return Validity.BAD_COMMON_HEADER;
    return {
      header,
      channelHeader: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
      signatureHeader: common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()),
      data: payload.getData_asU8(),
    };
  } catch {
    return Validity.BAD_PAYLOAD;
  }
}

/** Transaction id of an envelope; "" when it has none that can be read. */
export function txIdOf(bytes: Uint8Array): string {
  const opened = openEnvelope(bytes);
  return typeof opened === "number" ? "" : opened.channelHeader.getTxId();
}

/** What a valid transaction did to the ledger. @throws when the envelope cannot be read. */
export function setsOf(bytes: Uint8Array): { txId: string; sets: NamespaceSet[] } {
  const opened = openEnvelope(bytes);
  if (typeof opened === "number") throw new Error("a valid transaction that cannot be read");
  const txId = opened.channelHeader.getTxId();
  if (!isTransaction(opened)) return { txId, sets: [] };
  return { txId, sets: decodeSets(didOf(onlyAction(opened.data)).getResults_asU8()) };
}

/** The chaincode events of a transaction: one per action that has one. @throws when the transaction cannot be read. */
export const eventsOf = ({ data }: Opened): ChaincodeEvent[] =>
  peer.Transaction.deserializeBinary(data)
    .getActionsList()
    .map((action) => didOf(peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8())))
    .map((did) => peer.ChaincodeEvent.deserializeBinary(did.getEvents_asU8()))
    .filter((event) => event.getChaincodeId() !== "");

export const isTransaction = ({ channelHeader }: Opened): boolean =>
  channelHeader.getType() === common.HeaderType.ENDORSER_TRANSACTION;

/** The one action of a transaction. @throws when there are none or several, or when its header is not `signatureHeader`. */
export function onlyAction(data: Uint8Array, signatureHeader?: Uint8Array): ActionPayload {
  const [action, ...more] = peer.Transaction.deserializeBinary(data).getActionsList();
  if (!action || more.length > 0) throw new Error("a transaction has exactly one action");
  if (signatureHeader && !Buffer.from(signatureHeader).equals(action.getHeader_asU8())) {
    throw new Error("the action's header differs from the transaction's");
  }
  return peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
}

function didOf(payload: ActionPayload): InstanceType<typeof peer.ChaincodeAction> {
  const response = payload.getAction()?.getProposalResponsePayload_asU8() ?? new Uint8Array();
  return peer.ChaincodeAction.deserializeBinary(
    peer.ProposalResponsePayload.deserializeBinary(response).getExtension_asU8(),
  );
}
