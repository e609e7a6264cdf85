// What an earlier start left behind when it was killed, and ports that somebody else has.
// Never end a process that is not proved to be ours.
import type { Config, Ports } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";
import { leftPostgres } from "../ground/postgres.js";
import { leftRedis } from "../ground/redis.js";
import type { Part } from "./part.js";
import { partNames, runningPart, sweepPids, type PidFile } from "./pidfile.js";
import { isFree, ownerOf } from "./ports.js";
import { endProcess } from "./processes.js";

/** These keep their data and connections: a start adopts them. */
const adopted: readonly string[] = ["postgres", "redis"];
const LIMIT_MS = 8_000;

/** Ends every process that an earlier start left, in reverse order; with `all` the servers too. Returns their names. */
export async function endLeftovers({ home, ports }: Config, all = false): Promise<string[]> {
  const ended: string[] = [];
  for (const name of [...partNames].reverse()) {
    const left = name === "up" || (!all && adopted.includes(name)) ? undefined : await leftOf(home, name, ports);
    if (!left) continue;
    // SIGINT is the fast shutdown of PostgreSQL and a drain for everything else.
    await endProcess(left, "SIGINT", LIMIT_MS);
    ended.push(name);
  }
  sweepPids(home);
  return ended;
}

async function leftOf(home: string, name: string, ports: Ports): Promise<PidFile | undefined> {
  if (name === "postgres") return leftPostgres(home);
  return name === "redis" ? leftRedis(home, ports.redis) : runningPart(home, name);
}

async function isOurs({ home, ports }: Config, name: string, port: number): Promise<boolean> {
  return adopted.includes(name) && (await leftOf(home, name, ports))?.port === port;
}

/** @throws GxError PORT_TAKEN naming every taken port, who has it and the setting that moves ours. */
export async function checkPorts(config: Config, parts: readonly Part[]): Promise<void> {
  const faults: string[] = [];
  for (const { name, ports } of parts) {
    for (const { port, setting } of ports) {
      if ((await isFree(config.host, port)) || (await isOurs(config, name, port))) continue;
      faults.push(
        `port ${port} of ${name} is taken by ${ownerOf(port)}: end that, or set ${setting}, or GX_PORT_OFFSET`,
      );
    }
  }
  if (faults.length > 0) throw new GxError("PORT_TAKEN", faults.join("\n    "));
}
