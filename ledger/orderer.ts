// The orderer: takes signed envelopes, cuts them into blocks, hands these to the chain one after the other.
// Looks at size, creator and signature only; never at endorsements, versions or duplicates (ledger.md 1.5, 1.9).
import { common } from "@hyperledger/fabric-protos";
import type { Chain } from "./chain.js";
import { newCutter, type BatchRules } from "./cutter.js";
import { Code, RpcError } from "./errors.js";
import type { Log } from "./log.js";
import type { Msp } from "./msp.js";
import type { Ordered } from "./validator.js";

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
  let failed = false;

  // After a failed write the file may end in a part of a block: nothing may be written behind it.
  const append = async (batch: Ordered[]): Promise<void> => {
    if (failed) return;
    try {
      await chain.append(batch);
    } catch (error) {
      failed = true;
      open = false;
      log.error({ error }, "block not written");
      onFailure(error);
    }
  };
  const write = (batch: Ordered[]): void => {
    if (batch.length > 0) writing = writing.then(() => append(batch));
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
      if (batches.length > 0) {
        clearTimeout(timer);
        timer = undefined;
      }
      if (pending) timer ??= setTimeout(cut, rules.batchTimeoutMs);
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
  const { creator, type } = headersOf(envelope);
  if (msp.isExpired(creator)) throw refused("BAD_REQUEST", "broadcast client identity expired");
  const most = rules.absoluteMaxBytes;
  if (bytes.length > most) {
    throw refused("BAD_REQUEST", `message payload is ${bytes.length} bytes and exceeds maximum allowed ${most} bytes`);
  }
  if (type === common.HeaderType.CONFIG_UPDATE || type === common.HeaderType.CONFIG) {
    throw refused("NOT_IMPLEMENTED", "configuration updates are not part of the development ledger");
  }
  if (!msp.isAuthor(creator, envelope.getPayload_asU8(), envelope.getSignature_asU8())) {
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
