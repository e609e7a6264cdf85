// The network of this installation: our chaincode, our identities, on the ports of its settings.
import { join } from "node:path";
import { functions, WIRE_VERSION } from "../../catalogue/wire.js";
import type { NetworkOptions } from "../../network/network.js";
import type { Config } from "../../platform/config.js";
import { identities, identityNames } from "../identities.js";

/** Folder of everything that belongs to the network of a home. */
export const networkFolder = (home: string): string => join(home, "network");

/** Before the bootstrap the answer is null, which proves as much. */
const proof = {
  name: functions.query,
  arguments: [JSON.stringify({ version: WIRE_VERSION, name: "systemStatus", args: {} })],
};

export const ourNetwork = (
  config: Pick<Config, "home" | "root">,
): Pick<NetworkOptions, "home" | "chaincode" | "identities" | "names"> => ({
  home: config.home,
  chaincode: { name: "gx", path: join(config.root, "dist", "peer"), proof },
  identities,
  names: identityNames,
});
