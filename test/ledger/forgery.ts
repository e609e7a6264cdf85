// Messages that no network may accept as they are.
import { createPrivateKey, type KeyObject } from "node:crypto";
import { common, gateway, msp, peer } from "@hyperledger/fabric-protos";
import { openAuthority } from "../../ledger/authority.js";
import { issue } from "../../ledger/certificates.js";
import { signLowS, type Identity } from "../../platform/wallet.js";
import { newHome, removeHome } from "./fixture.js";

export const refuseToSign = (): never => {
  throw new Error("nothing is to be signed on this connection");
};

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The same signature with the other S: valid mathematics, refused by peers. */
export function withHighS(der: Uint8Array): Uint8Array {
  const bytes = Buffer.from(der);
  const r = bytes.subarray(2, 4 + (bytes[3] ?? 0));
  const s = BigInt(`0x${bytes.subarray(6 + (bytes[3] ?? 0)).toString("hex")}`);
  const high = Buffer.from((ORDER - s).toString(16).padStart(64, "0"), "hex");
  const integer =
    (high[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([2, 33, 0]), high]) : Buffer.concat([Buffer.from([2, 32]), high]);
  return Buffer.concat([Buffer.from([0x30, r.length + integer.length]), r, integer]);
}

/** A certificate of another authority with our MSP id, and our certificate with another MSP id. */
export async function strangers(identity: Identity): Promise<Pick<Identity, "mspId" | "certificate" | "key">[]> {
  const home = newHome();
  try {
    const { org } = await openAuthority(home, identity.mspId);
    const pair = await issue(org, { commonName: "stranger", unit: "client", mspId: identity.mspId });
    return [
      { mspId: identity.mspId, certificate: Buffer.from(pair.certificate), key: createPrivateKey(pair.key) },
      { ...identity, mspId: "NobodyMSP" },
    ];
  } finally {
    removeHome(home);
  }
}

export interface ProposalChange {
  channel?: (header: InstanceType<typeof common.ChannelHeader>) => void;
  signature?: (header: InstanceType<typeof common.SignatureHeader>) => void;
}

/** ProposedTransaction bytes, not signed, with changed headers. */
export function changedProposal(proposed: Uint8Array, { channel, signature }: ProposalChange): Uint8Array {
  const transaction = gateway.ProposedTransaction.deserializeBinary(proposed);
  const signed = transaction.getProposal() ?? new peer.SignedProposal();
  const proposal = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  channel?.(channelHeader);
  signature?.(signatureHeader);
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  proposal.setHeader(header.serializeBinary());
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature("");
  return transaction.serializeBinary();
}

/** An envelope as it was, but its creator is somebody else, who signed it. */
export function withCreator(prepared: Uint8Array, { mspId, certificate, key }: Identity): Envelope {
  const before = gateway.PreparedTransaction.deserializeBinary(prepared).getEnvelope();
  const payload = common.Payload.deserializeBinary(before?.getPayload_asU8() ?? new Uint8Array());
  const header = payload.getHeader() ?? new common.Header();
  const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  const creator = new msp.SerializedIdentity();
  creator.setMspid(mspId);
  creator.setIdBytes(certificate);
  signatureHeader.setCreator(creator.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  payload.setHeader(header);
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(signLowS(key, envelope.getPayload_asU8()));
  return envelope;
}

/** PreparedTransaction bytes whose endorsement does not fit what was endorsed. */
export function withBrokenEndorsement(prepared: Uint8Array): Uint8Array {
  return changed(prepared, (data) => {
    const transaction = peer.Transaction.deserializeBinary(data);
    const [action] = transaction.getActionsList();
    if (!action) throw new Error("a transaction without action");
    const payload = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
    const [endorsement] = payload.getAction()?.getEndorsementsList() ?? [];
    const signature = Buffer.from(endorsement?.getSignature_asU8() ?? []);
    signature[10] = (signature[10] ?? 0) ^ 1;
    endorsement?.setSignature(signature);
    action.setPayload(payload.serializeBinary());
    return transaction.serializeBinary();
  }).serializeBinary();
}

/** A signed envelope with good headers and data that no peer can read. */
export function withGarbage(prepared: Uint8Array, key: KeyObject): Envelope {
  const envelope = changed(prepared, () => Buffer.from("garbage")).getEnvelope() ?? new common.Envelope();
  envelope.setSignature(signLowS(key, envelope.getPayload_asU8()));
  return envelope;
}

type Envelope = InstanceType<typeof common.Envelope>;
type Prepared = InstanceType<typeof gateway.PreparedTransaction>;

function changed(prepared: Uint8Array, change: (data: Uint8Array) => Uint8Array): Prepared {
  const transaction = gateway.PreparedTransaction.deserializeBinary(prepared);
  const before = transaction.getEnvelope()?.getPayload_asU8() ?? new Uint8Array();
  const payload = common.Payload.deserializeBinary(before);
  payload.setData(change(payload.getData_asU8()));
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  transaction.setEnvelope(envelope);
  return transaction;
}
