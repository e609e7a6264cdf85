// The border's calls with the faults that a test armed. Carries nothing out itself, except that it signs garbage.
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { common } from "@hyperledger/fabric-protos";
import { signLowS } from "../platform/wallet.js";
import type { Signer } from "./block.js";
import type { BorderCalls } from "./border.js";
import type { Reader } from "./deliver.js";
import { Code, RpcError } from "./errors.js";
import type { Armed, CallFault, Delay, SubmitFault } from "./faults.js";
import type { Log } from "./log.js";
import { transactionIdOf } from "./proposal.js";
import { bytesField, numberField } from "./wire.js";

export interface FaultyParts {
  faults: Armed;
  channel: string;
  /** Who signs garbage: a member of the channel. */
  author: Signer;
  log: Log;
}

export function withFaults(calls: BorderCalls, parts: FaultyParts): BorderCalls {
  const { endorser, commitStatus, chaincodeEvents } = calls;
  const { faults } = parts;
  return {
    endorser: {
      evaluate: async (request) => {
        await meet(faults.take("evaluate"));
        return endorser.evaluate(request);
      },
      endorse: async (request) => {
        await meet(faults.take("endorse"));
        return endorser.endorse(request);
      },
    },
    orderer: { submit: faultySubmit(calls, parts) },
    commitStatus: async (signed, gone) => {
      await meet(faults.take("commitStatus"));
      return commitStatus(signed, gone);
    },
    deliver: faultyDeliver(calls, faults),
    chaincodeEvents,
  };
}

async function meet({ delay, refuse }: CallFault = {}): Promise<void> {
  if (delay !== undefined) await passed(delay);
  if (refuse) throw new RpcError(refuse.code, refuse.text, refuse.details);
}

const passed = (delay: Delay): Promise<unknown> =>
  typeof delay === "number" ? pause(delay, undefined, { ref: false }) : delay;

function faultySubmit(
  { orderer }: BorderCalls,
  { faults, channel, author, log }: FaultyParts,
): BorderCalls["orderer"]["submit"] {
  const againAfter = (delay: Delay, order: () => void | Promise<void>): void =>
    void passed(delay)
      .then(order)
      .catch((error: unknown) => log.warn({ error }, "second copy not ordered"));
  return async (asked, envelope, gone) => {
    const fault = faults.take("submit") ?? {};
    await meet(fault);
    const order = () => orderer.submit(asked, envelope, gone);
    if (fault.garbage) await orderer.submit(channel, garbage(author, channel, fault.garbage), gone);
    if (!fault.lose) await order();
    if (fault.again === 0) await order();
    else if (fault.again !== undefined) againAfter(fault.again, order);
    await acknowledge(fault, gone);
  };
}

async function acknowledge({ acknowledgement }: SubmitFault, gone: AbortSignal): Promise<void> {
  if (acknowledgement === undefined) return;
  if (acknowledgement === "none") await left(gone);
  // What a gateway says when the orderer's answer is lost: the same as when no orderer was reached.
  throw new RpcError(Code.UNAVAILABLE, "no orderers could successfully process transaction");
}

function faultyDeliver({ deliver }: BorderCalls, faults: Armed): BorderCalls["deliver"] {
  return async (envelope, reader, form) => {
    const cut = faults.cut();
    await meet(faults.take("deliver"));
    const faulty: Reader = {
      gone: AbortSignal.any([reader.gone, cut]),
      send: async (response) => !cut.aborted && reader.send(response),
    };
    const goesOn = await deliver(envelope, faulty, form);
    if (cut.aborted) throw new RpcError(Code.UNAVAILABLE, "the stream was cut");
    return goesOn;
  };
}

const left = (gone: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    gone.addEventListener("abort", () => resolve());
    if (gone.aborted) resolve();
  });

/** An envelope with good headers and signature; the transaction in it is whatever is given. */
function garbage({ creator, key }: Signer, channel: string, data: Uint8Array): InstanceType<typeof common.Envelope> {
  const nonce = randomBytes(24);
  const channelHeader = Buffer.concat([
    numberField(1, common.HeaderType.ENDORSER_TRANSACTION),
    bytesField(3, numberField(1, Math.floor(Date.now() / 1_000))),
    bytesField(4, channel),
    bytesField(5, transactionIdOf(nonce, creator)),
  ]);
  const signatureHeader = Buffer.concat([bytesField(1, creator), bytesField(2, nonce)]);
  const header = Buffer.concat([bytesField(1, channelHeader), bytesField(2, signatureHeader)]);
  const payload = Buffer.concat([bytesField(1, header), bytesField(2, data)]);
  const envelope = new common.Envelope();
  envelope.setPayload(payload);
  envelope.setSignature(signLowS(key, payload));
  return envelope;
}
