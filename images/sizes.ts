// How large the files of an image are: by folder, by package, in all. Bytes as the files hold them; links count nothing.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Sized {
  readonly name: string;
  readonly bytes: number;
}

/** Every folder and file directly in `folder`, the largest first. */
export function sizesIn(folder: string): Sized[] {
  const entries = readdirSync(folder).map((name) => ({ name, bytes: bytesOf(join(folder, name)) }));
  return entries.sort((one, other) => other.bytes - one.bytes);
}

export function bytesOf(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  const below = readdirSync(path, { recursive: true, withFileTypes: true });
  return below
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

export interface InstalledPackage extends Sized {
  readonly version: string;
}

/** Packages of a node_modules folder and of those below it, the largest first; a package without those that it holds. */
export function packagesIn(modules: string): InstalledPackage[] {
  const found = foldersOf(modules).flatMap((name): InstalledPackage[] => {
    const folder = join(modules, name);
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    const own = readdirSync(folder).filter((entry) => entry !== "node_modules");
    const bytes = own.reduce((sum, entry) => sum + bytesOf(join(folder, entry)), 0);
    return [{ name, version, bytes }, ...packagesIn(join(folder, "node_modules"))];
  });
  return found.sort((one, other) => other.bytes - one.bytes);
}

function foldersOf(modules: string): string[] {
  if (!statSync(modules, { throwIfNoEntry: false })) return [];
  const names = readdirSync(modules).filter((name) => !name.startsWith("."));
  return names.flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(modules, name)).map((below) => `${name}/${below}`) : [name],
  );
}

export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
