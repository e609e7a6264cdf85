// No node outlives the process that looks after it: a small shell waits for its end, and what an earlier one left is cleared.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { forget, stillRunning } from "../ledger/processes.js";

// Its standard input ends when this process does, however that ends; a clean stop leaves no file to read.
const SCRIPT = `
cat >/dev/null
for file in "$1"/*.json; do
  pid=$(sed -n 's/.*"pid":\\([0-9][0-9]*\\).*/\\1/p' "$file" 2>/dev/null)
  [ -n "$pid" ] && kill -TERM "$pid" && kill -CONT "$pid"
done
`;

/** Ends the nodes whose pid files are in `folder` when this process is gone; returns its own release. */
export function standGuard(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const guard = spawn("sh", ["-c", SCRIPT, "sh", folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  guard.unref();
  return () => guard.stdin.destroy();
}

const PATIENCE_MS = 5_000;

/** Ends nodes that still run from an earlier network on this folder; returns their names. */
export async function clearLeftovers(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const ended = await Promise.all(files.map(async (file) => ((await end(join(folder, file))) ? [file] : [])));
  return ended.flat().map((file) => file.replace(/\.json$/, ""));
}

async function end(file: string): Promise<boolean> {
  const found = stillRunning(file);
  for (const stop = Date.now() + PATIENCE_MS; ; await sleep(20)) {
    const pid = stillRunning(file);
    if (pid === undefined) break;
    signal(pid, Date.now() > stop ? "SIGKILL" : "SIGTERM");
    signal(pid, "SIGCONT");
  }
  forget(file);
  return found !== undefined;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the two calls.
  }
}
