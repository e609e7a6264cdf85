// The orderer: takes signed envelopes, cuts them into blocks, hands these to the chain one after the other.
// Looks at size, creator and signature only; never at endorsements, versions or duplicates (ledger.md 1.5, 1.9).
import { common } from "@hyperledger/fabric-protos";
import type { Chain } from "./chain.js";
import { Code, RpcError } from "./errors.js";
import type { Log } from "./log.js";
import type { Msp } from "./msp.js";
import type { Ordered } from "./validator.js";

export interface BatchRules {
  batchTimeoutMs: number;
  maxMessageCount: number;
  preferredMaxBytes: number;
  absoluteMaxBytes: number;
}

export interface Orderer {
  /** Queues an envelope. Returning means accepted, not committed. @throws RpcError */
  submit(channel: string, envelope: InstanceType<typeof common.Envelope> | undefined): void;
  /** Commits what is queued and takes nothing more. */
  drain(): Promise<void>;
}

export interface OrdererParts {
  channel: string;
  rules: BatchRules;
  msp: Msp;
  chain: Pick<Chain, "append">;
  log: Log;
  /** The chain cannot be written: nothing can go on. */
  onFailure: (error: unknown) => void;
}

export function newOrderer({ channel, rules, msp, chain, log, onFailure }: OrdererParts): Orderer {
  const cutter = newCutter(rules);
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  let open = true;

  const write = (batch: Ordered[]): void => {
    if (batch.length === 0) return;
    writing = writing.then(async () => {
      try {
        await chain.append(batch);
      } catch (error) {
        open = false;
        log.error({ err: error }, "block not written");
        onFailure(error);
      }
    });
  };
  const cut = (): void => {
    timer = undefined;
    write(cutter.cut());
  };

  return {
    submit: (asked, envelope) => {
      if (!open) throw new RpcError(Code.UNAVAILABLE, "no orderers could successfully process transaction");
      if (asked !== channel) throw new RpcError(Code.FAILED_PRECONDITION, `channel ${asked} does not exist`);
      const { batches, pending } = cutter.add(accepted(envelope, rules, msp));
      batches.forEach(write);
      if (pending && batches.length === 0) timer ??= setTimeout(cut, rules.batchTimeoutMs);
      else {
        clearTimeout(timer);
        timer = pending ? setTimeout(cut, rules.batchTimeoutMs) : undefined;
      }
    },
    drain: async () => {
      open = false;
      clearTimeout(timer);
      cut();
      await writing;
    },
  };
}

function accepted(envelope: InstanceType<typeof common.Envelope> | undefined, rules: BatchRules, msp: Msp): Ordered {
  if (!envelope) throw new RpcError(Code.INVALID_ARGUMENT, "a prepared transaction is required");
  if (envelope.getSignature_asU8().length === 0) {
    throw new RpcError(Code.INVALID_ARGUMENT, "prepared transaction must be signed");
  }
  const bytes = Buffer.from(envelope.serializeBinary());
  const most = rules.absoluteMaxBytes;
  if (bytes.length > most) {
    throw refused("BAD_REQUEST", `message payload is ${bytes.length} bytes and exceeds maximum allowed ${most} bytes`);
  }
  const { creator, type } = headersOf(envelope);
  if (type === common.HeaderType.CONFIG_UPDATE || type === common.HeaderType.CONFIG) {
    throw refused("NOT_IMPLEMENTED", "configuration updates are not part of the development ledger");
  }
  const member = msp.member(creator);
  if (!member || !msp.signed(member, envelope.getPayload_asU8(), envelope.getSignature_asU8())) {
    throw refused(
      "FORBIDDEN",
      "implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Writers' sub-policies to be satisfied: permission denied",
    );
  }
  return { bytes, verified: true };
}

function headersOf(envelope: InstanceType<typeof common.Envelope>): { creator: Uint8Array; type: number } {
  try {
    const header = common.Payload.deserializeBinary(envelope.getPayload_asU8()).getHeader();
    if (!header) throw new Error("no header");
    return {
      creator: common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()).getCreator_asU8(),
      type: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()).getType(),
    };
  } catch {
    throw refused("BAD_REQUEST", "the envelope's headers cannot be read");
  }
}

const refused = (status: string, info: string): RpcError =>
  new RpcError(Code.ABORTED, `received unsuccessful response from orderer: status=${status}, info=${info}`);

export interface Cutter {
  /** Batches that are full now, in order; `pending` = something waits for the timer. */
  add(message: Ordered): { batches: Ordered[][]; pending: boolean };
  /** What waits, as the last batch. */
  cut(): Ordered[];
}

/** Fabric's block cutter: by count, by preferred size, a bigger message alone. */
export function newCutter({ maxMessageCount, preferredMaxBytes }: BatchRules): Cutter {
  let waiting: Ordered[] = [];
  let size = 0;
  const cut = (): Ordered[] => {
    const batch = waiting;
    waiting = [];
    size = 0;
    return batch;
  };
  return {
    cut,
    add: (message) => {
      const { length } = message.bytes;
      const batches: Ordered[][] = [];
      if (length > preferredMaxBytes) {
        if (waiting.length > 0) batches.push(cut());
        batches.push([message]);
        return { batches, pending: false };
      }
      if (waiting.length > 0 && size + length > preferredMaxBytes) batches.push(cut());
      waiting.push(message);
      size += length;
      if (waiting.length >= maxMessageCount) batches.push(cut());
      return { batches, pending: waiting.length > 0 };
    },
  };
}
