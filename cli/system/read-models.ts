// Before the projector starts: read models that other projections made are rebuilt beside, by the command that people have
// for it. In a process of its own: the projections of this one may be older than the build.
import { spawn } from "node:child_process";
import { environment, readConfig, type Config } from "../../platform/config.js";
import { isUnavailable } from "../../platform/database.js";
import { GxError } from "../../platform/errors.js";
import { isOutdated } from "../replay/outdated.js";
import { ownEntry } from "./entry.js";

export interface Doing {
  /** A line for people. */
  say: (line: string) => void;
  /** Aborted when the system stops. */
  signal: AbortSignal;
}

/** @throws GxError START with the last words of the rebuild. */
export async function rebuildWhenOutdated({ root, env, home }: Config, { say, signal }: Doing): Promise<void> {
  if (!(await isKnownOutdated())) return;
  say("The projections changed: rebuilding the read models from block 0");
  const child = spawn(process.execPath, [...ownEntry(root), "replay", "--if-changed", "--json"], {
    env: environment({ GX_ENV: env, GX_HOME: home }),
    stdio: ["ignore", "pipe", "pipe"],
    signal,
    killSignal: "SIGKILL",
  });
  let result = "";
  let words = "";
  child.stdout.on("data", (chunk: Buffer) => (result += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    words = chunk.toString().trim();
    say(words);
  });
  const status = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (signal.aborted) return;
  if (status !== 0) throw new GxError("START", `the read models were not rebuilt: ${words}`);
  say(summaryOf(result));
}

/** Without a database nothing is known; then the projector says what it lacks, as each part does for itself. */
async function isKnownOutdated(): Promise<boolean> {
  try {
    // Read anew: an embedded server has left its address only now.
    return await isOutdated(readConfig().databaseUrl);
  } catch (error) {
    if (isUnavailable(error)) return false;
    throw error;
  }
}

function summaryOf(result: string): string {
  const { tables = [], seconds = 0 } = JSON.parse(result) as { tables?: { rebuiltRows: number }[]; seconds?: number };
  const rows = tables.reduce((sum, table) => sum + table.rebuiltRows, 0);
  return `Read models rebuilt: ${rows} rows in ${seconds.toFixed(1)} s; the rows before stay in schema read_prev`;
}
