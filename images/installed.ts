// Which packages an image has, by the lock file from which npm installs them: no dry run is needed to say it.
// Compared with what is really in the folder by the dry run.
import { readFileSync } from "node:fs";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: true;
  readonly hasInstallScript?: true;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optional?: true;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface LockedPackage extends Locked {
  readonly path: string;
  readonly name: string;
}

const entriesOf = (lockFile: string): Record<string, Locked> =>
  (JSON.parse(readFileSync(lockFile, "utf8")) as { packages: Record<string, Locked> }).packages;

/** Every entry of a lock file that npm fetches. */
export function lockedPackages(lockFile: string): LockedPackage[] {
  return Object.entries(entriesOf(lockFile))
    .filter(([path, { link }]) => path.includes("node_modules/") && link !== true)
    .map(([path, entry]) => ({ ...entry, path, name: path.slice(path.lastIndexOf("node_modules/") + 13) }));
}

/** As `npm ci --omit=dev --omit=optional --omit=peer --workspaces=false` leaves them: what the root's dependencies reach. */
export function productionPackages(lockFile: string): LockedPackage[] {
  const byPath = new Map(lockedPackages(lockFile).map((entry) => [entry.path, entry]));
  const reached = new Map<string, LockedPackage>();
  const reach = (from: string, { dependencies }: Pick<Locked, "dependencies">) => {
    for (const name of Object.keys(dependencies ?? {})) {
      const found = resolved(byPath, from, name);
      if (!found || reached.has(found.path) || found.optional) continue;
      reached.set(found.path, found);
      reach(found.path, found);
    }
  };
  reach("", entriesOf(lockFile)[""] ?? {});
  return [...reached.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Node's own rule: in the package's folder, else in that of whoever holds it. */
function resolved(byPath: ReadonlyMap<string, LockedPackage>, from: string, name: string): LockedPackage | undefined {
  const found = byPath.get(`${from === "" ? "" : `${from}/`}node_modules/${name}`);
  if (found || from === "") return found;
  return resolved(byPath, from.slice(0, Math.max(0, from.lastIndexOf("/node_modules/"))), name);
}

export const labelOf = ({ name, version }: Pick<LockedPackage, "name" | "version">): string => `${name}@${version}`;
