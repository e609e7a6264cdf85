// One peer's gRPC connection, shared by all identities of a process: TLS, native signer, deadlines, and how its calls end.
// Knows no other peer and chooses nothing; errors leave it as the SDK throws them.
import * as grpc from "@grpc/grpc-js";
import { connect, hash, type Gateway } from "@hyperledger/fabric-gateway";
import type { Peer } from "./profile.js";
import type { TlsRoots } from "./tls-roots.js";
import { signLowS, type Identity } from "./wallet.js";

export interface Deadlines {
  evaluate: number;
  endorse: number;
  submit: number;
  commitStatus: number;
}

/** Milliseconds that a call may take: a peer waits 30 s for a hanging part, we do not. */
export const DEADLINES: Deadlines = { evaluate: 10_000, endorse: 15_000, submit: 10_000, commitStatus: 30_000 };

/** How a call ended: the peer answered, whatever it said; nobody did; or a stream broke or time ran out, which says little. */
export type CallEnd = "answered" | "silent" | "doubtful";

export interface Link {
  readonly peer: Peer;
  /** The SDK's gateway of one identity; the same object for the same identity. */
  as(identity: Identity): Gateway;
  /** Resolves when the peer accepts calls; rejects after `withinMs`. */
  ready(withinMs: number): Promise<void>;
  /** Ends the calls and streams under way as if the connection had broken (UNAVAILABLE). */
  cut(why: string): void;
  /** Ends all calls and streams. */
  close(): void;
}

export interface LinkOptions {
  /** By which the peer is known. */
  roots: TlsRoots;
  deadlines: Deadlines;
  /** Told of each call that ended by itself. */
  ended: (how: CallEnd) => void;
}

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

/** Opens the connection; nothing is sent yet. */
export function openLink(peer: Peer, { roots, deadlines, ended }: LinkOptions): Link {
  const calls = newCalls(ended);
  const client = new grpc.Client(peer.address, roots.credentials, {
    ...channelOptions(peer),
    interceptors: [calls.intercept],
  });
  const gateways = new Map<Identity, Gateway>();
  return {
    peer,
    as: (identity) => {
      const known = gateways.get(identity);
      if (known) return known;
      const gateway = gatewayOf(client, identity, deadlines);
      gateways.set(identity, gateway);
      return gateway;
    },
    ready: (withinMs) =>
      new Promise((resolve, reject) =>
        client.waitForReady(Date.now() + withinMs, (error) => (error ? reject(error) : resolve())),
      ),
    cut: calls.cut,
    close: () => {
      for (const gateway of gateways.values()) gateway.close();
      client.close();
    },
  };
}

function gatewayOf(client: grpc.Client, identity: Identity, deadlines: Deadlines): Gateway {
  const within = (ms: number) => () => ({ deadline: Date.now() + ms });
  return connect({
    client,
    identity: { mspId: identity.mspId, credentials: identity.certificate },
    // The message itself is signed: the native signer hashes, ten times faster than the SDK's own.
    hash: hash.none,
    signer: (message) => Promise.resolve(signLowS(identity.key, message)),
    evaluateOptions: within(deadlines.evaluate),
    endorseOptions: within(deadlines.endorse),
    submitOptions: within(deadlines.submit),
    commitStatusOptions: within(deadlines.commitStatus),
  });
}

/** The calls under way, and how each ends. */
function newCalls(ended: LinkOptions["ended"]) {
  const under = new Set<grpc.InterceptingCall>();
  const intercept: grpc.Interceptor = (options, next) => {
    const call: grpc.InterceptingCall = new grpc.InterceptingCall(next(options), {
      start: (metadata, listener, begin) => {
        let heard = false;
        under.add(call);
        begin(metadata, {
          onReceiveMetadata: (received, pass) => {
            heard = true;
            pass(received);
          },
          onReceiveStatus: (status, pass) => {
            // Not there: it was cut.
            if (under.delete(call)) ended(endOf(status, heard));
            pass(status);
          },
        });
      },
    });
    return call;
  };
  const cut = (why: string) => {
    const all = [...under];
    under.clear();
    for (const call of all) call.cancelWithStatus(grpc.status.UNAVAILABLE, why);
  };
  return { intercept, cut };
}

/** A status that came over the wire without anything before it still has the headers of an answer. */
function endOf({ code, metadata }: grpc.StatusObject, heard: boolean): CallEnd {
  if (code === grpc.status.DEADLINE_EXCEEDED) return "doubtful";
  if (code !== grpc.status.UNAVAILABLE && code !== grpc.status.INTERNAL) return "answered";
  if (metadata.get("content-type").length > 0) return "answered";
  return heard ? "doubtful" : "silent";
}
