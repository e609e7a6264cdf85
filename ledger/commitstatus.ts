// CommitStatus: waits until a transaction stands in a block and answers its first result, for ever (ledger.md 1.6).
import { gateway } from "@hyperledger/fabric-protos";
import type { Chain } from "./chain.js";
import { Code, RpcError } from "./errors.js";
import type { Msp } from "./msp.js";
import { numberField } from "./wire.js";

/** @throws RpcError PERMISSION_DENIED; CANCELLED when the caller left first. */
export type CommitStatus = (
  signed: InstanceType<typeof gateway.SignedCommitStatusRequest>,
  gone: AbortSignal,
) => Promise<Buffer>;

export function newCommitStatus(parts: { channel: string; msp: Msp; chain: Chain }): CommitStatus {
  const { channel, msp, chain } = parts;
  return async (signed, gone) => {
    const request = gateway.CommitStatusRequest.deserializeBinary(signed.getRequest_asU8());
    const isAllowed = msp.isAuthor(request.getIdentity_asU8(), signed.getRequest_asU8(), signed.getSignature_asU8());
    if (request.getChannelId() !== channel || !isAllowed) {
      throw new RpcError(Code.PERMISSION_DENIED, `access denied: channel [${request.getChannelId()}]`);
    }
    const place = await chain.wait(request.getTransactionId(), gone);
    if (!place) throw new RpcError(Code.CANCELLED, "the caller left before the transaction was committed");
    return Buffer.concat([numberField(1, place.code), numberField(2, place.block)]);
  };
}
