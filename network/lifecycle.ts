// The chaincode's definition on the channel: installed on every peer, approved and committed by both organizations.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { networkFault } from "./errors.js";
import { peerOrganizations, type ChaincodePlace, type Layout, type PeerPlace } from "./layout.js";
import { packageOf } from "./package.js";
import { atPeers, soon, throughOrderer, type PeerCommand } from "./peer-command.js";

export interface Definition {
  name: string;
  version: string;
  /** 1 for the first definition on the channel; each further one takes the next number. */
  sequence: number;
}

export interface Deployment {
  layout: Layout;
  channel: string;
  peer: PeerCommand;
}

/** Id under which the organization's chaincode process registers. */
export const packageIdOf = (definition: Definition, place: ChaincodePlace): string => packed(definition, place).id;

/** Installs the packages of a definition on every peer; an installed one is left as it is. */
export async function install({ layout, peer }: Deployment, definition: Definition): Promise<void> {
  await Promise.all(
    layout.chaincodes(definition.sequence).map(async (place) => {
      const { content, id } = packed(definition, place);
      const file = layout.config(`packages/${definition.name}-${definition.sequence}-${place.mspId}.tar.gz`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      const own = layout.peers.filter(({ mspId }) => mspId === place.mspId);
      await Promise.all(own.map((one) => installAt(peer, one, file, id)));
    }),
  );
}

/** Approves by every organization at once, then commits with both. */
export async function approveAndCommit(deployment: Deployment, definition: Definition): Promise<void> {
  const { layout, channel, peer } = deployment;
  const orderer = throughOrderer(layout, first(layout.orderers));
  const { name, version, sequence } = definition;
  const what = ["--channelID", channel, "--name", name, "--version", version, "--sequence", String(sequence)];
  await Promise.all(
    layout.chaincodes(sequence).map((place) => {
      const args = [...orderer, ...what, "--package-id", packed(definition, place).id];
      return soon(() => approve(peer, anchorOf(layout, place.mspId), args));
    }),
  );
  const anchors = peerOrganizations.map(({ mspId }) => anchorOf(layout, mspId));
  const args = [...orderer, ...what, ...atPeers(layout, anchors)];
  await soon(() => peer(first(anchors), ["lifecycle", "chaincode", "commit", ...args]));
}

async function approve(peer: PeerCommand, anchor: PeerPlace, args: readonly string[]): Promise<void> {
  try {
    await peer(anchor, ["lifecycle", "chaincode", "approveformyorg", ...args]);
  } catch (error) {
    // An attempt before this one was cut short.
    if (!(error instanceof Error && /with unchanged content/.test(error.message))) throw error;
  }
}

/** The definition on the channel as this peer knows it; undefined where it knows none. @throws GxError NETWORK */
export async function committedAt(
  { channel, peer }: Deployment,
  place: PeerPlace,
  name: string,
): Promise<{ sequence: number; version: string } | undefined> {
  const what = ["lifecycle", "chaincode", "querycommitted", "--channelID", channel, "--output", "json"];
  const { chaincode_definitions: all = [] } = JSON.parse(await peer(place, what)) as {
    chaincode_definitions?: { name: string; sequence: number; version: string }[];
  };
  return all.find((one) => one.name === name);
}

/** The first peer of an organization, which speaks for it. */
export function anchorOf(layout: Layout, mspId: string): PeerPlace {
  const found = layout.peers.find((peer) => peer.mspId === mspId);
  if (!found) throw networkFault(`${mspId} has no peer in this network`);
  return found;
}

async function installAt(peer: PeerCommand, place: PeerPlace, file: string, id: string): Promise<void> {
  try {
    await peer(place, ["lifecycle", "chaincode", "install", file]);
  } catch (error) {
    if (!(error instanceof Error && /already successfully installed/.test(error.message))) throw error;
    const known = await peer(place, ["lifecycle", "chaincode", "queryinstalled"]);
    if (!known.includes(id)) throw error;
  }
}

const packed = ({ name, version, sequence }: Definition, { host, port, tlsRoots }: ChaincodePlace) =>
  packageOf(
    `${name}_${version}.${sequence}`,
    `${host}:${port}`,
    tlsRoots === undefined ? undefined : readFileSync(tlsRoots, "utf8"),
  );

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw networkFault("this network has no node of that kind");
  return one;
}
