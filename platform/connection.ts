// The peers of a profile as one connection: one of them is spoken to, the others are asked what they hold, and take over.
// Never speaks to a peer of another chain. Knows no command and no role; errors leave it as the SDK throws them.
import type { Gateway } from "@hyperledger/fabric-gateway";
import { standingOf, unseen, type PeerStanding } from "./peers.js";
import { linkOf, newPool, note, refuse, type Pool, type PoolOptions } from "./pool.js";
import type { Peer, Profile } from "./profile.js";
import type { TlsRoots } from "./tls-roots.js";
import type { Identity } from "./wallet.js";

export interface PeerState {
  readonly address: string;
  readonly mspId: string;
  readonly state: PeerStanding;
  /** Blocks that it holds, as it said last. */
  readonly height?: number;
  /** Time of its last answer in milliseconds. */
  readonly rttMs?: number;
}

export interface Connection {
  readonly profile: Profile;
  /** The peer that is spoken to now. */
  readonly peer: Peer;
  /** By which the peers are known in TLS; read again while the process runs. */
  readonly tlsRoots: readonly TlsRoots[];
  /** All peers in order of preference, as they were seen last. */
  peers(): PeerState[];
  /** The SDK's gateway of one identity at the peer that is spoken to now; to be asked for again with each call. */
  as(identity: Identity): Gateway;
  /** Aborts when another peer is spoken to: a stream is to be opened again there. */
  moved(): AbortSignal;
  /**
   * Holds the connection to the chain with this block 0 (header hash, hex). With more than one peer all are asked first, and
   * one of another chain is left.
   */
  hold(genesis: string, identity: Identity): Promise<void>;
  /** The peer contradicts the chain. True: it was left, and another may serve; false: there is no other. */
  refuse(peer: Peer, why: string): boolean;
  /** Notes what a call or a stream showed of the peer. */
  saw(peer: Peer, what: { height?: number; rttMs?: number }): void;
  /** Resolves when the peer accepts calls; rejects after `withinMs`. */
  ready(withinMs: number): Promise<void>;
  /** Ends all calls and streams. */
  close(): void;
}

/**
 * Opens the connection; nothing is sent yet.
 * @throws GxError BAD_WALLET where the TLS roots cannot be read.
 */
export function openConnection(profile: Profile, options: PoolOptions = {}): Connection {
  const pool = newPool(profile, options);
  const linkInUse = () => linkOf(pool, pool.current);
  const asked = (identity: Identity) => {
    if (identity.notAfter.getTime() > Date.now() || !pool.reader) pool.reader = identity;
    if (pool.links.length > 1) pool.rounds.keep(pool);
  };
  const indexOf = (peer: Peer) => pool.profile.peers.findIndex(({ address }) => address === peer.address);
  return {
    profile: pool.profile,
    tlsRoots: pool.tlsRoots,
    get peer() {
      return linkInUse().peer;
    },
    peers: () => pool.links.map(({ peer }, index) => stateOf(pool, peer, index)),
    as: (identity) => {
      asked(identity);
      return linkInUse().as(identity);
    },
    moved: () => pool.tenure.signal,
    hold: async (genesis, identity) => {
      asked(identity);
      const known = pool.chain === genesis && pool.rounds.made();
      pool.chain = genesis;
      if (pool.links.length === 1) note(pool, 0, { forked: false });
      else if (!known) await pool.rounds.now(pool);
    },
    refuse: (peer, why) => refuse(pool, indexOf(peer), why),
    saw: (peer, { height, rttMs }) => {
      pool.floor = Math.max(pool.floor, height ?? 0);
      note(pool, indexOf(peer), {
        ...(height === undefined ? {} : { height }),
        ...(rttMs === undefined ? {} : { rttMs }),
      });
    },
    ready: (withinMs) => linkInUse().ready(withinMs),
    close: () => {
      pool.closed.abort();
      for (const link of pool.links) link.close();
    },
  };
}

function stateOf(
  { seen, current, chain }: Pick<Pool, "seen" | "current" | "chain">,
  { address, mspId }: Peer,
  index: number,
): PeerState {
  const { height, rttMs, ...rest } = seen[index] ?? unseen;
  const state = standingOf(rest, index === current, chain);
  return {
    ...{ address, mspId, state },
    ...(height === undefined ? {} : { height }),
    ...(rttMs === undefined ? {} : { rttMs }),
  };
}
