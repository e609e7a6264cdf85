// GX_HOME/logs/<process>.log, rotated: five files of at most 10 MB, the current one and .1 to .4.
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";

const LARGEST = 10_000_000;
const FILES = 5;

export interface LogFile {
  write(chunk: Buffer): void;
  close(): void;
}

export const logPath = (home: string, name: string) => join(home, "logs", `${name}.log`);

export function openLogFile(home: string, name: string, largest = LARGEST): LogFile {
  const path = logPath(home, name);
  mkdirSync(join(home, "logs"), { recursive: true });
  let file = openSync(path, "a", 0o640);
  let size = fstatSync(file).size;
  let closed = false;
  const rotate = () => {
    closeSync(file);
    for (let n = FILES - 2; n >= 1; n -= 1)
      if (existsSync(`${path}.${n}`)) renameSync(`${path}.${n}`, `${path}.${n + 1}`);
    renameSync(path, `${path}.1`);
    file = openSync(path, "a", 0o640);
    size = 0;
  };
  return {
    write: (chunk) => {
      if (closed) return;
      if (size > 0 && size + chunk.length > largest) rotate();
      writeSync(file, chunk);
      size += chunk.length;
    },
    close: () => {
      closed = true;
      closeSync(file);
    },
  };
}

/** The last lines of a log, for people: of JSON lines the message and the error's text. */
export function tailOf(home: string, name: string, lines = 3): string {
  const path = logPath(home, name);
  if (!existsSync(path)) return "";
  const last = readFileSync(path, "utf8").trimEnd().split("\n").slice(-lines);
  return [...last.map(readable), `(all of it: ${path})`].join("\n  ");
}

function readable(line: string): string {
  try {
    const { message, error } = JSON.parse(line) as { message?: string; error?: { message?: string } };
    return [message, error?.message].filter(Boolean).join(": ");
  } catch {
    return line;
  }
}
