// `gx <command> --json` against the system that is hurt, without holding up the callers meanwhile.
import { execFile } from "node:child_process";
import { join } from "node:path";
import type { System } from "../bench/system.js";
import { environment, root } from "../platform/config.js";

/** What the command printed. @throws when that is no JSON */
export function gxJson<T>({ environment: own }: System, ...args: string[]): Promise<T> {
  const program = [join(root, "dist", "cli", "index.js"), ...args, "--json"];
  const options = { env: environment({ ...own, NODE_OPTIONS: "" }), maxBuffer: 256 * 1_024 * 1_024 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, program, options, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as T);
      } catch {
        reject(new Error(`gx ${args.join(" ")} did not answer: ${error?.message ?? ""} ${stderr.slice(-500)}`));
      }
    });
  });
}

interface Replayed {
  readonly ok: boolean;
  readonly seconds: number;
  readonly block: number;
  readonly events: number;
  readonly tables: readonly { table: string; rows: number; differences: number }[];
}

/** Rebuilds the read models, or only compares; what differs. */
export async function replay(system: System, ...options: "--verify"[]): Promise<Replayed & { faults: string[] }> {
  const replayed = await gxJson<Replayed>(system, "replay", ...options);
  const faults = replayed.tables
    .filter(({ differences }) => differences > 0)
    .map(({ table, differences }) => `gx replay: ${table}: ${differences} differences`);
  return { ...replayed, faults };
}

/** What `gx verify` and `gx replay --verify` find; that one of them did not answer is a fault of its own. */
export async function differences(system: System): Promise<string[]> {
  const failed = (error: unknown) => [error instanceof Error ? error.message : "unknown"];
  const verified = gxJson<{ checks: { name: string; differences: string[] }[] }>(system, "verify").then(
    ({ checks }) => checks.flatMap(({ name, differences: all }) => all.map((text) => `gx verify: ${name}: ${text}`)),
    failed,
  );
  const rebuilt = replay(system, "--verify").then(({ faults }) => faults, failed);
  return [...(await verified), ...(await rebuilt)];
}
