// The submitter as a child process, which a test may kill, halt and read the log of.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../environment.js";
import type { World } from "./world.js";

export interface Line {
  level: string;
  message: string;
  role?: string;
  name?: string;
  count?: number;
  commandIds?: string[];
  traceIds?: string[];
  error?: { message: string };
}

export interface SubmitterProcess {
  child: ChildProcess;
  lines: Line[];
  with(message: string): Line[];
  get(path: string): Promise<{ status: number; body: string }>;
  /** Exit status; undefined when it was killed. */
  ended: Promise<number | undefined>;
  end(signal: NodeJS.Signals): Promise<number | undefined>;
}

/** The roles given, or all. Nobody ends it but the caller. */
export async function startSubmitter(
  world: Pick<World, "home" | "profilePath" | "database" | "redis">,
  roles: readonly string[] = [],
  changes: Readonly<Record<string, string>> = {},
): Promise<SubmitterProcess> {
  const port = await freePort();
  const program = join(import.meta.dirname, "submitter-process.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...roles], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...{ PATH: process.env["PATH"], GX_ENV: "development", GX_HOME: world.home, LOG_LEVEL: "debug" },
      ...{ DATABASE_URL: world.database.url, REDIS_URL: world.redis.url, FABRIC_PROFILE: world.profilePath },
      ...{ SUBMITTER_PORT: String(port), ...changes },
    },
  });
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line) as Line));
  const ended = new Promise<number | undefined>((resolve) => child.once("close", (code) => resolve(code ?? undefined)));
  return {
    ...{ child, lines, ended },
    with: (message) => lines.filter((line) => line.message === message),
    get: async (path) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
      return { status: response?.status ?? 0, body: (await response?.text()) ?? "" };
    },
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
