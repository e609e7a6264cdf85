// A folder as Kubernetes mounts a Secret: each file is a link into ..data, ..data is a link to a folder of this version, and a new
// version comes by one rename of that link. Files are readable for the group (defaultMode 0440, fsGroup), for others never.
import { copyFileSync, chmodSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

export interface Volume {
  readonly folder: string;
  /** The files of the folder `from`, which keeps standing for the Secret; all names at once. */
  swap(from: string): void;
}

/** Mounts `names` of the folder `from` at `folder`. */
export function mountSecret(folder: string, from: string, names: readonly string[]): Volume {
  let version = 0;
  const write = (source: string): string => {
    const name = `..version_${(version += 1)}`;
    mkdirSync(join(folder, name), { recursive: true });
    for (const file of names) {
      copyFileSync(join(source, file), join(folder, name, file));
      chmodSync(join(folder, name, file), 0o440);
    }
    return name;
  };
  const swap = (source: string) => {
    const before = version === 0 ? undefined : readlinkSync(join(folder, "..data"));
    symlinkSync(write(source), join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    if (before !== undefined) rmSync(join(folder, before), { recursive: true });
  };
  swap(from);
  for (const file of names) symlinkSync(join("..data", file), join(folder, file));
  return { folder, swap };
}
