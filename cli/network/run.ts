// gx network run: the process that looks after a network until it gets SIGTERM. `gx network up` starts it.
import { startNetwork, type Network, type NetworkStep } from "../../network/network.js";
import { serveControl, type Answer } from "../../network/control.js";
import { networkFault } from "../../network/errors.js";
import { chosenInstallation, type Line } from "../../network/programs.js";
import type { Size } from "../../network/layout.js";
import { environment, readConfig } from "../../platform/config.js";
import { messageOf } from "../../platform/errors.js";
import { createLog } from "../../platform/log.js";
import { takeLock } from "../system/lock.js";
import { tellOfNetwork } from "./ops.js";
import { networkFolder, ourNetwork } from "./options.js";
import type { UpgradeRequest } from "./upgrade.js";

/** What it tells who started it. */
export type Told = { step: NetworkStep } | { usable: string } | { fault: string };

export const DOWN = "npm run gx -- network down";

export interface RunOptions extends Partial<Size> {
  line?: Line;
}

export async function runNetwork({ line, ...size }: RunOptions): Promise<void> {
  const tell = (told: Told): void => {
    if (process.connected) process.send?.(told);
  };
  const config = readConfig();
  const home = networkFolder(config.home);
  const unlock = takeLock(home, DOWN);
  const log = createLog({
    service: "network",
    environment: config.env,
    version: config.version,
    level: config.logLevel,
  });
  try {
    const network = await startNetwork({
      ...ourNetwork(config),
      ...size,
      installation: chosenInstallation(environment(), line),
      firstPort: config.ports.network,
      log,
      step: (step) => tell({ step }),
    });
    const silence = await tellOfNetwork(config, network);
    const close = await serveControl(home, answersOf(network));
    log.info({ profile: network.profilePath }, "the network takes transactions");
    tell({ usable: network.profilePath });
    await stopSignal();
    close();
    await silence();
    await network.stop();
  } catch (error) {
    tell({ fault: messageOf(error) });
    throw error;
  } finally {
    unlock();
  }
  process.exit();
}

function answersOf(network: Network): Readonly<Record<string, Answer>> {
  return {
    nodes: () => Promise.resolve(network.nodes()),
    chaincode: () => Promise.resolve(network.chaincode()),
    upgrade: async (given, say) => {
      await network.upgrade(requestOf(given), say);
      return network.chaincode();
    },
    restart: async (given, say) => {
      const names = namesOf(given);
      if (names.length === 0) return network.restart();
      for (const name of names) {
        await network.stopNode(name);
        await network.startNode(name);
        say(`${name} takes calls again`);
      }
    },
  };
}

function namesOf(given: unknown): string[] {
  if (Array.isArray(given)) return given.map(String);
  throw networkFault("restart: the names of nodes are missing");
}

function requestOf(given: unknown): UpgradeRequest {
  if (given === "previous") return given;
  const path = (given as { path?: unknown } | undefined)?.path;
  if (typeof path === "string") return { path };
  throw networkFault("upgrade: the folder of the chaincode is missing");
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => resolve());
  });
}
