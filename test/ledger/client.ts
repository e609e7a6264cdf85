// What the ledger's tests call a network with: the unmodified client library over one connection per identity.
import { readFileSync } from "node:fs";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { connect, GatewayError, hash, type Contract, type Gateway, type Network } from "@hyperledger/fabric-gateway";
import { signLowS, type Identity } from "../../platform/wallet.js";
import { tlsRootsOf, type Profile } from "../../platform/profile.js";

export interface Connection {
  client: Client;
  gateway: Gateway;
  network: Network;
  contract: Contract;
  /** Name of the chaincode. */
  chaincode: string;
  /** Evaluates and gives the answer as text. */
  ask(name: string, ...args: string[]): Promise<string>;
  close(): void;
}

export type Sign = (message: Uint8Array) => Uint8Array;

export function connectAs(
  profile: Profile,
  identity: Pick<Identity, "mspId" | "certificate" | "key">,
  sign: Sign = (message) => signLowS(identity.key, message),
): Connection {
  const [peer] = profile.peers;
  if (!peer) throw new Error("the profile names no peer");
  const client = new Client(peer.address, credentials.createSsl(readFileSync(tlsRootsOf(profile, peer))), {
    ...(peer.tlsHostname === undefined ? {} : { "grpc.ssl_target_name_override": peer.tlsHostname }),
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    "grpc.max_reconnect_backoff_ms": 200,
    "grpc.initial_reconnect_backoff_ms": 50,
  });
  const deadline = (ms: number) => () => ({ deadline: Date.now() + ms });
  const gateway = connect({
    client,
    identity: { mspId: identity.mspId, credentials: identity.certificate },
    hash: hash.none,
    signer: (message) => Promise.resolve(sign(message)),
    evaluateOptions: deadline(20_000),
    endorseOptions: deadline(20_000),
    submitOptions: deadline(10_000),
    commitStatusOptions: deadline(20_000),
  });
  const network = gateway.getNetwork(profile.channel);
  const contract = network.getContract(profile.chaincode);
  return {
    client,
    gateway,
    network,
    contract,
    chaincode: profile.chaincode,
    ask: async (name, ...args) => Buffer.from(await contract.evaluateTransaction(name, ...args)).toString(),
    close: () => {
      gateway.close();
      client.close();
    },
  };
}

/** One call with bytes that the client library would not build. */
export function call(client: Client, path: string, request: Uint8Array): Promise<Buffer> {
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, response: Buffer = Buffer.alloc(0)): void =>
      error ? reject(error) : resolve(response);
    client.makeUnaryRequest(path, same, same, Buffer.from(request), new Metadata(), done);
  });
}

/** A call that nobody waits for, until it is cancelled. */
export function pending(client: Client, path: string, request: Uint8Array): { cancel(): void } {
  const same = (bytes: Buffer): Buffer => bytes;
  return client.makeUnaryRequest(path, same, same, Buffer.from(request), new Metadata(), () => undefined);
}

/** The error of a call that must fail. */
export async function failure(call: Promise<unknown>): Promise<GatewayError> {
  const outcome = await call.then(
    () => "it succeeded",
    (error: unknown) => error,
  );
  if (outcome instanceof GatewayError) return outcome;
  throw new Error(`expected a GatewayError, got: ${String(outcome)}`);
}
