// A network whose nodes somebody else has started: joins them to the channel and defines the chaincode there.
// What is done already is left as it is, so that a step which was cut short is simply taken again.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { blockFrom, writePeerConfigs } from "./build.js";
import { networkFault } from "./errors.js";
import type { Layout, OrdererPlace } from "./layout.js";
import { anchorOf, approveAndCommit, committedAt, install, type Definition } from "./lifecycle.js";
import { activeIn, joinOrderer, statusIn } from "./orderers.js";
import { peerCommand, throughOrderer, type PeerCommand } from "./peer-command.js";
import { builderOf } from "./plans.js";
import type { Installation } from "./programs.js";

export interface Joining {
  layout: Layout;
  channel: string;
  installation: Pick<Installation, "peer" | "configtxgen" | "line">;
  /** Folder of the `configtx.yaml` that describes the channel. */
  description: string;
  say: (line: string) => void;
}

/** Every orderer and every peer takes part in the channel. @throws GxError NETWORK with what a node answered */
export async function joinChannel(joining: Joining): Promise<void> {
  const { layout, channel, say } = joining;
  const peer = commandOf(joining);
  const file = join(layout.config("blocks"), `${channel}.block`);
  mkdirSync(dirname(file), { recursive: true });
  const statuses = await Promise.all(layout.orderers.map((orderer) => statusIn(layout, orderer, channel)));
  const joined = layout.orderers.find((_, index) => statuses[index] !== undefined);
  const block = joined ? await fetched(joining, peer, joined, file) : await made(joining, file);
  for (const [index, orderer] of layout.orderers.entries()) {
    if (statuses[index] === undefined) await joinOrderer(layout, orderer, block);
    say(`${orderer.name} ${statuses[index] === undefined ? "joined" : "had joined"} ${channel}`);
  }
  await Promise.all(layout.orderers.map((orderer) => activeIn(layout, orderer, channel)));
  for (const place of layout.peers) {
    const has = (await peer(place, ["channel", "list"])).split("\n").includes(channel);
    if (!has) await peer(place, ["channel", "join", "-b", file]);
    say(`${place.name} ${has ? "had joined" : "joined"} ${channel}`);
  }
}

/** The chaincode is installed on every peer and defined on the channel. @throws GxError NETWORK */
export async function defineChaincode(joining: Joining, definition: Definition): Promise<void> {
  const { layout, channel, say } = joining;
  const peer = commandOf(joining);
  const deployment = { layout, channel, peer };
  const [first] = layout.peers;
  if (!first) throw networkFault("this network has no peer");
  await install(deployment, definition);
  const standing = await committedAt(deployment, first, definition.name);
  const wanted = `${definition.name} ${definition.version}, sequence ${definition.sequence}`;
  if (standing?.sequence === definition.sequence && standing.version === definition.version) {
    return say(`${wanted}, was defined on ${channel}`);
  }
  await approveAndCommit(deployment, definition);
  say(`${wanted}, is defined on ${channel}`);
}

function commandOf({ layout, installation }: Joining): PeerCommand {
  writePeerConfigs(layout, { builder: builderOf(layout), line: installation.line });
  return peerCommand(installation, layout);
}

async function made({ installation, description, channel, say }: Joining, file: string): Promise<Buffer> {
  say(`makes the first block of ${channel}`);
  return blockFrom(installation.configtxgen, { folder: description, channel, file });
}

/** A second first block would be another channel. */
async function fetched(
  { layout, channel, say }: Joining,
  peer: PeerCommand,
  orderer: OrdererPlace,
  file: string,
): Promise<Buffer> {
  say(`takes the first block of ${channel} from ${orderer.name}`);
  const through = throughOrderer(layout, orderer);
  await peer(anchorOf(layout, "Org1MSP"), ["channel", "fetch", "0", file, "-c", channel, ...through]);
  return readFileSync(file);
}
