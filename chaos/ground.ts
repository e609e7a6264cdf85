// What the system that is hurt stands on: the development ledger that `gx up` starts itself, or a network that was started
// before it. Nothing else of this suite asks which of the two it is.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newNetwork, newSystemOn } from "../bench/network.js";
import { newSystem, type System } from "../bench/system.js";
import { readyz } from "../cli/system/readyz.js";
import type { Network } from "../network/network.js";
import type { Installation } from "../network/programs.js";
import { root } from "../platform/config.js";

/** Parts of ours, whatever they stand on. */
export const ownTargets = [
  "gateway",
  "subgraphs",
  "submitter leader",
  "submitter standby",
  "projector leader",
  "projector standby",
  "redis",
  "postgres",
] as const;
export const developmentTargets = ["ledger", "chaincode"] as const;
export const networkTargets = ["peer0-org1", "peer0-org2", "orderer0", "chaincode-org1", "chaincode-org2"] as const;

export type Target =
  (typeof ownTargets)[number] | (typeof developmentTargets)[number] | (typeof networkTargets)[number];

export interface Ground {
  /** For people. */
  readonly name: string;
  /** Options of `gx chaos` that lead to it. */
  readonly options: readonly string[];
  /** Starts a system on it, made ready for people. */
  newSystem(offset: number, settings: Record<string, string>): Promise<System>;
  /** Every part of it that may be hurt. */
  readonly targets: readonly Target[];
  /** Those without which no block is made or read. */
  readonly ledger: readonly Target[];
  readonly chaincode: readonly Target[];
  /** Process id of a part that `gx up` did not start; undefined while there is none. */
  pid(target: Target): number | undefined;
  /** Puts another version of the chaincode in the place of the present one; absent where there is no such life cycle. */
  readonly upgrade?: () => Promise<void>;
  /** Its parts that are not whole. */
  missing(): Promise<string[]>;
  remove(): Promise<void>;
}

const LEDGER_OPS = 7053;

/** The development ledger of the system itself; `offset` is added to its ports. */
export const developmentGround = (offset: number, batchTimeoutMs: number): Ground => ({
  name: "the development ledger",
  options: [],
  newSystem: (at, settings) => newSystem(at, { ...settings, LEDGER_BATCH_TIMEOUT_MS: String(batchTimeoutMs) }),
  targets: developmentTargets,
  ledger: ["ledger"],
  chaincode: ["chaincode"],
  pid: () => undefined,
  missing: async () => ((await readyz(LEDGER_OPS + offset))?.ok ? [] : ["ledger"]),
  remove: () => Promise.resolve(),
});

/** A network of one orderer and the peers of two organizations; it starts what was killed again by itself. */
export async function networkGround(installation: Installation, batchTimeoutMs: number): Promise<Ground> {
  const thrownAway = await newNetwork(installation, batchTimeoutMs);
  const { network, remove } = thrownAway;
  return {
    name: `Fabric ${installation.version}`,
    options: ["--network", "--fabric", installation.line],
    ...{ remove, targets: networkTargets },
    newSystem: (offset, settings) => newSystemOn(thrownAway, offset, settings),
    ledger: ["orderer0", "peer0-org1", "peer0-org2"],
    chaincode: ["chaincode-org1", "chaincode-org2"],
    upgrade: newUpgrade(network),
    pid: (target) => network.nodes().find(({ name }) => name === target)?.pid,
    missing: () => Promise.resolve(network.nodes().flatMap(({ name, state }) => (state === "running" ? [] : [name]))),
  };
}

/** Each time the same rules as a version that the channel has not seen, and the previous one again every second time. */
function newUpgrade(network: Network): () => Promise<void> {
  let versions = 0;
  return async () => {
    versions += 1;
    if (versions % 2 === 0) return network.upgrade("previous");
    const folder = mkdtempSync(join(tmpdir(), "gx-chaincode-"));
    try {
      cpSync(join(root, "dist", "peer"), folder, { recursive: true });
      const file = join(folder, "package.json");
      const manifest = JSON.parse(readFileSync(file, "utf8")) as object;
      writeFileSync(file, JSON.stringify({ ...manifest, version: `chaos.${versions}` }));
      await network.upgrade({ path: folder });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
