// What each peer of the profile holds, asked from that peer alone: all of them must have made the same state of the same chain.
import { common } from "@hyperledger/fabric-protos";
import { blockHash } from "../platform/block.js";
import { openConnection, type Connection } from "../platform/connection.js";
import type { Profile } from "../platform/profile.js";
import type { Identity } from "../platform/wallet.js";

/** The last block as one peer holds it; undefined: it did not tell in time. */
export interface Held {
  readonly peer: string;
  /** Header hash, hex. */
  readonly hash: string | undefined;
  /** Hash over validation codes and changes of all blocks up to it, hex: equal where the state is. */
  readonly state: string | undefined;
}

export interface Peers {
  /** Block `number` of every peer; one that is behind is waited for. */
  hold(number: number): Promise<Held[]>;
  close(): void;
}

const BEHIND_MS = 30_000;

export function openPeers(profile: Profile, identity: Identity): Peers {
  const connections = profile.peers.map((peer) => openConnection({ ...profile, peers: [peer] }));
  return {
    hold: (number) => Promise.all(connections.map((connection) => holds(connection, identity, number))),
    close: () => connections.forEach((connection) => connection.close()),
  };
}

async function holds(connection: Connection, identity: Identity, number: number): Promise<Held> {
  const { channel, peers } = connection.profile;
  const peer = peers[0]?.address ?? "";
  const blocks = await connection
    .as(identity)
    .getNetwork(channel)
    .getBlockEvents({ startBlock: BigInt(number) });
  const late = setTimeout(() => blocks.close(), BEHIND_MS);
  try {
    for await (const block of blocks) return { peer, hash: blockHash(block), state: stateOf(block) };
  } catch {
    // Said by what is missing.
  } finally {
    clearTimeout(late);
    blocks.close();
  }
  return { peer, hash: undefined, state: undefined };
}

/** Fabric writes it as the fifth metadata of a block, in a message of its own. */
function stateOf(block: common.Block): string {
  const metadata = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.COMMIT_HASH];
  return Buffer.from(metadata ?? new Uint8Array()).toString("hex");
}
