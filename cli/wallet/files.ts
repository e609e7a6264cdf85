// Files of a wallet, written so that a reader sees old or new, never a part, and as closed as they were.
import { chmodSync, chownSync, copyFileSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf, GxError, messageOf } from "../../platform/errors.js";
import { PREVIOUS } from "../../platform/wallet.js";

export interface Files {
  certificate: Buffer;
  key: Buffer;
}

/**
 * Makes the pair the one of `name`; the former is kept as `<name>-previous-cert` and `-key`.
 * @throws GxError BAD_WALLET when the folder cannot be written
 */
export function writePair(wallet: string, name: string, { certificate, key }: Files): void {
  const file = (suffix: string, kind: string) => join(wallet, `${name}${suffix}-${kind}`);
  try {
    for (const kind of ["key", "cert"]) {
      if (existsSync(file("", kind))) replace(file(PREVIOUS, kind), (to) => copyFileSync(file("", kind), to));
    }
    replace(file("", "key"), (to) => writeFileSync(to, key, { mode: 0o600 }));
    replace(file("", "cert"), (to) => writeFileSync(to, certificate, { mode: 0o600 }));
  } catch (cause) {
    throw unwritable(wallet, cause);
  }
}

/** @throws GxError BAD_WALLET */
export function writeFile(file: string, content: string): void {
  try {
    replace(file, (to) => writeFileSync(to, content, { mode: 0o600 }));
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** A process of another user may read the old file by its group: the new one is as it was. */
function replace(file: string, write: (to: string) => void): void {
  const to = `${file}.new`;
  const before = statSync(file, { throwIfNoEntry: false });
  rmSync(to, { force: true });
  write(to);
  if (before) {
    chmodSync(to, before.mode & 0o660);
    if (before.uid !== process.getuid?.() || before.gid !== process.getgid?.()) chownSync(to, before.uid, before.gid);
  }
  renameSync(to, file);
}

function unwritable(what: string, cause: unknown): GxError {
  const mounted = codeOf(cause) === "EROFS" ? "; a mounted volume is changed where it comes from, e.g. its Secret" : "";
  return new GxError("BAD_WALLET", `${what} cannot be written: ${messageOf(cause)}${mounted}`, { cause });
}
