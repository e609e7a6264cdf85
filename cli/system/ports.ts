// Whether a port is free, and who has it otherwise.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { codeOf } from "../../platform/errors.js";
import { commandLineOf } from "./processes.js";

export async function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => (codeOf(error) === "EADDRINUSE" ? resolve(false) : reject(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** "process 123 (nginx -g …)", as far as this machine tells. */
export function ownerOf(port: number): string {
  const pid = listenerOf(port);
  return pid === undefined ? "another program" : `process ${pid} (${commandLineOf(pid).slice(0, 60)})`;
}

function listenerOf(port: number): number | undefined {
  const sockets = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeningSockets(table, port)));
  if (sockets.size === 0) return undefined;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const pid = pids.find((name) => descriptorsOf(name).some((target) => target !== undefined && sockets.has(target)));
  return pid === undefined ? undefined : Number(pid);
}

const LISTEN = "0A";

function listeningSockets(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  try {
    const rows = readFileSync(table, "utf8").split("\n").slice(1);
    const columns = rows.map((row) => row.trim().split(/\s+/));
    return columns
      .filter(([, local, , state]) => local?.endsWith(suffix) && state === LISTEN)
      .map((row) => `socket:[${row[9] ?? ""}]`);
  } catch {
    return [];
  }
}

function descriptorsOf(pid: string): (string | undefined)[] {
  const folder = `/proc/${pid}/fd`;
  return attempt(() => readdirSync(folder))?.map((fd) => attempt(() => readlinkSync(`${folder}/${fd}`))) ?? [];
}

/** Processes and their descriptors come and go while we look. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
