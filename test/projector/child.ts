// The projector as a process of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../environment.js";

export interface ProjectorProcess {
  readonly child: ChildProcess;
  /** Lines of its log, parsed. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** It was the leader at some time. */
  led(): boolean;
  /** Signals it and waits for its end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export interface Outside {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly profilePath: string;
}

export async function startProjectorProcess({
  databaseUrl,
  redisUrl,
  profilePath,
}: Outside): Promise<ProjectorProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "projector-process.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...{ PATH: process.env["PATH"], GX_ENV: "development", PROJECTOR_PORT: String(port) },
      ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, FABRIC_PROFILE: profilePath },
    },
  });
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on("line", (line) =>
    lines.push(JSON.parse(line) as Record<string, unknown>),
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    ...{ child, lines },
    led: () => lines.some(({ message, name }) => message === "Leading" && name === "projector"),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
