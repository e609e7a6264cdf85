// gx console: a new address of the console. It works once and is nobody's to keep, so only the address is printed.
import type { Command } from "commander";
import { readConfig } from "../platform/config.js";
import { consoleAddress } from "../platform/console-key.js";
import { GxError } from "../platform/errors.js";
import { missingOf } from "./system/readyz.js";

export function register(program: Command): void {
  program
    .command("console")
    .description("Print an address that opens the console with development tokens; it works once, within 10 minutes.")
    .action(printAddress);
}

async function printAddress(): Promise<void> {
  const { env, home, ports } = readConfig();
  if (env !== "development") {
    throw new GxError("DEVELOPMENT_ONLY", `GX_ENV is ${env}: keys of the console are for development only`);
  }
  console.log(consoleAddress(home, ports.gateway));
  const missing = await missingOf(ports.gateway);
  if (missing !== undefined) console.error(`gx: the gateway ${missing}; start the system with: npm start`);
}
