// The gRPC methods that a Fabric client calls; messages stay bytes, so that blocks are never encoded twice.
import type { ServiceDefinition } from "@grpc/grpc-js";

const same = (bytes: Buffer): Buffer => bytes;
const method = (path: string, requestStream: boolean, responseStream: boolean) => ({
  path,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});

export const GATEWAY = {
  evaluate: method("/gateway.Gateway/Evaluate", false, false),
  endorse: method("/gateway.Gateway/Endorse", false, false),
  submit: method("/gateway.Gateway/Submit", false, false),
  commitStatus: method("/gateway.Gateway/CommitStatus", false, false),
  chaincodeEvents: method("/gateway.Gateway/ChaincodeEvents", false, true),
} satisfies ServiceDefinition;

export const DELIVER = {
  deliver: method("/protos.Deliver/Deliver", true, true),
  deliverFiltered: method("/protos.Deliver/DeliverFiltered", true, true),
  deliverWithPrivateData: method("/protos.Deliver/DeliverWithPrivateData", true, true),
} satisfies ServiceDefinition;
