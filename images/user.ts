// Who runs the files of an image here: the user that the Dockerfile names, where this process may become it.
// The tree is made read-only for that user, and it is tried whether it is.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { GxError } from "../platform/errors.js";

export interface User {
  readonly uid?: number;
  readonly gid?: number;
  /** For people: who it is, or why it is not the one of the image. */
  readonly told: string;
}

/** `wanted` as USER of a Dockerfile: uid:gid. */
export function userOf(wanted: string | undefined): User {
  const [uid, gid] = (wanted ?? "").split(":").map(Number);
  if (uid === undefined || gid === undefined || Number.isNaN(uid + gid)) {
    throw new GxError("DOCKERFILE", `USER ${wanted ?? "is missing; it"} must be two numbers, uid:gid`);
  }
  if (process.getuid?.() === 0) return { uid, gid, told: `user ${uid}:${gid}` };
  return { told: `this user: only root may become ${uid}:${gid}` };
}

/** Nobody may write there any more; root's own files stay removable for root. */
export function makeReadOnly(root: string): void {
  for (const entry of ["", ...(readdirSync(root, { recursive: true }) as string[])]) {
    const path = join(root, entry);
    const stat = lstatSync(path);
    if (process.getuid?.() === 0) chownSyncUnlessLink(path, stat.isSymbolicLink());
    if (!stat.isSymbolicLink()) chmodSync(path, (stat.mode & 0o111) === 0 ? 0o444 : 0o555);
  }
}

function chownSyncUnlessLink(path: string, isLink: boolean): void {
  if (!isLink) chownSync(path, 0, 0);
}

/** @throws GxError READ_ONLY when the user could write into a folder of the tree */
export function proveReadOnly(root: string, { uid, gid }: User): void {
  const who = uid === undefined || gid === undefined ? {} : { uid, gid };
  const tried = spawnSync("/bin/sh", ["-c", 'cd "$1" && : > written-by-the-dry-run', "sh", root], who);
  if (tried.status === 0) throw new GxError("READ_ONLY", `${root} can be written by the user of the image`);
}

/** So that the folder can be removed again, also by another user than root. */
export function makeWritable(root: string): void {
  execFileSync("/bin/chmod", ["-R", "u+w", root]);
}
