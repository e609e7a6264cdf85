// A real Fabric network for one run, in a folder of its own on ports that nobody has. It ends with this process at the latest.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNetwork } from "../network/network.js";
import { chosenInstallation, supportedLines, type Line } from "../network/programs.js";
import { environment, root } from "../platform/config.js";
import { ourNetwork } from "./network/options.js";
import { UsageError } from "./usage.js";

export interface ThrowAwayNetwork {
  /** "Fabric 2.5.16". */
  readonly name: string;
  readonly profilePath: string;
  /** Ends every node and removes every trace. */
  remove(): Promise<void>;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** `line`: of Fabric; true for the first that is found. @throws GxError FABRIC_MISSING, NETWORK */
export async function startThrowAwayNetwork(line: string | true): Promise<ThrowAwayNetwork> {
  const installation = chosenInstallation(environment(), line === true ? undefined : lineOf(line));
  const home = mkdtempSync(join(tmpdir(), "gx-network-"));
  const clear = () => rmSync(home, { recursive: true, force: true });
  try {
    const network = await startNetwork({ ...ourNetwork({ home, root }), installation, log: quiet });
    return {
      name: `Fabric ${installation.version}`,
      profilePath: network.profilePath,
      remove: async () => {
        await network.stop();
        clear();
      },
    };
  } catch (error) {
    clear();
    throw error;
  }
}

function lineOf(text: string): Line {
  const line = supportedLines.find((known) => known === text);
  if (line) return line;
  throw new UsageError(`--network: ${text} is not one of ${supportedLines.join(", ")}`);
}
