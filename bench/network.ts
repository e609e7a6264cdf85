// A throw-away network of Fabric's own programs, with the identities and the chaincode of this system.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { READER, signers, signingRoles } from "../catalogue/roles.js";
import { functions, ROLE_ATTRIBUTE, WIRE_VERSION } from "../catalogue/wire.js";
import { setUp } from "../cli/setup.js";
import { root } from "../platform/config.js";
import { startNetwork, type Network } from "../network/network.js";
import type { Installation } from "../network/programs.js";
import { newSystem, type System } from "./system.js";

export interface ThrowAway {
  readonly network: Network;
  /** Settings by which a system finds it. */
  readonly settings: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** One identity for each signing role, and the reader, who can sign no command. */
const identities = [
  ...signingRoles.map((role) => ({ name: signers[role].identity, attrs: { [ROLE_ATTRIBUTE]: role } })),
  { name: READER, attrs: {} },
];
const names = Object.fromEntries([...signingRoles.map((role) => [role, signers[role].identity]), [READER, READER]]);

const SYSTEM_STATUS = JSON.stringify({ version: WIRE_VERSION, name: "systemStatus", args: {} });

const nothing = () => undefined;
const quiet = { info: nothing, warn: nothing, error: nothing };

/** One orderer, two organizations with one peer each, on free ports; resolves when transactions are committed. */
export async function newNetwork(installation: Installation, batchTimeoutMs: number): Promise<ThrowAway> {
  const home = mkdtempSync(join(tmpdir(), "gx-network-"));
  const removeHome = () => rmSync(home, { recursive: true, force: true });
  try {
    const network = await startNetwork({
      ...{ home, installation, batchTimeoutMs, identities, names, log: quiet },
      chaincode: { path: join(root, "dist", "peer"), proof: { name: functions.query, arguments: [SYSTEM_STATUS] } },
    });
    return {
      network,
      settings: { FABRIC_PROFILE: network.profilePath },
      remove: async () => {
        await network.stop();
        removeHome();
      },
    };
  } catch (error) {
    removeHome();
    throw error;
  }
}

/** A system on a network whose ledger holds nothing yet, made ready for people; `settings` are further ones. */
export async function newSystemOn(
  network: Pick<ThrowAway, "settings">,
  offset: number,
  settings: Record<string, string> = {},
): Promise<System> {
  const system = await newSystem(offset, { ...settings, ...network.settings });
  try {
    await setUp({ gateway: system.graphql, home: system.home, say: nothing });
    return system;
  } catch (error) {
    await system.remove();
    throw error;
  }
}
