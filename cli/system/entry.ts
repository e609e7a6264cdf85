// How Node.js gets to this very command line again.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Arguments of Node.js: compiled, or from the sources under a loader. */
export function ownEntry(root: string): string[] {
  const fromSources = fileURLToPath(import.meta.url).endsWith(".ts");
  return fromSources ? ["--import", "tsx", join(root, "cli", "index.ts")] : [join(root, "dist", "cli", "index.js")];
}
