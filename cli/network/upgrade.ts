// gx network upgrade: another chaincode on the channel of a running network, with the system working; or the previous one again.
import { resolve } from "node:path";
import { askControl } from "../../network/control.js";
import { versionOf } from "../../network/kept.js";
import type { ChaincodeState } from "../../network/upgrade.js";
import type { Config } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";
import { UsageError } from "../usage.js";
import { networkFolder, ourNetwork } from "./options.js";

export interface UpgradeOptions {
  chaincode?: string;
  undo?: boolean;
}

/** What the running network is asked with. */
export type UpgradeRequest = { path: string } | "previous";

const NOT_RUNNING = "no network runs here; start it with: npm run gx -- network up";

/** @throws GxError NETWORK; the chaincode that stood goes on */
export async function upgradeNetwork(config: Config, { chaincode, undo = false }: UpgradeOptions): Promise<void> {
  if (undo && chaincode !== undefined)
    throw new UsageError("--undo takes no --chaincode: it puts the previous one back");
  const home = networkFolder(config.home);
  const standing = (await askControl(home, { ask: "chaincode" })) as ChaincodeState | undefined;
  if (!standing) throw new GxError("NETWORK", NOT_RUNNING);
  const path = chaincode === undefined ? ourNetwork(config).chaincode.path : resolve(chaincode);
  if (!undo && versionOf(path) === standing.version) {
    console.log(`The channel has chaincode ${standing.version} already (sequence ${standing.sequence})`);
    return;
  }
  const begin = Date.now();
  const to: UpgradeRequest = undo ? "previous" : { path };
  const now = (await askControl(home, { ask: "upgrade", with: to }, (line) => console.log(line))) as ChaincodeState;
  const took = ((Date.now() - begin) / 1_000).toFixed(1);
  console.log(`Chaincode ${standing.version} → ${now.version} (sequence ${now.sequence}) in ${took} s`);
}

/** What to do where the channel has another chaincode than the one that was built; undefined where it has that one. */
export function upgradeAdvice(config: Pick<Config, "home" | "root">, onChannel: string): string | undefined {
  const built = versionOf(ourNetwork(config).chaincode.path);
  if (built === onChannel) return undefined;
  return `The channel has chaincode ${onChannel}, this build has ${built}. Upgrade it with: npm run gx -- network upgrade`;
}
