// What a command needs to reach the system from outside: where database and ledger are.
import type { Config } from "../platform/config.js";
import { GxError } from "../platform/errors.js";

/** @throws GxError SETTINGS naming the setting that is missing. */
export function requireAddresses({ databaseUrl, fabricProfile }: Config): void {
  for (const [setting, value] of [
    ["DATABASE_URL", databaseUrl],
    ["FABRIC_PROFILE", fabricProfile],
  ]) {
    if (value === "")
      throw new GxError("SETTINGS", `${setting}: is missing; set it, or start a system with: npm start`);
  }
}
