// Everything that stands on disk before a node starts: keys, configuration, builder, wallet, profile, first block.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { WalletIdentity } from "../ledger/authority.js";
import { environment } from "../platform/config.js";
import { messageOf } from "../platform/errors.js";
import { writeProfile, type Profile } from "../platform/profile.js";
import { CHANNEL_PROFILE, configtxYaml, coreYaml, ordererYaml, type ChannelRules } from "./configuration.js";
import { makeCrypto, tlsRootsName, writeWallet } from "./crypto.js";
import { networkFault } from "./errors.js";
import { peerOrganizations, type Layout } from "./layout.js";
import { writeBuilder } from "./package.js";
import { builderOf } from "./plans.js";
import type { Installation, Line } from "./programs.js";
import { yamlOf, type Yaml } from "./yaml.js";

export interface Described {
  layout: Layout;
  channel: string;
  chaincode: string;
  line: Line;
  /** Who gets a pair in the wallet. */
  identities: readonly WalletIdentity[];
  /** Name in the wallet by role, for the profile. */
  names: Readonly<Record<string, string>>;
}

/** Keys, wallet, profile and the nodes' configuration; what stands and is good is kept. Returns the profile's path. */
export async function writeFiles({ layout, line, identities, names, ...described }: Described): Promise<string> {
  const keys = await makeCrypto(layout);
  for (const place of layout.orderers) writeConfig(layout, place.name, "orderer.yaml", ordererYaml(layout, place));
  const builder = writeBuilder(builderOf(layout));
  writePeerConfigs(layout, { builder, line });
  const wallet = join(layout.home, "wallets");
  await writeWallet(wallet, keys, identities);
  const profile = join(wallet, "profile.json");
  writeProfile(profile, profileOf(layout, { ...described, identities: { ...names } }));
  return profile;
}

/** What a peer reads, and the command line that speaks to it. */
export function writePeerConfigs(layout: Layout, told: { builder: string; line: Line }): void {
  for (const place of layout.peers) writeConfig(layout, place.name, "core.yaml", coreYaml(layout, place, told));
}

/** The channel's first block. @throws GxError NETWORK with what configtxgen said */
export async function firstBlock(
  { configtxgen }: Installation,
  layout: Layout,
  { channel, ...rules }: ChannelRules & { channel: string },
): Promise<Buffer> {
  writeConfig(layout, "channel", "configtx.yaml", configtxYaml(layout, rules));
  const file = join(layout.config("channel"), "first.block");
  return blockFrom(configtxgen, { folder: layout.config("channel"), channel, file });
}

/** A first block of the channel that the `configtx.yaml` in a folder describes. @throws GxError NETWORK */
export async function blockFrom(
  configtxgen: string,
  { folder, channel, file }: { folder: string; channel: string; file: string },
): Promise<Buffer> {
  rmSync(file, { force: true });
  const args = ["-profile", CHANNEL_PROFILE, "-channelID", channel, "-outputBlock", file];
  const env = environment({ FABRIC_CFG_PATH: folder, FABRIC_LOGGING_SPEC: "error" });
  await promisify(execFile)(configtxgen, args, { env, cwd: folder }).catch((error: unknown) => {
    throw networkFault(`configtxgen made no block: ${messageOf(error)}`, error);
  });
  return readFileSync(file);
}

/** Relative to the profile's own folder, so that the folder can be moved. */
function profileOf(layout: Layout, told: Pick<Profile, "channel" | "chaincode" | "identities">): Profile {
  const [operator] = peerOrganizations;
  return {
    ...told,
    mspId: operator.mspId,
    organizations: peerOrganizations.map(({ mspId, short }, index) => ({
      mspId,
      tlsRoots: tlsRootsName(index, short),
    })),
    peers: [...layout.peers]
      .sort((a, b) => Number(b.mspId === operator.mspId) - Number(a.mspId === operator.mspId))
      .map(({ mspId, host, port }) => ({ address: `${host}:${port}`, mspId, tlsHostname: "localhost" })),
    wallet: ".",
  };
}

function writeConfig(layout: Layout, folder: string, file: string, content: { readonly [key: string]: Yaml }): void {
  mkdirSync(layout.config(folder), { recursive: true, mode: 0o700 });
  writeFileSync(join(layout.config(folder), file), yamlOf(content));
}
