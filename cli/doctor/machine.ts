// What the machine itself gives: memory, disk, ports, a folder to write to, a clock. Leaves nothing behind.
import { existsSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../../platform/config.js";
import { messageOf } from "../../platform/errors.js";
import { lockFile, lockHolder } from "../system/lock.js";
import { stepsOf } from "../system/part.js";
import { partNames, runningPart } from "../system/pidfile.js";
import { isFree, ownerOf } from "../system/ports.js";
import { found, lacking, type Finding } from "./finding.js";

const START = "npm start";
const NEEDED_BYTES = 1_000_000_000;
const free = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB free, 1 GB is needed`;

export async function machine(config: Config): Promise<Finding[]> {
  return [memory(), disk(config), folder(config), leftovers(config), await ports(config), clock(config)];
}

function memory(): Finding {
  const subject = { what: "memory", for: START };
  const bytes = process.availableMemory();
  return bytes >= NEEDED_BYTES
    ? found(subject, free(bytes))
    : lacking(subject, free(bytes), "end other programs, or give the machine or container more");
}

/** The folder where GX_HOME is or will be made. */
function standing(home: string): string {
  return existsSync(home) ? home : standing(dirname(home));
}

function disk({ home }: Config): Finding {
  const subject = { what: "disk", for: START };
  const { bavail, bsize } = statfsSync(standing(home));
  return bavail * bsize >= NEEDED_BYTES
    ? found(subject, free(bavail * bsize))
    : lacking(subject, `${free(bavail * bsize)} for ${home}`, "make room, or set GX_HOME to a folder on another disk");
}

/** File systems on which PostgreSQL may lose what it wrote: magic numbers of statfs(2). */
const networkFileSystems: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0x517b: "SMB",
  0xff534d42: "CIFS",
  0xfe534d42: "SMB",
  0x01021997: "9P, as of a Windows drive in WSL",
  0x5346414f: "AFS",
};

function folder({ home }: Config): Finding {
  const subject = { what: "GX_HOME", for: START };
  const place = standing(home);
  try {
    if (!statSync(place).isDirectory()) return lacking(subject, `${place} is no folder`, "set GX_HOME to a folder");
    const probe = mkdtempSync(join(place, ".gx-doctor-"));
    try {
      writeFileSync(join(probe, "probe"), Buffer.alloc(65_536));
    } finally {
      rmSync(probe, { recursive: true, force: true });
    }
  } catch (error) {
    return lacking(subject, `${place} cannot be written: ${messageOf(error)}`, "set GX_HOME to a folder of yours");
  }
  const network = process.platform === "linux" ? networkFileSystems[statfsSync(place).type >>> 0] : undefined;
  return network === undefined
    ? found(subject, home)
    : lacking(subject, `${home} is on a network drive (${network})`, "set GX_HOME to a folder on a local disk");
}

/** What a killed start left: the next one uses or clears it, so it is no fault. */
function leftovers({ home }: Config): Finding {
  const subject = { what: "leftovers", for: START };
  if (lockHolder(home)) return found(subject, "none: the system runs");
  const left = partNames.filter((name) => name !== "up" && runningPart(home, name));
  const lock = existsSync(lockFile(home)) ? "a lock whose holder is gone" : "";
  const all = [lock, left.length > 0 ? `running without it: ${left.join(", ")}` : ""].filter(Boolean);
  if (all.length === 0) return found(subject, "none");
  return found(subject, `${all.join("; ")}. The next start takes over; to end it: npm run gx -- stop`);
}

async function ports(config: Config): Promise<Finding> {
  const subject = { what: "ports", for: START };
  const holder = lockHolder(config.home);
  if (holder) return found(subject, `in use by our own system, process ${holder.pid}`);
  const wanted = stepsOf(config).flatMap((step) =>
    "run" in step ? [] : step.ports.map((port) => ({ ...port, step })),
  );
  const taken: string[] = [];
  for (const { port, setting, step } of wanted) {
    if (runningPart(config.home, step.name) || (await isFree(config.host, port))) continue;
    taken.push(`${port} (${setting}) is taken by ${ownerOf(port)}`);
  }
  return taken.length === 0
    ? found(subject, `${wanted.length} free`)
    : lacking(subject, taken.join("; "), "end what has them, set what stands in brackets, or set GX_PORT_OFFSET=100");
}

const MINUTE_MS = 60_000;

/** Files of this installation cannot be younger than now. */
function clock({ root }: Config): Finding {
  const subject = { what: "clock", for: "certificates, tokens" };
  const installed = statSync(join(root, "package.json")).mtimeMs;
  const now = new Date().toISOString();
  return Date.now() >= installed - MINUTE_MS
    ? found(subject, now)
    : lacking(subject, `${now} is before this installation was made`, "sudo timedatectl set-ntp true");
}
