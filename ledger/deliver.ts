// Deliver: streams blocks from a position in the form asked for, follows the chain, ends with a status (ledger.md 1.8 and 6).
import { common, orderer } from "@hyperledger/fabric-protos";
import type { Blocks } from "./chain.js";
import { reached } from "./following.js";
import type { Msp } from "./msp.js";
import type { BlockForm } from "./shown-block.js";
import { numberField } from "./wire.js";

const { Status } = common;
const { SeekInfo } = orderer;
type Position = InstanceType<typeof orderer.SeekPosition>;
const WINDOW_MS = 15 * 60_000;

export interface DeliverParts {
  channel: string;
  msp: Msp;
  chain: Blocks;
}

/** Where a reader's answers go. */
export interface Reader {
  /** Resolves when the reader can take more; false = it is gone. */
  send(response: Buffer): Promise<boolean>;
  gone: AbortSignal;
}

interface Seek {
  creator: Uint8Array;
  from: number;
  to: number;
  follow: boolean;
}

/** Serves one SeekInfo envelope; the final status was sent when it resolves. False = the stream must end. */
export type Deliver = (envelope: Uint8Array, reader: Reader, form: BlockForm) => Promise<boolean>;

export async function deliver(parts: DeliverParts, ...[envelope, reader, form]: Parameters<Deliver>): Promise<boolean> {
  const seek = openSeek(parts, envelope);
  const status = typeof seek === "number" ? seek : await blocks(parts, seek, reader, form);
  await reader.send(numberField(1, status));
  return status === Status.SUCCESS;
}

async function blocks({ chain, msp }: DeliverParts, seek: Seek, reader: Reader, form: BlockForm): Promise<number> {
  for (let number = seek.from; number <= seek.to; number += 1) {
    if (number >= chain.height()) {
      if (!seek.follow) return Status.NOT_FOUND;
      await reached(chain, number, reader.gone);
      if (reader.gone.aborted) return Status.SERVICE_UNAVAILABLE;
    }
    // Checked for every block: a certificate can expire in between.
    if (msp.isExpired(seek.creator)) return Status.FORBIDDEN;
    const block = form(await chain.block(number));
    if (!block) return Status.BAD_REQUEST;
    if (!(await reader.send(block))) return Status.SERVICE_UNAVAILABLE;
  }
  return Status.SUCCESS;
}

function openSeek({ channel, msp, chain }: DeliverParts, bytes: Uint8Array): Seek | number {
  try {
    const envelope = common.Envelope.deserializeBinary(bytes);
    const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
    const header = payload.getHeader();
    if (!header) return Status.BAD_REQUEST;
    const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
    const creator = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()).getCreator_asU8();
    const sent = (channelHeader.getTimestamp()?.getSeconds() ?? 0) * 1_000;
    if (Math.abs(Date.now() - sent) > WINDOW_MS) return Status.BAD_REQUEST;
    if (channelHeader.getChannelId() !== channel) return Status.NOT_FOUND;
    const isAllowed = msp.isAuthor(creator, envelope.getPayload_asU8(), envelope.getSignature_asU8());
    if (!isAllowed) return Status.FORBIDDEN;
    return positions(SeekInfo.deserializeBinary(payload.getData_asU8()), creator, chain.height());
  } catch {
    return Status.BAD_REQUEST;
  }
}

function positions(info: InstanceType<typeof SeekInfo>, creator: Uint8Array, height: number): Seek | number {
  const start = info.getStart();
  const stop = info.getStop();
  if (!start || !stop) return Status.BAD_REQUEST;
  const from = positionOf(start, height);
  const to = positionOf(stop, height);
  if (from === undefined || to === undefined || to < from) return Status.BAD_REQUEST;
  if (start.hasSpecified() && from > height) return Status.NOT_FOUND;
  return { creator, from, to, follow: info.getBehavior() === SeekInfo.SeekBehavior.BLOCK_UNTIL_READY };
}

function positionOf(position: Position, height: number): number | undefined {
  if (position.hasOldest()) return 0;
  if (position.hasNewest()) return height - 1;
  if (position.hasNextCommit()) return height;
  return position.getSpecified()?.getNumber();
}
