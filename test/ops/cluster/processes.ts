// Server processes of a suite: started with a folder of their own, killed and started again, ended with the suite.
// Never ends a process that it did not start.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { runFolder } from "../../environment.js";
import { noteServer } from "../../servers.mjs";

export interface Server {
  readonly pid: () => number;
  start(): void;
  /** Resolves when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whom it runs as; undefined: as us. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Not started yet. Its output is in `<folder>/<name>.log`; the folder must be named on its command line. */
export function serverOf(folder: string, { name, command, args, env, user }: Program): Server {
  let child: ChildProcess | undefined;
  return {
    pid: () => child?.pid ?? 0,
    start: () => {
      const log = openSync(join(folder, `${name}.log`), "a");
      child = spawn(command, [...args], { stdio: ["ignore", log, log], env: { ...env }, ...user });
      closeSync(log);
      child.on("error", () => undefined);
      if (child.pid !== undefined) noteServer(runFolder(), name, { pid: child.pid, signal: "SIGKILL" });
    },
    kill: async (signal = "SIGKILL") => {
      const ending = child;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = new Promise((resolve) => ending.once("exit", resolve));
      ending.kill(signal);
      await ended;
    },
  };
}
