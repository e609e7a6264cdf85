// Builds an image in folders, measures it and starts its processes from exactly those files.
// Never a container: what a registry, a kernel's namespaces or another processor would do is not shown by it.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root as repository, type ProcessName } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { build, type Built } from "./build.js";
import { dockerfileOf, measuredFile, packagesOf, type ImageName } from "./contents.js";
import { freePorts, openGround } from "./ground.js";
import { labelOf } from "./installed.js";
import { carryOut, start, type Start, type Started } from "./processes.js";
import { bytesOf, packagesIn, sizesIn, type InstalledPackage, type Sized } from "./sizes.js";
import { makeReadOnly, makeWritable, proveReadOnly, userOf, type User } from "./user.js";

/** Bytes that the files of an image may have, beside its base. */
export const LIMIT = 250_000_000;

export interface Ran {
  readonly name: string;
  readonly args: readonly string[];
  readonly readySeconds: number;
  readonly endSeconds: number | undefined;
}

export interface DryRun {
  readonly image: ImageName;
  readonly base: string;
  readonly user: string;
  readonly bytes: number;
  readonly parts: Sized[];
  readonly packages: InstalledPackage[];
  readonly ran: Ran[];
}

/** @throws GxError DOCKERFILE, START, READ_ONLY, IMAGE_SIZE, IMAGE_PACKAGES with what did not go as the Dockerfile promises */
export async function dryRun(name: ImageName, say: (line: string) => void): Promise<DryRun> {
  const into = mkdtempSync(join(tmpdir(), `gx-image-${name}-`));
  // The user of the image has to get through to its files.
  chmodSync(into, 0o755);
  try {
    const built = await build({ context: repository, dockerfile: dockerfileOf(name), into, say });
    const run = await judged(name, built, into, say);
    writeFileSync(measuredFile(name), JSON.stringify({ bytes: run.bytes }));
    return run;
  } finally {
    makeWritable(into);
    rmSync(into, { recursive: true, force: true });
  }
}

async function judged(name: ImageName, built: Built, into: string, say: (line: string) => void): Promise<DryRun> {
  const { image, root } = built;
  const app = join(root, "app");
  const [bytes, parts, packages] = [bytesOf(app), sizesIn(app), packagesIn(join(app, "node_modules"))];
  const differ = differenceOf(packages.map(labelOf), packagesOf(name));
  if (differ !== "") throw new GxError("IMAGE_PACKAGES", `${name} has other packages than the release says: ${differ}`);
  if (bytes > LIMIT) throw new GxError("IMAGE_SIZE", `${name} has ${bytes} bytes of files, more than ${LIMIT}`);
  const user = userOf(image.user);
  makeReadOnly(root);
  proveReadOnly(app, user);
  const home = join(into, "run");
  mkdirSync(home, { mode: 0o700 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(home, user.uid, user.gid);
  const pod: Pod = { built, user, home, say };
  const ran = name === "gx" ? await runProcesses(pod, join(into, "ground")) : await runChaincode(pod);
  return { image: name, base: image.base, user: user.told, bytes, parts, packages, ran };
}

function differenceOf(found: readonly string[], expected: readonly string[]): string {
  const [there, said] = [new Set(found), new Set(expected)];
  const lines = [
    ...found.filter((one) => !said.has(one)).map((one) => `+${one}`),
    ...expected.filter((one) => !there.has(one)).map((one) => `-${one}`),
  ];
  return lines.slice(0, 10).join(" ");
}

interface Pod {
  readonly built: Built;
  readonly user: User;
  /** The only folder that its user may write. */
  readonly home: string;
  readonly say: (line: string) => void;
}

const order: readonly ProcessName[] = ["ledger", "submitter", "projector", "subgraphs", "gateway"];

/** All processes of the development overlay beside one another, started in the order in which each needs the one before. */
async function runProcesses(pod: Pod, groundHome: string): Promise<Ran[]> {
  const ground = await openGround(groundHome);
  const environment = { ...(await settingsOf(pod.home)), ...ground.addresses };
  const started: Started[] = [];
  const ran: Ran[] = [];
  try {
    await carryOut(pod.built, pod.user, { name: "--help", args: ["--help"], environment });
    const begin = Date.now();
    await carryOut(pod.built, pod.user, { name: "migrate", args: ["migrate"], environment });
    ran.push({ name: "migrate", args: ["migrate"], readySeconds: (Date.now() - begin) / 1_000, endSeconds: undefined });
    pod.say("migrate: done");
    for (const name of order) {
      const [opsPort = 0] = await freePorts(1);
      const asked: Start = {
        ...{ name, args: ["start", name], opsPort },
        environment: { ...environment, GX_OPS_PORT: String(opsPort) },
      };
      const process = await start(pod.built, pod.user, asked);
      started.unshift(process);
      pod.say(`${name}: ready in ${process.readySeconds.toFixed(1)} s`);
    }
    for (const process of started.splice(0)) ran.push(await ended(process, pod.say));
  } finally {
    for (const process of started) await process.end().catch(() => undefined);
    await ground.remove();
  }
  return ran;
}

async function runChaincode(pod: Pod): Promise<Ran[]> {
  const [port = 0] = await freePorts(1);
  const process = await start(pod.built, pod.user, {
    name: "gx-chaincode",
    args: ["--chaincode-address", `127.0.0.1:${port}`, "--chaincode-id", "gx:dry-run"],
    environment: { CORE_PEER_LOCALMSPID: "Org1MSP", HOME: pod.home },
    listens: port,
  });
  pod.say(`gx-chaincode: listens after ${process.readySeconds.toFixed(1)} s`);
  return [await ended(process, pod.say)];
}

async function ended(process: Started, say: (line: string) => void): Promise<Ran> {
  const { name, args, readySeconds, end } = process;
  const endSeconds = await end();
  say(`${name}: ended after ${endSeconds.toFixed(1)} s`);
  return { name, args, readySeconds, endSeconds };
}

async function settingsOf(home: string): Promise<Record<string, string>> {
  const names = [
    "GATEWAY_PORT",
    "LEDGER_PORT",
    "CHAINCODE_PORT",
    "LEDGER_OPS_PORT",
    "SUBMITTER_PORT",
    "PROJECTOR_PORT",
  ];
  const ports = await freePorts(names.length + 7);
  const chosen = [...names, "SUBGRAPH_PORT"].map((name, index) => [name, String(ports[index])] as const);
  return { GX_ENV: "development", GX_HOME: home, HOME: home, ...Object.fromEntries(chosen) };
}
