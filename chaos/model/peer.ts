// A peer without a channel: speaks the shim's protocol over a wire, simulates against a state in memory, commits what succeeded.
// As in Fabric a transaction sees none of its own writes. It checks no signature.
import { createHash, randomBytes } from "node:crypto";
import { common, ledger, msp, peer, timestamp, Type, type Message, type Wire } from "./shim.js";
import type { Signer } from "./signers.js";

/** A way to a chaincode. */
export interface Connected {
  readonly wire: Wire;
  close(): Promise<void>;
}

export interface Call {
  readonly name: string;
  readonly args: readonly string[];
  readonly signer: Signer;
  /** Unix seconds, with a fraction if wanted. */
  readonly at: number;
  /** Hex; by chance where none is given. */
  readonly txId?: string;
}

export interface Simulated {
  readonly txId: string;
  readonly status: number;
  readonly message: string;
  readonly payload: string;
  readonly event: { readonly name: string; readonly payload: string } | undefined;
  /** Keys asked for, in order; ranges as `from..to`. */
  readonly reads: readonly string[];
  /** Last write of each key in the order of the first; null = deleted. */
  readonly writes: ReadonlyMap<string, string | null>;
}

export interface TestPeer {
  /** The committed state: JSON text by key. */
  readonly state: Map<string, string>;
  /** Runs a call and commits nothing. */
  simulate(call: Call): Promise<Simulated>;
  /** Runs a call and commits its writes if it succeeded. */
  submit(call: Call): Promise<Simulated>;
  close(): Promise<void>;
}

interface Running {
  reads: string[];
  writes: Map<string, string | null>;
  pages: Map<string, [string, string][]>;
  end(message: Message): void;
}

export async function startPeer({ wire, close }: Connected): Promise<TestPeer> {
  const state = new Map<string, string>();
  const running = new Map<string, Running>();
  await registered(wire, (message) => {
    const run = running.get(message.getTxid());
    if (!run) return;
    const type = message.getType();
    if (type === Type.COMPLETED || type === Type.ERROR) run.end(message);
    else wire.write(reply(message, answer(state, run, message)));
  });

  const simulate = async (call: Call): Promise<Simulated> => {
    const [txId, request] = transaction(call);
    const run = { reads: [] as string[], writes: new Map<string, string | null>(), pages: new Map() };
    const last = await new Promise<Message>((end) => {
      running.set(txId, { ...run, end });
      wire.write(request);
    });
    running.delete(txId);
    if (last.getType() === Type.ERROR) throw new Error(Buffer.from(last.getPayload_asU8()).toString());
    const response = peer.Response.deserializeBinary(last.getPayload_asU8());
    const event = last.getChaincodeEvent();
    const { reads, writes } = run;
    return {
      ...{ txId, status: response.getStatus(), message: response.getMessage(), reads, writes },
      payload: Buffer.from(response.getPayload_asU8()).toString(),
      event: event && { name: event.getEventName(), payload: Buffer.from(event.getPayload_asU8()).toString() },
    };
  };
  const submit = async (call: Call) => {
    const result = await simulate(call);
    if (result.status === 200) commit(state, result.writes);
    return result;
  };
  return { state, simulate, submit, close };
}

export function commit(state: Map<string, string>, writes: Simulated["writes"]): void {
  for (const [key, value] of writes)
    if (value === null) state.delete(key);
    else state.set(key, value);
}

/** The chaincode speaks first; then REGISTERED and READY. */
function registered(wire: Wire, hear: (message: Message) => void): Promise<void> {
  return new Promise((resolve) => {
    let ready = false;
    wire.on("data", (message) => {
      if (ready) return hear(message);
      ready = message.getType() === Type.REGISTER;
      for (const type of [Type.REGISTERED, Type.READY]) wire.write(messageOf(type, "", new Uint8Array()));
      resolve();
    });
  });
}

function messageOf(type: Message["getType"] extends () => infer T ? T : never, txId: string, payload: Uint8Array) {
  const message = new peer.ChaincodeMessage();
  message.setType(type);
  message.setTxid(txId);
  message.setChannelId("gx");
  message.setPayload(payload);
  return message;
}

const reply = (message: Message, payload: Uint8Array): Message => messageOf(Type.RESPONSE, message.getTxid(), payload);

// ---------------------------------------------------------------- what the chaincode asks for

function answer(state: Map<string, string>, run: Running, message: Message): Uint8Array {
  const payload = message.getPayload_asU8();
  const type: number = message.getType();
  switch (type) {
    case Type.GET_STATE: {
      const key = peer.GetState.deserializeBinary(payload).getKey();
      run.reads.push(key);
      return Buffer.from(state.get(key) ?? "");
    }
    case Type.PUT_STATE: {
      const put = peer.PutState.deserializeBinary(payload);
      run.writes.set(put.getKey(), Buffer.from(put.getValue_asU8()).toString());
      return new Uint8Array();
    }
    case Type.DEL_STATE:
      run.writes.set(peer.DelState.deserializeBinary(payload).getKey(), null);
      return new Uint8Array();
    case Type.GET_STATE_BY_RANGE: {
      const range = peer.GetStateByRange.deserializeBinary(payload);
      const [from, to] = [range.getStartkey(), range.getEndkey()];
      run.reads.push(`${from}..${to}`);
      const id = String(run.pages.size);
      run.pages.set(id, [...state].filter(([key]) => key >= from && key < to).sort(byKey));
      return page(run, id);
    }
    case Type.QUERY_STATE_NEXT:
      return page(run, peer.QueryStateNext.deserializeBinary(payload).getId());
    case Type.QUERY_STATE_CLOSE:
      return new peer.QueryResponse().serializeBinary();
    default:
      throw new Error(`this peer does not know message type ${type}`);
  }
}

const byKey = ([a]: [string, string], [b]: [string, string]) => (a < b ? -1 : 1);

/** A peer hands out 100 rows at a time. */
function page(run: Running, id: string): Uint8Array {
  const left = run.pages.get(id) ?? [];
  const response = new peer.QueryResponse();
  response.setId(id);
  for (const [key, value] of left.splice(0, 100)) {
    const row = new ledger.queryresult.KV();
    row.setKey(key);
    row.setValue(Buffer.from(value));
    const bytes = new peer.QueryResultBytes();
    bytes.setResultbytes(row.serializeBinary());
    response.addResults(bytes);
  }
  response.setHasMore(left.length > 0);
  return response.serializeBinary();
}

// ---------------------------------------------------------------- the proposal

function transaction({ name, args, signer, at, txId: given }: Call): [string, Message] {
  const creator = new msp.SerializedIdentity();
  creator.setMspid(signer.mspId);
  creator.setIdBytes(Buffer.from(signer.certificate));
  const nonce = randomBytes(24);
  const txId = given ?? createHash("sha256").update(nonce).update(creator.serializeBinary()).digest("hex");

  const signature = new common.SignatureHeader();
  signature.setCreator(creator.serializeBinary());
  signature.setNonce(nonce);
  const channel = new common.ChannelHeader();
  channel.setType(common.HeaderType.ENDORSER_TRANSACTION);
  channel.setTxId(txId);
  channel.setChannelId("gx");
  channel.setTimestamp(timestamp(at));
  const header = new common.Header();
  header.setChannelHeader(channel.serializeBinary());
  header.setSignatureHeader(signature.serializeBinary());

  const input = new peer.ChaincodeInput();
  input.setArgsList([name, ...args].map((text) => Buffer.from(text)));
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(input.serializeBinary());
  const proposal = new peer.Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(payload.serializeBinary());
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  const message = messageOf(Type.TRANSACTION, txId, input.serializeBinary());
  message.setProposal(signed);
  return [txId, message];
}
