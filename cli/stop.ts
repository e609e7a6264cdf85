// gx stop: ends the system of this home, also what is left of one that was killed.
import type { Command } from "commander";
import { readConfig } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { endLeftovers } from "./system/leftovers.js";
import { lockHolder } from "./system/lock.js";
import { goneWithin, send } from "./system/processes.js";

const LIMIT_MS = 20_000;

export function register(program: Command): void {
  program.command("stop").description("Stop the system of this GX_HOME.").action(stop);
}

async function stop(): Promise<void> {
  const config = readConfig();
  const { home } = config;
  const holder = lockHolder(home);
  if (holder) {
    send(holder, "SIGTERM");
    if (!(await goneWithin(holder, LIMIT_MS))) {
      throw new GxError(
        "STOP",
        `process ${holder.pid} did not end within ${LIMIT_MS / 1_000} s; end it with: kill -9 ${holder.pid}`,
      );
    }
  }
  const ended = await endLeftovers(config, true);
  if (holder) console.log(`Stopped the system on ${home}`);
  else
    console.log(ended.length > 0 ? `Stopped what was left on ${home}: ${ended.join(", ")}` : `Nothing runs on ${home}`);
}
