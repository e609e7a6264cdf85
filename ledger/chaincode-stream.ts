// The peer's side of the shim protocol over one stream: starts transactions, answers their state requests.
// Never sends KEEPALIVE: fabric-shim 2.5 ends its process on it.
import type { ClientDuplexStream } from "@grpc/grpc-js";
import { peer } from "@hyperledger/fabric-protos";
import type { RangePage, Simulation } from "./simulation.js";
import { bytesField, numberField } from "./wire.js";

const { ChaincodeMessage } = peer;
const { Type } = ChaincodeMessage;
type Message = InstanceType<typeof ChaincodeMessage>;

export const STREAM_TERMINATED = "chaincode stream terminated";

export interface Invocation {
  txId: string;
  channel: string;
  chaincode: string;
  /** ChaincodeInput bytes. */
  input: Uint8Array;
  /** SignedProposal bytes: creator, transient data and time come from it. */
  proposal: Uint8Array;
  simulation: Simulation;
  /** KeyModification bytes of every committed write of a key, newest first. */
  history: (key: string) => Promise<readonly Buffer[]>;
}

export interface Completion {
  response: InstanceType<typeof peer.Response>;
  event: InstanceType<typeof peer.ChaincodeEvent> | undefined;
}

export interface ChaincodeStream {
  /** @throws when the chaincode fails below its contract, the time is over, or the stream ends. */
  execute(invocation: Invocation, timeoutMs: number): Promise<Completion>;
}

interface Running extends Pick<Invocation, "simulation" | "history"> {
  resolve(completion: Completion): void;
  reject(error: Error): void;
}

/** Resolves when the chaincode has registered as `chaincodeId` and was told that it may start. */
export function converse(stream: ClientDuplexStream<Buffer, Buffer>, chaincodeId: string): Promise<ChaincodeStream> {
  const running = new Map<string, Running>();
  return new Promise((registered, refused) => {
    const lost = (): void => {
      for (const run of running.values()) run.reject(new Error(STREAM_TERMINATED));
      running.clear();
      refused(new Error("connection refused"));
    };
    stream.on("data", (bytes: Buffer) => {
      const message = ChaincodeMessage.deserializeBinary(bytes);
      if (message.getType() !== Type.REGISTER) return hear(stream, running, message);
      const id = peer.ChaincodeID.deserializeBinary(message.getPayload_asU8()).getName();
      if (id !== chaincodeId) return refused(new Error(`chaincode registered as ${id}, expected ${chaincodeId}`));
      stream.write(numberField(1, Type.REGISTERED));
      stream.write(numberField(1, Type.READY));
      registered({ execute: (invocation, timeoutMs) => execute(stream, running, invocation, timeoutMs) });
    });
    stream.on("error", lost).on("end", lost).on("close", lost);
  });
}

async function execute(
  stream: ClientDuplexStream<Buffer, Buffer>,
  running: Map<string, Running>,
  invocation: Invocation,
  timeoutMs: number,
): Promise<Completion> {
  const { txId, channel, simulation, history } = invocation;
  if (running.has(txId)) throw new Error(`txid: ${txId}(${channel}) exists`);
  if (stream.destroyed) throw new Error(STREAM_TERMINATED);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Completion>((resolve, reject) => {
      running.set(txId, { simulation, history, resolve, reject });
      timer = setTimeout(() => reject(new Error("timeout expired while executing transaction")), timeoutMs);
      const proposal = bytesField(5, invocation.proposal);
      stream.write(Buffer.concat([envelope(Type.TRANSACTION, txId, channel, invocation.input), proposal]));
    });
  } finally {
    clearTimeout(timer);
    running.delete(txId);
  }
}

function hear(stream: ClientDuplexStream<Buffer, Buffer>, running: Map<string, Running>, message: Message): void {
  const run = running.get(message.getTxid());
  const type = message.getType();
  const payload = message.getPayload_asU8();
  if (type === Type.COMPLETED) {
    run?.resolve({ response: peer.Response.deserializeBinary(payload), event: message.getChaincodeEvent() });
  } else if (type === Type.ERROR) {
    run?.reject(new Error(`transaction returned with failure: ${Buffer.from(payload).toString()}`));
  } else {
    void answer(run, message).then((response) => stream.destroyed || stream.write(response));
  }
}

/** RESPONSE to a state request, or ERROR with the text that a peer gives. Never rejects. */
async function answer(run: Running | undefined, message: Message): Promise<Buffer> {
  const [type, txId, channel] = [message.getType(), message.getTxid(), message.getChannelId()];
  try {
    if (!run) throw new Error("no ledger context");
    const request = requests[type];
    if (!request) throw new Error("not emulated by the development ledger");
    return envelope(Type.RESPONSE, txId, channel, await request(run, message.getPayload_asU8()));
  } catch (error) {
    const name = Object.entries(Type).find(([, number]) => number === type)?.[0] ?? String(type);
    const text = `${name} failed: transaction ID: ${txId}: ${error instanceof Error ? error.message : String(error)}`;
    return envelope(Type.ERROR, txId, channel, Buffer.from(text));
  }
}

type Request = (run: Running, payload: Uint8Array) => Buffer | Promise<Buffer>;
const DONE = Buffer.alloc(0);

const requests: Record<number, Request> = {
  [Type.GET_STATE]: ({ simulation }, payload) => {
    const request = peer.GetState.deserializeBinary(payload);
    return simulation.get(publicKey(request));
  },
  [Type.PUT_STATE]: ({ simulation }, payload) => {
    const request = peer.PutState.deserializeBinary(payload);
    // A copy: the bytes are a view of the whole message.
    simulation.put(publicKey(request), Buffer.from(request.getValue_asU8()));
    return DONE;
  },
  [Type.DEL_STATE]: ({ simulation }, payload) => {
    simulation.delete(publicKey(peer.DelState.deserializeBinary(payload)));
    return DONE;
  },
  [Type.GET_STATE_BY_RANGE]: ({ simulation }, payload) => {
    const request = peer.GetStateByRange.deserializeBinary(payload);
    if (request.getCollection() !== "") throw privateData();
    const metadata = peer.QueryMetadata.deserializeBinary(request.getMetadata_asU8());
    const [start, end, size] = [request.getStartkey(), request.getEndkey(), metadata.getPagesize()];
    if (size === 0 && metadata.getBookmark() === "") return queryResponse(simulation.openRange(start, end));
    const page = simulation.page(metadata.getBookmark() || start, end, size);
    return Buffer.concat([queryResponse(page), bytesField(4, pageMetadata(page.results.length, page.bookmark))]);
  },
  [Type.QUERY_STATE_NEXT]: ({ simulation }, payload) =>
    queryResponse(simulation.nextPage(peer.QueryStateNext.deserializeBinary(payload).getId())),
  [Type.QUERY_STATE_CLOSE]: ({ simulation }, payload) => {
    const id = peer.QueryStateClose.deserializeBinary(payload).getId();
    simulation.closeRange(id);
    return queryResponse({ id, results: [], hasMore: false });
  },
  [Type.GET_HISTORY_FOR_KEY]: async ({ history }, payload) => {
    const rows = await history(peer.GetHistoryForKey.deserializeBinary(payload).getKey());
    return Buffer.concat([...rows.map(row), bytesField(3, "history")]);
  },
  [Type.GET_QUERY_RESULT]: () => {
    throw new Error("ExecuteQuery not supported for leveldb");
  },
};

function publicKey(request: { getKey(): string; getCollection(): string }): string {
  if (request.getCollection() !== "") throw privateData();
  return request.getKey();
}

const privateData = (): Error => new Error("private data is not emulated by the development ledger");

// QueryResponse{results{resultBytes = KV{namespace, key, value}}, has_more, id, metadata}
function queryResponse({ id, results, hasMore }: RangePage): Buffer {
  const rows = results.map(([key, value]) => row(Buffer.concat([bytesField(2, key), bytesField(3, value)])));
  return Buffer.concat([...rows, numberField(2, hasMore ? 1 : 0), bytesField(3, id)]);
}

const row = (result: Buffer): Buffer => bytesField(1, bytesField(1, result));

// QueryResponseMetadata{fetched_records_count, bookmark}
const pageMetadata = (count: number, bookmark: string): Buffer =>
  Buffer.concat([numberField(1, count), bytesField(2, bookmark)]);

// ChaincodeMessage{type, payload, txid, channel_id}
const envelope = (type: number, txId: string, channel: string, payload: Uint8Array): Buffer =>
  Buffer.concat([numberField(1, type), bytesField(3, payload), bytesField(4, txId), bytesField(7, channel)]);
