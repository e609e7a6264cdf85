// Where the program of the embedded Redis comes from: PATH, else Debian's packages unpacked into GX_HOME without root.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";
import { isExecutable } from "./postgres-programs.js";

const run = promisify(execFile);

export interface RedisProgram {
  command: string;
  env: Readonly<Record<string, string | undefined>>;
}

const programs = ["redis-server", "valkey-server"];
const packages = ["redis-server", "redis-tools", "liblzf1", "libjemalloc2", "libatomic1"];
const hint =
  "Install it with: apt-get install redis-server (Debian, Ubuntu) or brew install redis (macOS), or set REDIS_URL";

/** @throws GxError REDIS_MISSING with the command that installs one. */
export async function findRedis(home: string): Promise<RedisProgram> {
  return presentRedis(home) ?? (await unpack(home));
}

/** A program on PATH or one that was unpacked earlier. */
export function presentRedis(home: string): RedisProgram | undefined {
  return onPath() ?? unpacked(home);
}

/** Whether this machine can get Debian's packages. */
export function canUnpackRedis(): boolean {
  return isExecutable("/usr/bin/apt-get") && isExecutable("/usr/bin/dpkg");
}

function onPath(): RedisProgram | undefined {
  const folders = (environment()["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const command = programs.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  return command === undefined ? undefined : { command, env: environment() };
}

const DRAFT = "redis-program.new-";
/** Longer than all that an unpacking waits for. */
const DEAD_MS = 600_000;
const unpackedFolder = (home: string) => join(home, "redis-program");

function unpacked(home: string): RedisProgram | undefined {
  const folder = unpackedFolder(home);
  const command = join(folder, "usr", "bin", "redis-server");
  if (!isExecutable(command)) return undefined;
  const lib = join(folder, "usr", "lib");
  const libraries = readdirSync(lib, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const path = libraries.map((entry) => join(lib, entry.name)).join(delimiter);
  return { command, env: environment({ LD_LIBRARY_PATH: path }) };
}

async function unpack(home: string): Promise<RedisProgram> {
  if (!canUnpackRedis()) throw new GxError("REDIS_MISSING", `there is no Redis on this machine. ${hint}`);
  // A folder of its own: two may unpack at a time, and whoever is first gives it its name.
  mkdirSync(home, { recursive: true });
  clearDrafts(home);
  const draft = mkdtempSync(join(home, DRAFT));
  mkdirSync(join(draft, "apt", "lists", "partial"), { recursive: true });
  mkdirSync(join(draft, "apt", "cache", "archives", "partial"), { recursive: true });
  try {
    await download(draft);
    for (const file of readdirSync(draft).filter((name) => name.endsWith(".deb"))) {
      await run("dpkg", ["-x", join(draft, file), draft]);
      rmSync(join(draft, file));
    }
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw new GxError("REDIS_MISSING", `there is no Redis on this machine. ${hint}`, { cause: error });
  }
  rmSync(join(draft, "apt"), { recursive: true, force: true });
  takeName(draft, home);
  const program = unpacked(home);
  if (!program) throw new GxError("REDIS_MISSING", `Debian's packages hold no redis-server. ${hint}`);
  return program;
}

function takeName(draft: string, home: string): void {
  if (!unpacked(home)) rmSync(unpackedFolder(home), { recursive: true, force: true });
  try {
    renameSync(draft, unpackedFolder(home));
  } catch (error) {
    // Somebody else was first: what he unpacked is the same.
    rmSync(draft, { recursive: true, force: true });
    if (!unpacked(home)) throw error;
  }
}

/** What killed processes left half done. */
function clearDrafts(home: string): void {
  for (const name of readdirSync(home).filter((entry) => entry.startsWith(DRAFT))) {
    const { mtimeMs } = statSync(join(home, name), { throwIfNoEntry: false }) ?? {};
    if (mtimeMs !== undefined && Date.now() - mtimeMs > DEAD_MS)
      rmSync(join(home, name), { recursive: true, force: true });
  }
}

async function download(folder: string): Promise<void> {
  try {
    await run("apt-get", ["download", "-q", ...packages], { cwd: folder, timeout: 60_000 });
  } catch {
    // Fresh images have no package lists. Lists of our own need no root and change nothing of the machine's.
    const own = [`Dir::State::lists=${join(folder, "apt", "lists")}`, `Dir::Cache=${join(folder, "apt", "cache")}`];
    const options = [...own, "APT::Sandbox::User="].flatMap((option) => ["-o", option]);
    // Its exit status also tells of hooks that only root may run; whether it helped, the download shows.
    await run("apt-get", [...options, "-q", "update"], { cwd: folder, timeout: 120_000 }).catch(() => undefined);
    await run("apt-get", [...options, "-q", "download", ...packages], { cwd: folder, timeout: 60_000 });
  }
}
