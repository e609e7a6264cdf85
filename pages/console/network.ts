// A real network as our processes see its peers, each of which chooses for itself, and as it tells of its nodes. Pure.

/** A peer of the connection profile, as a part sees it. */
export interface PeerFact {
  readonly address: string;
  readonly mspId: string;
  /** "current" for the one that is spoken to; of the others whether they could be. */
  readonly state: string;
  readonly height?: number;
  readonly rttMs?: number;
}

/** A node of a network that runs on this machine. */
export interface NodeFact {
  readonly name: string;
  readonly kind: string;
  readonly port: number;
  readonly state: string;
  readonly mspId?: string;
  readonly height?: number;
  /** Of an orderer. */
  readonly leader?: boolean;
}

interface Telling {
  readonly name: string;
  readonly facts: { readonly peers?: readonly PeerFact[]; readonly nodes?: readonly NodeFact[] };
}

export interface NodeRow extends Omit<PeerFact, "mspId"> {
  readonly name: string;
  readonly kind: string;
  readonly mspId: string | undefined;
  /** Parts that speak to it now; of an orderer that it leads. */
  readonly role: string;
}

/** Peers in the order of preference, then what else a network of this machine consists of. */
export function nodesOf(parts: readonly Telling[]): NodeRow[] {
  const nodes = parts.flatMap(({ facts }) => facts.nodes ?? []);
  const peers = peersOf(parts).map((peer) => asRow(peer, nodes));
  const others = nodes.filter((node) => !peers.some(({ address }) => address === addressOf(node)));
  return [
    ...peers,
    ...others.map((node) => ({ ...node, address: addressOf(node), mspId: node.mspId, role: leads(node) })),
  ];
}

interface PeerRow extends PeerFact {
  readonly usedBy: readonly string[];
}

/** One that any part uses is current; of others the last part that tells is believed. */
function peersOf(parts: readonly Telling[]): PeerRow[] {
  const seen = parts.flatMap(({ name, facts }) => (facts.peers ?? []).map((peer) => ({ name, peer })));
  const addresses = [...new Set(seen.map(({ peer }) => peer.address))];
  return addresses.flatMap((address) => {
    const views = seen.filter(({ peer }) => peer.address === address);
    const users = views.filter(({ peer }) => peer.state === "current");
    const view = users[0] ?? views.at(-1);
    return view ? [{ ...view.peer, usedBy: users.map(({ name }) => name) }] : [];
  });
}

function asRow({ usedBy, ...peer }: PeerRow, nodes: readonly NodeFact[]): NodeRow {
  const node = nodes.find((one) => addressOf(one) === peer.address);
  return { ...peer, name: node?.name ?? peer.address, kind: "peer", role: usedBy.join(", ") };
}

const addressOf = ({ port }: NodeFact): string => `127.0.0.1:${port}`;
const leads = ({ leader }: NodeFact): string => (leader ? "leads" : "");
