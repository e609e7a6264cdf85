// Evaluate and endorse: checks a proposal, runs the chaincode on the committed state, signs what it did.
import type { KeyObject } from "node:crypto";
import { common, peer, type gateway } from "@hyperledger/fabric-protos";
import { signLowS } from "../platform/wallet.js";
import type { Chaincode } from "./chaincode.js";
import { STREAM_TERMINATED, type Completion, type Invocation } from "./chaincode-stream.js";
import type { Chain } from "./chain.js";
import { Code, RpcError } from "./errors.js";
import { historyOf } from "./history.js";
import type { Msp } from "./msp.js";
import { faultOf, isOutOfTime, openProposal, proposalHash, type Proposal } from "./proposal.js";
import { newSimulation } from "./simulation.js";
import type { State } from "./state.js";
import { bytesField } from "./wire.js";

export interface Endorser {
  evaluate(request: InstanceType<typeof gateway.EvaluateRequest>): Promise<Buffer>;
  endorse(request: InstanceType<typeof gateway.EndorseRequest>): Promise<Buffer>;
}

export interface EndorserParts {
  channel: string;
  chaincodeName: string;
  /** Version in the chaincode's definition. */
  version: string;
  mspId: string;
  msp: Msp;
  chain: Chain;
  chaincode: Chaincode;
  /** Answers proposals to the system chaincode qscc. */
  systemQuery: (proposal: Proposal) => Promise<Pick<Completion, "response">>;
  /** Runs every proposal twice and refuses it when the results differ, as two peers would find out. */
  endorseTwice: boolean;
  /** SerializedIdentity of the endorsing peer and its key. */
  creator: Buffer;
  key: KeyObject;
  /** Told of every endorsement, so that validation need not verify its own signature again. */
  endorsed: (payload: Buffer, signature: Buffer) => void;
}

const FIRST_BAD = 400;

export function newEndorser(parts: EndorserParts): Endorser {
  return {
    evaluate: async (request) => {
      checkTarget(parts, request.getChannelId(), request.getTargetOrganizationsList(), Code.FAILED_PRECONDITION);
      const proposal = openProposal(request.getProposedTransaction());
      const name = proposal.chaincode;
      if (proposal.channel !== parts.channel) throw noPeers(Code.UNAVAILABLE, name, proposal.channel);
      if (name !== parts.chaincodeName && name !== "qscc") {
        throw noPeers(Code.FAILED_PRECONDITION, name, proposal.channel);
      }
      accept(parts, proposal, evaluateFailed);
      const { response } =
        name === "qscc" ? await parts.systemQuery(proposal) : await run(parts, proposal, evaluateFailed);
      const text = chaincodeFault(response);
      if (text !== undefined) throw evaluateFailed(Code.UNKNOWN, text);
      return bytesField(1, response.serializeBinary());
    },
    endorse: async (request) => {
      const proposal = openProposal(request.getProposedTransaction());
      const { channel, chaincode } = proposal;
      if (channel !== parts.channel || chaincode !== parts.chaincodeName) throw noCombination(chaincode);
      checkTarget(parts, channel, request.getEndorsingOrganizationsList(), Code.UNAVAILABLE);
      accept(parts, proposal, endorseFailed);
      const state = parts.chain.state();
      const payload = await result(parts, proposal, state, endorseFailed);
      // One after the other: a chaincode process knows its running transactions by their ids.
      if (parts.endorseTwice && !payload.equals(await result(parts, proposal, state, endorsementsDiffer))) {
        throw endorsementsDiffer(Code.ABORTED, "ProposalResponsePayloads do not match");
      }
      return bytesField(1, endorsement(parts, proposal, payload));
    },
  };
}

type Failure = (code: number, text: string) => RpcError;

const evaluateFailed: Failure = (code, text) =>
  code === Code.ABORTED || code === Code.UNAVAILABLE
    ? new RpcError(code, "failed to evaluate transaction, see attached details for more info", [text])
    : new RpcError(code, `evaluate call to endorser returned error: ${text}`, [text]);

const endorseFailed: Failure = (_code, text) =>
  new RpcError(Code.ABORTED, "failed to endorse transaction, see attached details for more info", [text]);

const endorsementsDiffer: Failure = (_code, text) =>
  new RpcError(Code.ABORTED, "failed to collect enough transaction endorsements, see attached details for more info", [
    text,
  ]);

const noPeers = (code: number, chaincode: string, channel: string): RpcError =>
  new RpcError(code, `no peers available to evaluate chaincode ${chaincode} in channel ${channel}`);

const noCombination = (chaincode: string): RpcError =>
  new RpcError(
    Code.FAILED_PRECONDITION,
    "no combination of peers can be derived which satisfy the endorsement policy: " +
      `No metadata was found for chaincode ${chaincode} in this channel`,
  );

function checkTarget(parts: EndorserParts, channel: string, organizations: string[], code: number): void {
  const foreign = organizations.find((organization) => organization !== parts.mspId);
  if (foreign === undefined) return;
  const evaluating = `no peers available to evaluate chaincode in channel ${channel}`;
  const endorsing = `failed to find any endorsing peers for org(s): ${foreign}`;
  throw new RpcError(code, code === Code.UNAVAILABLE ? endorsing : evaluating);
}

// In a peer of Fabric 3 filters look at a proposal before the endorser does.
function accept({ msp, chain }: EndorserParts, proposal: Proposal, failed: Failure): void {
  if (msp.isExpired(proposal.creator)) throw failed(Code.UNAVAILABLE, "proposal client identity expired");
  if (isOutOfTime(proposal)) {
    const text = "request unauthorized due to incorrect timestamp: more than 15m0s from the peer's clock";
    throw failed(Code.UNAVAILABLE, text);
  }
  const fault = faultOf(proposal, msp, (txId) => chain.find(txId) !== undefined);
  if (fault !== undefined) throw failed(Code.FAILED_PRECONDITION, fault);
}

/** Runs the chaincode; a failure of the peer's own side is worded by the caller. */
async function run(
  parts: EndorserParts,
  proposal: Proposal,
  failed: Failure,
  simulation = newSimulation(parts.chain.state(), proposal.chaincode, proposal.txId),
): Promise<Completion> {
  const { txId, channel, chaincode, input, bytes } = proposal;
  const height = parts.chain.height();
  const history: Invocation["history"] = (key) => historyOf(parts.chain, height, { namespace: chaincode, key });
  try {
    return await parts.chaincode.execute({ txId, channel, chaincode, input, proposal: bytes, simulation, history });
  } catch (error) {
    const text = error instanceof Error ? error.message : STREAM_TERMINATED;
    throw failed(Code.ABORTED, `error in simulation: failed to execute transaction ${txId}: ${text}`);
  }
}

/** ProposalResponsePayload bytes: what one run on this state did. */
async function result(parts: EndorserParts, proposal: Proposal, state: State, failed: Failure): Promise<Buffer> {
  const simulation = newSimulation(state, proposal.chaincode, proposal.txId);
  const completion = await run(parts, proposal, failed, simulation);
  const text = chaincodeFault(completion.response);
  if (text !== undefined) throw failed(Code.UNKNOWN, text);
  const action = new peer.ChaincodeAction();
  action.setResults(simulation.readWriteSet());
  action.setEvents(eventOf(proposal, completion));
  action.setResponse(completion.response);
  const id = new peer.ChaincodeID();
  id.setName(proposal.chaincode);
  id.setVersion(parts.version);
  action.setChaincodeId(id);
  const { channelHeader, signatureHeader, publicPayload } = proposal;
  return Buffer.concat([
    bytesField(1, proposalHash(channelHeader, signatureHeader, publicPayload)),
    bytesField(2, action.serializeBinary()),
  ]);
}

function chaincodeFault(response: Completion["response"]): string | undefined {
  const status = response.getStatus();
  if (status >= 200 && status < FIRST_BAD) return undefined;
  return `chaincode response ${status}, ${response.getMessage()}`;
}

/** The prepared transaction: an unsigned Envelope with one action and this peer's endorsement. */
function endorsement(parts: EndorserParts, proposal: Proposal, payload: Buffer): Buffer {
  const { channelHeader, signatureHeader, publicPayload } = proposal;
  const signature = signLowS(parts.key, Buffer.concat([payload, parts.creator]));
  parts.endorsed(payload, signature);
  // ChaincodeActionPayload{payload, ChaincodeEndorsedAction{payload, Endorsement{endorser, signature}}}
  const endorser = Buffer.concat([bytesField(1, parts.creator), bytesField(2, signature)]);
  const endorsed = Buffer.concat([bytesField(1, payload), bytesField(2, endorser)]);
  const actionPayload = Buffer.concat([bytesField(1, publicPayload), bytesField(2, endorsed)]);
  const transaction = bytesField(1, Buffer.concat([bytesField(1, signatureHeader), bytesField(2, actionPayload)]));
  const header = Buffer.concat([bytesField(1, channelHeader), bytesField(2, signatureHeader)]);
  const envelope = new common.Envelope();
  envelope.setPayload(Buffer.concat([bytesField(1, header), bytesField(2, transaction)]));
  return Buffer.from(envelope.serializeBinary());
}

// Chaincode and transaction id of an event are the peer's to set, never the chaincode's.
function eventOf({ chaincode, txId }: Proposal, { event }: Completion): Uint8Array {
  if (!event) return new Uint8Array();
  event.setChaincodeId(chaincode);
  event.setTxId(txId);
  return event.serializeBinary();
}
