// Messages as bytes, signed without a connection: what the application stores and sends later.
import type { Transaction } from "@hyperledger/fabric-gateway";
import { common, gateway, msp, peer } from "@hyperledger/fabric-protos";
import { signLowS, type Identity } from "../../../platform/wallet.js";
import { call, type Connection } from "../client.js";

export interface Stored {
  transaction: Uint8Array;
  signature: Uint8Array;
  commit: Uint8Array;
  commitSignature: Uint8Array;
}

/** A transaction and the question for its result, both signed with the key alone. */
export async function signedOffline(
  connection: Connection,
  identity: Identity,
  name: string,
  ...args: string[]
): Promise<Stored> {
  const proposal = connection.contract.newProposal(name, { arguments: args });
  const signature = signLowS(identity.key, proposal.getDigest());
  const transaction = await connection.gateway.newSignedProposal(proposal.getBytes(), signature).endorse();
  const commit = signedCommit(connection, transaction);
  const request = gateway.SignedCommitStatusRequest.deserializeBinary(commit);
  return {
    transaction: transaction.getBytes(),
    signature: signLowS(identity.key, transaction.getDigest()),
    commit,
    commitSignature: signLowS(identity.key, request.getRequest_asU8()),
  };
}

/** Bytes of the unsigned question for a transaction's result. */
export function signedCommit(connection: Connection, transaction: Transaction): Uint8Array {
  const request = new gateway.CommitStatusRequest();
  request.setChannelId(connection.network.getName());
  request.setTransactionId(transaction.getTransactionId());
  const { mspId, credentials } = connection.gateway.getIdentity();
  const creator = new msp.SerializedIdentity();
  creator.setMspid(mspId);
  creator.setIdBytes(credentials);
  request.setIdentity(creator.serializeBinary());
  const signed = new gateway.SignedCommitStatusRequest();
  signed.setRequest(request.serializeBinary());
  return signed.serializeBinary();
}

type Envelope = InstanceType<typeof common.Envelope>;

/** Sends an envelope that the client library would not build. */
export async function submitEnvelope(
  { client, network }: Connection,
  transaction: Transaction,
  envelope: Envelope,
): Promise<void> {
  const request = new gateway.SubmitRequest();
  request.setTransactionId(transaction.getTransactionId());
  request.setChannelId(network.getName());
  request.setPreparedTransaction(envelope);
  await call(client, "/gateway.Gateway/Submit", request.serializeBinary());
}

export const envelopeOf = (prepared: Uint8Array): Envelope =>
  gateway.PreparedTransaction.deserializeBinary(prepared).getEnvelope() ?? new common.Envelope();

/** MSP ids of those who endorsed a transaction, in order of their names. */
export function endorsersOf(prepared: Uint8Array): string[] {
  const payload = common.Payload.deserializeBinary(envelopeOf(prepared).getPayload_asU8());
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const did = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? new Uint8Array()).getAction();
  const endorsements = did?.getEndorsementsList() ?? [];
  return endorsements.map((one) => msp.SerializedIdentity.deserializeBinary(one.getEndorser_asU8()).getMspid()).sort();
}
