// The gRPC connection to a Fabric peer and the gateways of the identities that share it. Knows deadlines and TLS, no stage.
// Never makes a call of its own and never sends without a deadline.
import { readFileSync } from "node:fs";
import { Client, credentials } from "@grpc/grpc-js";
import { connect, hash, type Gateway } from "@hyperledger/fabric-gateway";
import { GxError, messageOf } from "./errors.js";
import type { Peer, Profile } from "./profile.js";
import { signLowS, type Identity } from "./wallet.js";

/** Milliseconds after which a call of each kind is given up. A hanging peer answers after 30 s only. */
export const deadlines = { evaluate: 5_000, endorse: 10_000, submit: 10_000, commitStatus: 10_000 } as const;

// An endorsement or a block may be as large as the orderer's absolute maximum of 10 MB; grpc-js refuses 4 MB already.
const RECEIVE_BYTES = 64 * 1_024 * 1_024;

export interface PeerConnection {
  /** host:port as in the profile. */
  address: string;
  client: Client;
  close(): void;
}

/**
 * One gRPC client for one peer (default: the profile's first), to be shared by all identities. Connects with the first call
 * and again by itself.
 * @throws GxError BAD_PROFILE when the TLS roots cannot be read.
 */
export function openPeer(profile: Profile, peer: Peer | undefined = profile.peers[0]): PeerConnection {
  if (!peer) throw new GxError("BAD_PROFILE", "the connection profile names no peer");
  const client = new Client(peer.address, credentials.createSsl(tlsRoots(profile)), {
    "grpc.max_receive_message_length": RECEIVE_BYTES,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.min_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
    // Peers cut clients that ask more often than once a minute.
    "grpc.keepalive_time_ms": 120_000,
    "grpc.keepalive_timeout_ms": 10_000,
    ...(peer.tlsHostname === undefined ? {} : { "grpc.ssl_target_name_override": peer.tlsHostname }),
  });
  return { address: peer.address, client, close: () => client.close() };
}

/** The SDK's gateway of one identity: native signature (S is low), a deadline on each of the four calls. */
export function connectGateway({ client }: PeerConnection, identity: Identity): Gateway {
  const within = (milliseconds: number) => () => ({ deadline: Date.now() + milliseconds });
  return connect({
    client,
    identity: { mspId: identity.mspId, credentials: identity.certificate },
    hash: hash.none,
    signer: (message) => Promise.resolve(signLowS(identity.key, message)),
    evaluateOptions: within(deadlines.evaluate),
    endorseOptions: within(deadlines.endorse),
    submitOptions: within(deadlines.submit),
    commitStatusOptions: within(deadlines.commitStatus),
  });
}

function tlsRoots({ tlsRoots: file }: Profile): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new GxError("BAD_PROFILE", `TLS roots of the peers cannot be read: ${messageOf(cause)}`, { cause });
  }
}
