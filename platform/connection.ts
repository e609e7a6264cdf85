// One gRPC connection to the channel's gateway peer, shared by all identities of a process: TLS, native signer, deadlines.
// Knows no command and no role; errors leave it as the SDK throws them, the adapters above translate.
import * as grpc from "@grpc/grpc-js";
import { connect, hash, type Gateway } from "@hyperledger/fabric-gateway";
import { GxError } from "./errors.js";
import { tlsRootsOf, type Peer, type Profile } from "./profile.js";
import { openTlsRoots, type TlsRoots } from "./tls-roots.js";
import { signLowS, type Identity } from "./wallet.js";

export interface Connection {
  readonly profile: Profile;
  /** The peer that is spoken to: the first of the profile. */
  readonly peer: Peer;
  /** By which the peers are known in TLS; read again while the process runs. */
  readonly tlsRoots: readonly TlsRoots[];
  /** The SDK's gateway of one identity; the same object for the same identity. */
  as(identity: Identity): Gateway;
  /** Resolves when the peer accepts calls; rejects after `withinMs`. */
  ready(withinMs: number): Promise<void>;
  /** Ends all calls and streams. */
  close(): void;
}

/** Milliseconds that a call may take: a peer waits 30 s for a hanging part, we do not. */
const DEADLINES = { evaluate: 10_000, endorse: 15_000, submit: 10_000, commitStatus: 30_000 } as const;
// A block may hold envelopes of 10 MB each; grpc-js refuses answers over 4 MB by itself.
const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;

const channelOptions = ({ tlsHostname }: Peer): grpc.ChannelOptions => ({
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  // The default of up to 120 s would outlast most outages.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.min_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2_000,
  // Peers refuse pings more often than once a minute.
  "grpc.keepalive_time_ms": 65_000,
  "grpc.keepalive_timeout_ms": 10_000,
  ...(tlsHostname === undefined ? {} : { "grpc.ssl_target_name_override": tlsHostname }),
});

/**
 * Opens the connection; nothing is sent yet.
 * @throws GxError BAD_WALLET where the TLS roots cannot be read.
 */
export function openConnection(profile: Profile): Connection {
  const peer = profile.peers[0];
  if (!peer) throw new GxError("BAD_PROFILE", "the connection profile names no peer");
  const roots = openTlsRoots(tlsRootsOf(profile, peer));
  const client = new grpc.Client(peer.address, roots.credentials, channelOptions(peer));
  const gateways = new Map<Identity, Gateway>();
  return {
    profile,
    peer,
    tlsRoots: [roots],
    as: (identity) => {
      const known = gateways.get(identity);
      if (known) return known;
      const gateway = gatewayOf(client, identity);
      gateways.set(identity, gateway);
      return gateway;
    },
    ready: (withinMs) =>
      new Promise((resolve, reject) =>
        client.waitForReady(Date.now() + withinMs, (error) => (error ? reject(error) : resolve())),
      ),
    close: () => {
      for (const gateway of gateways.values()) gateway.close();
      client.close();
    },
  };
}

function gatewayOf(client: grpc.Client, identity: Identity): Gateway {
  const within = (ms: number) => () => ({ deadline: Date.now() + ms });
  return connect({
    client,
    identity: { mspId: identity.mspId, credentials: identity.certificate },
    // The message itself is signed: the native signer hashes, ten times faster than the SDK's own.
    hash: hash.none,
    signer: (message) => Promise.resolve(signLowS(identity.key, message)),
    evaluateOptions: within(DEADLINES.evaluate),
    endorseOptions: within(DEADLINES.endorse),
    submitOptions: within(DEADLINES.submit),
    commitStatusOptions: within(DEADLINES.commitStatus),
  });
}
