// Asking one peer, and no other behind it, what it holds: its newest block and block 0, by its own deliver service.
// A gateway may have another peer answer an evaluate, so that heights told by it do not name the peer that was asked.
import { InterceptingCall, status, type CallOptions, type Interceptor } from "@grpc/grpc-js";
import { GatewayError, type Gateway } from "@hyperledger/fabric-gateway";
import { common, orderer } from "@hyperledger/fabric-protos";
import { blockHash } from "./block.js";
import { messageOf } from "./errors.js";
import type { Answer } from "./peers.js";

// In place of the link's own: how these calls end is told by their answers.
const plain: Interceptor = (options, next) => new InterceptingCall(next(options));

export interface Asked {
  readonly channel: string;
  /** Milliseconds for each block. */
  readonly withinMs: number;
  /** Block 0 is wanted too. */
  readonly genesis: boolean;
}

/** What the peer says within the time; an answer without height when it lives and does not tell. */
export async function askPeer(gateway: Gateway, asked: Asked): Promise<Answer> {
  const begin = performance.now();
  const rttMs = () => performance.now() - begin;
  try {
    const newest = await blockAt(gateway, asked, newestBlock());
    const answer = { rttMs: rttMs(), height: (newest.getHeader()?.getNumber() ?? -1) + 1 };
    if (!asked.genesis) return answer;
    return { ...answer, genesis: blockHash(await blockAt(gateway, asked, oldestBlock())) };
  } catch (error) {
    return isAway(error) ? undefined : { rttMs: rttMs() };
  }
}

/** Nobody answered, or somebody who has not this channel or cannot serve it now. Refusals of the asking one are answers. */
function isAway(error: unknown): boolean {
  if (error instanceof GatewayError)
    return error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED;
  return /status response: (404|500|503)/.test(messageOf(error));
}

async function blockAt(
  gateway: Gateway,
  { channel, withinMs }: Asked,
  position: orderer.SeekPosition,
): Promise<common.Block> {
  const options: CallOptions = { deadline: Date.now() + withinMs, interceptors: [plain] };
  const request = gateway.newBlockEventsRequest(seekOf(gateway, channel, position));
  const blocks = await request.getEvents(options);
  try {
    for await (const block of blocks) return block;
    throw new Error("the peer sent no block");
  } finally {
    blocks.close();
  }
}

/** The SDK's own request for blocks, which is for all that follow, made into one for a single block. */
function seekOf(gateway: Gateway, channel: string, position: orderer.SeekPosition): Uint8Array {
  const envelope = common.Envelope.deserializeBinary(gateway.getNetwork(channel).newBlockEventsRequest().getBytes());
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const seek = new orderer.SeekInfo();
  seek.setStart(position);
  seek.setStop(position);
  seek.setBehavior(orderer.SeekInfo.SeekBehavior.FAIL_IF_NOT_READY);
  payload.setData(seek.serializeBinary());
  envelope.setPayload(payload.serializeBinary());
  return envelope.serializeBinary();
}

function newestBlock(): orderer.SeekPosition {
  const position = new orderer.SeekPosition();
  position.setNewest(new orderer.SeekNewest());
  return position;
}

function oldestBlock(): orderer.SeekPosition {
  const position = new orderer.SeekPosition();
  position.setOldest(new orderer.SeekOldest());
  return position;
}
