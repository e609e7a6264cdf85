// The real shim, and the message types of its own copy of the protocol: two copies in a process would overwrite each other.
import { createRequire } from "node:module";
import type * as protos from "@hyperledger/fabric-protos";

// The shim prints an error for every transaction that fails, and failing is what many runs are about.
process.env["CORE_CHAINCODE_LOGGING_LEVEL"] = "CRITICAL";

const require = createRequire(import.meta.url);
const ofShim = createRequire(require.resolve("fabric-shim"));

export const { peer, common, msp, ledger } = ofShim("@hyperledger/fabric-protos") as typeof protos;
interface ProtoTimestamp {
  setSeconds(seconds: number): void;
  setNanos(nanos: number): void;
}
const { Timestamp } = createRequire(ofShim.resolve("@hyperledger/fabric-protos"))(
  "google-protobuf/google/protobuf/timestamp_pb.js",
) as { Timestamp: new () => ProtoTimestamp };
type ChannelTimestamp = NonNullable<ReturnType<protos.common.ChannelHeader["getTimestamp"]>>;
/** Unix seconds, with a fraction, as a channel header holds them. */
export function timestamp(at: number): ChannelTimestamp {
  const made = new Timestamp();
  made.setSeconds(Math.floor(at));
  made.setNanos(Math.round((at % 1) * 1e9));
  return made as ChannelTimestamp;
}
export type Message = protos.peer.ChaincodeMessage;
export const Type = peer.ChaincodeMessage.Type;

/** The two ends of a conversation: gRPC's stream, or a pair in memory. */
export interface Wire {
  write(message: Message): unknown;
  on(name: "data", hear: (message: Message) => void): unknown;
  on(name: "end" | "error", hear: (error?: Error) => void): unknown;
  end(): unknown;
}

interface Handler {
  chat(first: Message): void;
}
interface HandlerModule {
  ChaincodeMessageHandler: new (wire: Wire, chaincode: object) => Handler;
}
export type Contracts = readonly (new () => object)[];
type ChaincodeFromContract = new (contracts: Contracts, serializers: object, metadata: object) => object;

const { ChaincodeMessageHandler } = ofShim("fabric-shim/lib/handler.js") as HandlerModule;
const FromContract = ofShim("fabric-shim/lib/contract-spi/chaincodefromcontract.js") as ChaincodeFromContract;
const { JSONSerializer } = ofShim("fabric-contract-api") as { JSONSerializer: unknown };

/** Lets the shim's own handler speak for the contracts at this end of a wire. */
export function serveContracts(contracts: Contracts, wire: Wire, packageId: string): void {
  const serializers = { transaction: "json", serializers: { json: JSONSerializer } };
  // The shim adds its own contract to the list.
  const chaincode = new FromContract([...contracts], serializers, {});
  const id = new peer.ChaincodeID();
  id.setName(packageId);
  const register = new peer.ChaincodeMessage();
  register.setType(Type.REGISTER);
  register.setPayload(id.serializeBinary());
  new ChaincodeMessageHandler(wire, chaincode).chat(register);
}
