// GX_HOME/lock: one system per home. The holder is named by pid and start time, so a crash leaves no lasting lock.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf, GxError } from "../../platform/errors.js";
import { isRunning, startOf, type Seen } from "./processes.js";

export const lockFile = (home: string) => join(home, "lock");

/** Who holds the lock, if that process still runs. */
export function lockHolder(home: string): Seen | undefined {
  try {
    const seen = JSON.parse(readFileSync(lockFile(home), "utf8")) as Seen;
    return isRunning(seen) ? seen : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock of a home; returns its release. `stop` is the command that ends its holder.
 * @throws GxError LOCKED naming the process that holds it.
 */
export function takeLock(home: string, stop = "npm run gx -- stop"): () => void {
  mkdirSync(home, { recursive: true });
  const mine: Seen = { pid: process.pid, started: startOf(process.pid) ?? "" };
  const draft = `${lockFile(home)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(mine)}\n`);
  try {
    claim(home, draft, stop);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => rmSync(lockFile(home), { force: true });
}

function claim(home: string, draft: string, stop: string): void {
  // A link is made whole or not at all, also when two starts meet.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const holder = lockHolder(home);
    if (holder) throw locked(home, holder, stop);
    try {
      linkSync(draft, lockFile(home));
      return;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
      if (!lockHolder(home)) rmSync(lockFile(home), { force: true });
    }
  }
  throw new GxError("LOCKED", `${lockFile(home)} changes hands all the time; try again`);
}

function locked(home: string, { pid }: Seen, stop: string): GxError {
  return new GxError("LOCKED", `a system already runs on ${home} as process ${pid}. Stop it with: ${stop}`);
}
