// The peers of the channel as our processes see them, each of which chooses for itself. Pure.

/** A peer of the connection profile, as a part sees it. */
export interface PeerFact {
  readonly address: string;
  readonly mspId: string;
  /** "current" for the one that is spoken to; of the others whether they could be. */
  readonly state: string;
  readonly height?: number;
  readonly rttMs?: number;
}

interface Telling {
  readonly name: string;
  readonly facts: { readonly peers?: readonly PeerFact[] };
}

export interface PeerRow extends PeerFact {
  /** Parts that speak to it now. */
  readonly usedBy: readonly string[];
}

/** Peers in the order of preference. One that any part uses is current; of others the last part that tells is believed. */
export function peersOf(parts: readonly Telling[]): PeerRow[] {
  const seen = parts.flatMap(({ name, facts }) => (facts.peers ?? []).map((peer) => ({ name, peer })));
  const addresses = [...new Set(seen.map(({ peer }) => peer.address))];
  return addresses.flatMap((address) => {
    const views = seen.filter(({ peer }) => peer.address === address);
    const users = views.filter(({ peer }) => peer.state === "current");
    const view = users[0] ?? views.at(-1);
    return view ? [{ ...view.peer, usedBy: users.map(({ name }) => name) }] : [];
  });
}
