// Files of the repository that follow from others: written anew, or with --check only compared.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../platform/config.js";

/** Writes those of `printed` (path → text) that are stale. With --check names them and `command`, and the exit status is 1. */
export function keep(printed: Readonly<Record<string, string>>, command: string): void {
  const stale = Object.entries(printed).filter(isStale);
  if (process.argv.includes("--check")) {
    for (const [file] of stale) console.error(`${file} is stale. Run: npm run build && ${command}`);
    if (stale.length > 0) process.exitCode = 1;
    return;
  }
  for (const [file, text] of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    console.log(`printed ${file}`);
  }
}

function isStale([file, text]: [string, string]): boolean {
  const path = join(root, file);
  return !existsSync(path) || readFileSync(path, "utf8") !== text;
}
