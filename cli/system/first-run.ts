// What a newcomer's ledger needs, done once: the set-up runs on an empty ledger and, after a crash, to its end.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../platform/config.js";
import { readyz } from "./readyz.js";

export interface FirstRun {
  config: Config;
  /** Address of the GraphQL endpoint. */
  gateway: string;
  say: (line: string) => void;
}

export async function setUpOnce({ config, gateway, say }: FirstRun): Promise<void> {
  // Beside the blocks: another ledger is another set-up.
  const begun = join(config.home, "ledger", "set-up-begun");
  if (!existsSync(begun) && !(await isEmpty(config.ports.ledgerOps))) return;
  writeFileSync(begun, "");
  const { setUp } = await import("../setup.js");
  await setUp({ gateway, home: config.home, say });
  rmSync(begun, { force: true });
}

/** Only the first block, which every chain begins with. */
async function isEmpty(port: number): Promise<boolean> {
  return (await readyz(port))?.body["height"] === 1;
}
