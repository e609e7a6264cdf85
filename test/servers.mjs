// The servers noted in the folder of a jest run, and how they end. Never ends a process that was not started from it.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const RUN_PREFIX = "gx-test-run-";
const NOTE = ".server.json";

/** Notes a server whose command line names `folder`; `signal` ends it at once. */
export const noteServer = (folder, name, server) => writeFileSync(join(folder, name + NOTE), JSON.stringify(server));

export const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** A pid may have been given to another process meanwhile: ours names its folder on its command line. */
function belongsTo(folder, pid) {
  try {
    const commandLine = existsSync("/proc/self/cmdline")
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8")
      : execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
    return commandLine.includes(folder);
  } catch {
    return false;
  }
}

export async function endRun(folder) {
  if (!existsSync(folder)) return;
  const notes = readdirSync(folder).filter((file) => file.endsWith(NOTE));
  const servers = notes.map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
  for (const { pid, signal } of servers) {
    if (isAlive(pid) && belongsTo(folder, pid)) process.kill(pid, signal);
  }
  for (const { pid } of servers) {
    while (isAlive(pid) && belongsTo(folder, pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** What a killed jest run left. */
export async function clearDeadRuns() {
  for (const name of readdirSync(tmpdir()).filter((file) => file.startsWith(RUN_PREFIX))) {
    const folder = join(tmpdir(), name);
    const owner = join(folder, "owner");
    if (existsSync(owner) && !isAlive(Number(readFileSync(owner, "utf8")))) await endRun(folder);
  }
}
