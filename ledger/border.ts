// The gRPC border: methods, bytes in, bytes out, errors as gRPC statuses with Fabric's details. The only user of a server.
import {
  Metadata,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { gateway } from "@hyperledger/fabric-protos";
import type { ChaincodeEvents } from "./chaincode-events.js";
import type { CommitStatus } from "./commitstatus.js";
import type { Deliver, Reader } from "./deliver.js";
import type { Endorser } from "./endorser.js";
import { Code, ledgerFault, RpcError } from "./errors.js";
import type { Log } from "./log.js";
import { DELIVER, GATEWAY } from "./methods.js";
import type { Orderer } from "./orderer.js";
import { isTaken } from "./ports.js";
import { blockWithPrivateData, filteredBlock, wholeBlock, type BlockForm } from "./shown-block.js";
import { bufferOf, bytesField, numberField } from "./wire.js";

/** Who answers the calls. */
export interface BorderCalls {
  endorser: Endorser;
  orderer: {
    submit(...asked: [...Parameters<Orderer["submit"]>, gone: AbortSignal]): void | Promise<void>;
  };
  commitStatus: CommitStatus;
  deliver: Deliver;
  chaincodeEvents: ChaincodeEvents;
}

export interface BorderParts extends BorderCalls {
  host: string;
  port: number;
  certificate: string;
  key: string;
  mspId: string;
  log: Log;
}

export interface Border {
  port: number;
  /** Lets calls end for a moment, then ends them. */
  close(): Promise<void>;
}

// A peer's default limits.
const MOST_CALLS = 500;
const MOST_BYTES = 100 << 20;
const DRAIN_MS = 500;

type Answer = (request: Buffer, gone: AbortSignal) => Promise<Uint8Array> | Uint8Array;
const EMPTY = Buffer.alloc(0);

/** Listens with TLS. @throws GxError LEDGER when the port is taken. */
export async function openBorder(given: BorderParts): Promise<Border> {
  const parts = { ...given };
  const server = new Server({
    "grpc.max_receive_message_length": MOST_BYTES,
    "grpc.max_send_message_length": -1,
    "grpc-node.max_session_memory": 100,
  });
  const closing = new AbortController();
  server.addService(GATEWAY, gatewayCalls(parts, closing.signal));
  server.addService(DELIVER, deliverCalls(parts, closing.signal));
  const pair = { private_key: Buffer.from(parts.key), cert_chain: Buffer.from(parts.certificate) };
  parts.port = await bind(server, parts, ServerCredentials.createSsl(null, [pair]));
  return {
    port: parts.port,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        const timer = setTimeout(() => server.forceShutdown(), DRAIN_MS);
        server.tryShutdown(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

function gatewayCalls(parts: BorderParts, closing: AbortSignal): UntypedServiceImplementation {
  const { endorser, orderer, commitStatus, chaincodeEvents } = parts;
  const { unary, stream } = limited(parts, closing);
  return {
    evaluate: unary((request) => endorser.evaluate(gateway.EvaluateRequest.deserializeBinary(request))),
    endorse: unary((request) => endorser.endorse(gateway.EndorseRequest.deserializeBinary(request))),
    submit: unary(async (bytes, gone) => {
      const request = gateway.SubmitRequest.deserializeBinary(bytes);
      await orderer.submit(request.getChannelId(), request.getPreparedTransaction(), gone);
      return EMPTY;
    }),
    commitStatus: unary((request, gone) =>
      commitStatus(gateway.SignedCommitStatusRequest.deserializeBinary(request), gone),
    ),
    chaincodeEvents: stream((request, reader) =>
      chaincodeEvents(gateway.SignedChaincodeEventsRequest.deserializeBinary(request), reader),
    ),
  };
}

type UnaryCall = (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => void;
type StreamCall = (call: ServerWritableStream<Buffer, Buffer>) => void;

interface Limited {
  unary(answer: Answer): UnaryCall;
  stream(answer: (request: Buffer, reader: Reader) => Promise<void>): StreamCall;
}

/** All calls of the gateway service share one limit, as on a peer. */
function limited(parts: BorderParts, closing: AbortSignal): Limited {
  let calls = 0;
  const counted = async <T>(answer: () => Promise<T> | T): Promise<T> => {
    if (calls >= MOST_CALLS) {
      const text = `too many requests for /gateway.Gateway, exceeding concurrency limit (${MOST_CALLS})`;
      throw new RpcError(Code.UNKNOWN, text);
    }
    calls += 1;
    try {
      return await answer();
    } finally {
      calls -= 1;
    }
  };
  return {
    unary: (answer) => (call, done) => {
      const gone = new AbortController();
      // A reason of our own: the default one builds an exception with its stack for every call.
      call.once("cancelled", () => gone.abort("gone"));
      counted(() => answer(call.request, gone.signal)).then(
        (response) => done(null, bufferOf(response)),
        (error: unknown) => done(statusOf(parts, error)),
      );
    },
    stream: (answer) => (call) => {
      const reader = readerOf(call, closing);
      counted(() => answer(call.request, reader)).then(
        () => call.end(),
        (error: unknown) => call.emit("error", statusOf(parts, error)),
      );
    },
  };
}

function deliverCalls(parts: BorderParts, closing: AbortSignal): UntypedServiceImplementation {
  const stream = (form: BlockForm) => (call: ServerDuplexStream<Buffer, Buffer>) =>
    serveStream(parts, call, closing, form);
  return {
    deliver: stream(wholeBlock),
    deliverFiltered: stream(filteredBlock),
    deliverWithPrivateData: stream(blockWithPrivateData),
  };
}

function serveStream(
  parts: BorderParts,
  call: ServerDuplexStream<Buffer, Buffer>,
  closing: AbortSignal,
  form: BlockForm,
): void {
  const reader = readerOf(call, closing);
  let turn = Promise.resolve(true);
  call.on("data", (envelope: Buffer) => {
    turn = turn.then((goesOn) => goesOn && parts.deliver(envelope, reader, form));
    turn.then(
      (goesOn) => goesOn || call.end(),
      (error: unknown) => call.emit("error", statusOf(parts, error)),
    );
  });
  call.on("end", () => void turn.then(() => call.end()));
}

type StreamOut = ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

/** Who reads a stream; gone when it left or the border closes. */
function readerOf(call: StreamOut, closing: AbortSignal): Reader {
  const left = new AbortController();
  call.once("cancelled", () => left.abort());
  call.once("close", () => left.abort());
  call.on("error", () => left.abort());
  const gone = AbortSignal.any([left.signal, closing]);
  return { gone, send: (response) => written(call, response, gone) };
}

/** Writes and waits while the reader is slow. */
async function written(call: StreamOut, response: Buffer, gone: AbortSignal): Promise<boolean> {
  if (call.cancelled || call.destroyed) return false;
  if (call.write(response)) return true;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      call.off("drain", go);
      gone.removeEventListener("abort", go);
      resolve();
    };
    call.on("drain", go);
    gone.addEventListener("abort", go);
    if (gone.aborted) go();
  });
  return !gone.aborted;
}

function statusOf(
  { mspId, port, log }: BorderParts,
  error: unknown,
): { code: number; details: string; metadata: Metadata } {
  const metadata = new Metadata();
  if (!(error instanceof RpcError)) {
    log.error({ error }, "call failed");
    return { code: Code.INTERNAL, details: error instanceof Error ? error.message : String(error), metadata };
  }
  if (error.details.length > 0) {
    // google.rpc.Status{code, message, details: Any{type_url, gateway.ErrorDetail{address, msp_id, message}}}
    const details = error.details.map((text) => {
      const detail = Buffer.concat([bytesField(1, `127.0.0.1:${port}`), bytesField(2, mspId), bytesField(3, text)]);
      return bytesField(
        3,
        Buffer.concat([bytesField(1, "type.googleapis.com/gateway.ErrorDetail"), bytesField(2, detail)]),
      );
    });
    const status = Buffer.concat([numberField(1, error.code), bytesField(2, error.message), ...details]);
    metadata.set("grpc-status-details-bin", status);
  }
  return { code: error.code, details: error.message, metadata };
}

async function bind(server: Server, { host, port }: BorderParts, credentials: ServerCredentials): Promise<number> {
  if (port !== 0 && (await isTaken(port))) {
    throw ledgerFault(`the ledger cannot listen on ${host}:${port}: another program holds the port`);
  }
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, credentials, (error, bound) => {
      if (error) reject(ledgerFault(`the ledger cannot listen on ${host}:${port}: ${error.message}`, error));
      else resolve(bound);
    });
  });
}
