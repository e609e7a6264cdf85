// The one-time key in the console's address: made by a command of this machine, redeemed by the gateway of the same home.
// Only its sha256 is kept, as the name of an empty file: whoever finds the folder learns no key.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How long a key may lie unused. */
export const KEY_LIVES_MS = 10 * 60_000;
const KEY = /^[\w-]{32}$/;

/** A key that opens the console of the gateway with this GX_HOME once, within 10 minutes. */
export function newConsoleKey(home: string): string {
  const folder = openFolder(home);
  for (const name of readdirSync(folder)) if (isOver(join(folder, name))) rmSync(join(folder, name), { force: true });
  const key = randomBytes(24).toString("base64url");
  writeFileSync(join(folder, nameOf(key)), "", { mode: 0o600, flag: "wx" });
  return key;
}

/** Whether the key opens the console now; it does not a second time. */
export function redeemConsoleKey(home: string, key: string): boolean {
  if (!KEY.test(key)) return false;
  const file = join(folderOf(home), nameOf(key));
  const over = isOver(file);
  try {
    // Of two that come at the same time, one removes the file.
    unlinkSync(file);
    return !over;
  } catch {
    return false;
  }
}

/** Where a browser opens the console with a new key. */
export const consoleAddress = (home: string, port: number): string =>
  `http://127.0.0.1:${port}/?key=${newConsoleKey(home)}`;

const folderOf = (home: string) => join(home, "keys", "console");
const nameOf = (key: string) => createHash("sha256").update(key).digest("hex");

function isOver(file: string): boolean {
  const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return mtimeMs === undefined || Date.now() - mtimeMs > KEY_LIVES_MS;
}

function openFolder(home: string): string {
  // In steps: a recursive mkdir would close the parents too, and PostgreSQL runs under another user.
  mkdirSync(home, { recursive: true });
  for (const folder of [join(home, "keys"), folderOf(home)])
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  return folderOf(home);
}
