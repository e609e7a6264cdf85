// Fabric's own programs on this machine: where they are and which version they are. Never installs anything.
import { execFileSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { GxError } from "../platform/errors.js";

/** Versions of Fabric that a network is built with: any patch of these two lines. */
export const supportedLines = ["2.5", "3.1"] as const;
export type Line = (typeof supportedLines)[number];

export interface Installation {
  /** Absolute folder of the three programs. */
  folder: string;
  /** As the peer tells it, e.g. "2.5.16". */
  version: string;
  line: Line;
  /** Absolute paths. */
  peer: string;
  orderer: string;
  configtxgen: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const INSTALL = "https://hyperledger-fabric.readthedocs.io/en/release-2.5/install.html";
const SUPPORTED = "Fabric 2.5.x or 3.1.x";

/** Each supported version that is there, once: those of FABRIC_BIN, or without it those of PATH, in the order of the folders. */
export function findInstallations(env: Environment): Installation[] {
  const found = foldersOf(env).flatMap((folder) => installationIn(folder).found ?? []);
  return found.filter(({ version }, index) => found.findIndex((other) => other.version === version) === index);
}

/**
 * The first supported installation, or the first of `line`.
 * @throws GxError FABRIC_MISSING naming what was found, what is supported and how Fabric is installed.
 */
export function chosenInstallation(env: Environment, line?: Line): Installation {
  const chosen = findInstallations(env).find((one) => line === undefined || one.line === line);
  if (chosen) return chosen;
  const wanted = line === undefined ? SUPPORTED : `Fabric ${line}.x`;
  const others = foldersOf(env).flatMap((folder) => installationIn(folder).refused ?? []);
  const seen = others.length > 0 ? ` (found: ${others.join(", ")})` : "";
  const place = env["FABRIC_BIN"] ? `FABRIC_BIN (${env["FABRIC_BIN"]})` : "PATH";
  throw new GxError("FABRIC_MISSING", `no folder of ${place} holds peer, orderer and configtxgen of ${wanted}${seen}`, {
    advice: `install Fabric's programs as ${INSTALL} says, and put their folder on PATH or into FABRIC_BIN`,
  });
}

/** What joins nodes that run elsewhere: no orderer is among it. @throws GxError FABRIC_MISSING */
export function administrationPrograms(env: Environment): Pick<Installation, "peer" | "configtxgen" | "line"> {
  for (const folder of foldersOf(env)) {
    const [peer, configtxgen] = [join(folder, "peer"), join(folder, "configtxgen")];
    const line = isProgram(peer) && isProgram(configtxgen) ? lineOf(versionOf(peer)) : undefined;
    if (line) return { peer, configtxgen, line };
  }
  throw new GxError("FABRIC_MISSING", `no folder of FABRIC_BIN or PATH holds peer and configtxgen of ${SUPPORTED}`, {
    advice: "copy both from the image fabric-tools, and name their folder in FABRIC_BIN",
  });
}

const lineOf = (version?: string): Line | undefined => supportedLines.find((known) => version?.startsWith(`${known}.`));

function foldersOf(env: Environment): string[] {
  const list = env["FABRIC_BIN"] || env["PATH"] || "";
  return [...new Set(list.split(delimiter).filter((folder) => folder !== ""))];
}

/** What is in a folder: an installation, one that is not supported (its description), or nothing. */
function installationIn(folder: string): { found?: Installation; refused?: string } {
  const [peer, orderer, configtxgen] = [join(folder, "peer"), join(folder, "orderer"), join(folder, "configtxgen")];
  const missing = [peer, orderer, configtxgen].filter((file) => !isProgram(file)).map((file) => basename(file));
  if (missing.length === 3) return {};
  if (missing.length > 0) return { refused: `some without ${missing.join(" and ")} in ${folder}` };
  const version = versionOf(peer);
  const line = lineOf(version);
  if (version === undefined || line === undefined) return { refused: `${version ?? "no version"} in ${folder}` };
  return { found: { folder, version, line, peer, orderer, configtxgen } };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function versionOf(peer: string): string | undefined {
  try {
    const said = execFileSync(peer, ["version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return /^\s*Version:\s*v?(\d+\.\d+\.\d+)/m.exec(said)?.[1];
  } catch {
    return undefined;
  }
}
