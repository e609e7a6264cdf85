// gx doctor: what this machine lacks for which purpose, and the command that gets it. Changes nothing.
import { statfsSync } from "node:fs";
import { freemem } from "node:os";
import { delimiter, join } from "node:path";
import type { Command } from "commander";
import { environment, readConfig, type Config } from "../platform/config.js";
import { messageOf } from "../platform/errors.js";
import { findPostgres, isExecutable } from "./ground/postgres-programs.js";
import { canUnpackRedis, presentRedis } from "./ground/redis-programs.js";
import { lockHolder } from "./system/lock.js";
import { stepsOf } from "./system/part.js";
import { isFree, ownerOf } from "./system/ports.js";

interface Finding {
  what: string;
  /** Purposes that need it. */
  for: string;
  ok: boolean;
  /** What was found, or what to do. */
  detail: string;
  /** A lack that only narrows what can be done. */
  optional: boolean;
}

export function register(program: Command): void {
  program
    .command("doctor")
    .description("Say what this machine lacks for which purpose, and the command that gets it.")
    .option("--json", "for programs")
    .action(showFindings);
}

async function showFindings(options: { json?: boolean }): Promise<void> {
  const config = readConfig();
  const findings = [...programs(config), ...resources(config), ...(await ports(config))];
  if (options.json) console.log(JSON.stringify(findings, undefined, 2));
  else {
    for (const { what, ok, optional, detail, for: purpose } of findings) {
      console.log(
        `${ok ? "ok     " : optional ? "lacking" : "MISSING"} ${what.padEnd(20)} ${`(${purpose})`.padEnd(26)} ${detail}`,
      );
    }
  }
  process.exitCode = findings.every(({ ok, optional }) => ok || optional) ? 0 : 1;
}

function programs({ home, embedded }: Config): Finding[] {
  return [
    { what: "Node.js", for: "everything", ok: true, optional: false, detail: process.version },
    embedded.postgres ? postgresFinding() : outside("PostgreSQL", "DATABASE_URL"),
    embedded.redis ? redisFinding(home) : outside("Redis", "REDIS_URL"),
    ...["peer", "orderer", "configtxgen"].map(fabricFinding),
  ];
}

function outside(what: string, setting: string): Finding {
  return { what, for: "npm start", ok: true, optional: false, detail: `outside, by ${setting}` };
}

function postgresFinding(): Finding {
  const finding = { what: "PostgreSQL", for: "npm start, npm test", optional: false };
  try {
    return { ...finding, ok: true, detail: findPostgres().postgres };
  } catch (error) {
    return { ...finding, ok: false, detail: messageOf(error) };
  }
}

function redisFinding(home: string): Finding {
  const finding = { what: "Redis", for: "npm start, npm test", optional: false };
  const present = presentRedis(home);
  if (present) return { ...finding, ok: true, detail: present.command };
  if (canUnpackRedis()) return { ...finding, ok: true, detail: "none yet; the start unpacks Debian's into GX_HOME" };
  return { ...finding, ok: false, detail: "apt-get install redis-server, or: brew install redis, or set REDIS_URL" };
}

function fabricFinding(program: string): Finding {
  const folders = (environment()["PATH"] ?? "").split(delimiter);
  const found = folders.map((folder) => join(folder, program)).find(isExecutable);
  const detail = found ?? "not on PATH; comes with the release archive of Hyperledger Fabric 2.5";
  return { what: program, for: "a real Fabric network", ok: found !== undefined, optional: true, detail };
}

const NEEDED_MEMORY = 1_000_000_000;
const NEEDED_DISK = 1_000_000_000;

function resources({ home, root }: Config): Finding[] {
  const disk = statfsSync(root);
  const free = disk.bavail * disk.bsize;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB free`;
  const common = { for: "npm start", optional: false };
  return [
    { ...common, what: "memory", ok: freemem() > NEEDED_MEMORY, detail: `${gigabytes(freemem())}, 1 GB is needed` },
    { ...common, what: "disk", ok: free > NEEDED_DISK, detail: `${gigabytes(free)} for ${home}, 1 GB is needed` },
  ];
}

async function ports(config: Config): Promise<Finding[]> {
  const common = { what: "ports", for: "npm start", optional: false };
  const holder = lockHolder(config.home);
  if (holder) return [{ ...common, ok: true, detail: `in use by our own system, process ${holder.pid}` }];
  const wanted = stepsOf(config).flatMap((step) => ("run" in step ? [] : step.ports));
  const taken: string[] = [];
  for (const { port, setting } of wanted) {
    if (!(await isFree(config.host, port)))
      taken.push(`${port} is taken by ${ownerOf(port)}: set ${setting} or GX_PORT_OFFSET`);
  }
  return [{ ...common, ok: taken.length === 0, detail: taken.join("; ") || `${wanted.length} free` }];
}
