// ChaincodeEvents: one answer per block that has events of the chaincode asked for, from a position on (ledger.md 1.7).
import { gateway, type orderer } from "@hyperledger/fabric-protos";
import { decodeBlock, flagsOf } from "./block.js";
import type { Blocks } from "./chain.js";
import type { Reader } from "./deliver.js";
import { eventsOf, isTransaction, openEnvelope, type ChaincodeEvent } from "./envelope.js";
import { Code, RpcError } from "./errors.js";
import { reached } from "./following.js";
import type { Msp } from "./msp.js";

type Request = InstanceType<typeof gateway.ChaincodeEventsRequest>;
type Position = InstanceType<typeof orderer.SeekPosition>;

export interface EventParts {
  channel: string;
  msp: Msp;
  chain: Blocks;
}

/** Follows the chain until the reader is gone. @throws RpcError PERMISSION_DENIED, INVALID_ARGUMENT */
export type ChaincodeEvents = (
  signed: InstanceType<typeof gateway.SignedChaincodeEventsRequest>,
  reader: Reader,
) => Promise<void>;

export async function chaincodeEvents(
  { channel, msp, chain }: EventParts,
  ...[signed, reader]: Parameters<ChaincodeEvents>
): Promise<void> {
  const request = gateway.ChaincodeEventsRequest.deserializeBinary(signed.getRequest_asU8());
  const isAllowed = msp.isAuthor(request.getIdentity_asU8(), signed.getRequest_asU8(), signed.getSignature_asU8());
  if (request.getChannelId() !== channel || !isAllowed) {
    throw new RpcError(Code.PERMISSION_DENIED, `access denied: channel [${request.getChannelId()}]`);
  }
  const isAskedFor = newMatcher(request);
  for (let number = startOf(request, chain); ; number += 1) {
    await reached(chain, number, reader.gone);
    if (reader.gone.aborted) return;
    const events = eventsIn(await chain.block(number)).filter(isAskedFor);
    if (events.length === 0) continue;
    const response = new gateway.ChaincodeEventsResponse();
    response.setEventsList(events);
    response.setBlockNumber(number);
    if (!(await reader.send(Buffer.from(response.serializeBinary())))) return;
  }
}

/** The events of the valid transactions of a block, in its order, whatever chaincode they are of. */
function eventsIn(bytes: Buffer): ChaincodeEvent[] {
  const block = decodeBlock(bytes);
  const codes = flagsOf(block);
  return block.data.flatMap((envelope, tx) => {
    const opened = codes[tx] === 0 ? openEnvelope(envelope) : 0;
    return typeof opened === "object" && isTransaction(opened) ? eventsOf(opened) : [];
  });
}

// As a peer: what follows the transaction that was read last begins behind its event, so one that had no event mutes all.
function newMatcher(request: Request): (event: ChaincodeEvent) => boolean {
  const [chaincode, after] = [request.getChaincodeId(), request.getAfterTransactionId()];
  let isBehind = after === "";
  return (event) => {
    const isNext = isBehind && event.getChaincodeId() === chaincode;
    isBehind ||= event.getTxId() === after;
    return isNext;
  };
}

function startOf(request: Request, chain: Blocks): number {
  const read = chain.find(request.getAfterTransactionId());
  return read ? read.block : positionOf(request.getStartPosition(), chain.height());
}

function positionOf(position: Position | undefined, height: number): number {
  if (!position || position.hasNextCommit()) return height;
  const specified = position.getSpecified();
  if (specified) return specified.getNumber();
  const type = position.hasOldest() ? "SeekPosition_Oldest" : position.hasNewest() ? "SeekPosition_Newest" : "<nil>";
  if (type === "<nil>") return height;
  throw new RpcError(Code.INVALID_ARGUMENT, `invalid start position type: *orderer.${type}`);
}
