// gx logs: what the processes of this home wrote, and with -f what they write from now on.
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import type { Command } from "commander";
import { readConfig } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { logPath } from "./system/logfile.js";
import { partNames } from "./system/pidfile.js";
import { UsageError } from "./usage.js";

interface Options {
  follow?: boolean;
  lines: string;
}

const EVERY_MS = 200;
// The ledger writes what its chaincode says; `gx up` writes to its own terminal.
const written = partNames.filter((name) => name !== "up" && name !== "chaincode");

export function register(program: Command): void {
  program
    .command("logs")
    .description("Show the logs of this GX_HOME.")
    .argument("[process]", `one of ${written.join(", ")}; all when left out`)
    .option("-f, --follow", "go on with what is written from now on")
    .option("-n, --lines <count>", "lines of each log to begin with", "50")
    .action(showLogs);
}

async function showLogs(process: string | undefined, options: Options): Promise<void> {
  if (process !== undefined && !written.some((name) => name === process)) {
    throw new UsageError(`logs: ${process} is not one of ${written.join(", ")}`);
  }
  if (!/^\d{1,6}$/.test(options.lines)) throw new UsageError("--lines: must be a whole number up to 999999");
  const { home } = readConfig();
  const names = (process === undefined ? written : [process]).filter((name) => existsSync(logPath(home, name)));
  if (names.length === 0 && !options.follow) throw new GxError("NO_LOGS", `there are no logs in ${home}/logs yet`);
  const one = process !== undefined;
  for (const name of names) print(name, one, lastLines(logPath(home, name), Number(options.lines)));
  if (options.follow) follow(home, one ? [process] : written, one);
}

function lastLines(path: string, count: number): string[] {
  return count === 0 ? [] : readFileSync(path, "utf8").trimEnd().split("\n").slice(-count);
}

function print(name: string, one: boolean, lines: readonly string[]): void {
  for (const line of lines) console.log(one ? line : `${name.padEnd(10)} ${line}`);
}

function follow(home: string, names: readonly string[], one: boolean): void {
  const followers = names.map((name) => ({ name, read: newLines(logPath(home, name)) }));
  setInterval(() => {
    for (const { name, read } of followers) print(name, one, read());
  }, EVERY_MS);
}

/** Each call returns the whole lines that were written since the last; a rotated file begins anew. */
function newLines(path: string): () => string[] {
  let at = sizeOf(path);
  let rest = "";
  return () => {
    const size = sizeOf(path);
    if (size < at) at = 0;
    if (size === at) return [];
    const chunk = Buffer.alloc(size - at);
    const file = openSync(path, "r");
    readSync(file, chunk, 0, chunk.length, at);
    closeSync(file);
    at = size;
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    return lines;
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
