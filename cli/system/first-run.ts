// What a newcomer's ledger needs, done once: the set-up runs on a ledger without bootstrap and, after a crash, to its end.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { READER } from "../../catalogue/roles.js";
import { functions, WIRE_VERSION, type WireQuery } from "../../catalogue/wire.js";
import type { Config } from "../../platform/config.js";
import { openConnection } from "../../platform/connection.js";
import { actAs } from "../../platform/fabric.js";
import { identityOf, readProfile } from "../../platform/profile.js";
import { readIdentity } from "../../platform/wallet.js";

export interface FirstRun {
  config: Config;
  /** Address of the GraphQL endpoint. */
  gateway: string;
  say: (line: string) => void;
}

export async function setUpOnce({ config, gateway, say }: FirstRun): Promise<void> {
  // Beside the wallet of this very ledger: another ledger is another set-up.
  const begun = join(dirname(config.fabricProfile), "set-up-begun");
  if (!existsSync(begun) && (await isBootstrapped(config))) return;
  writeFileSync(begun, "");
  const { setUp } = await import("../setup.js");
  await setUp({ gateway, home: config.home, say });
  rmSync(begun, { force: true });
}

const STATUS = JSON.stringify({ version: WIRE_VERSION, name: "systemStatus", args: {} } satisfies WireQuery);

/** What the ledger itself says: null before its bootstrap. */
async function isBootstrapped({ fabricProfile }: Config): Promise<boolean> {
  const profile = readProfile(fabricProfile);
  const connection = openConnection(profile);
  try {
    const reader = readIdentity(profile, identityOf(profile, READER, READER));
    const told = await actAs(connection, reader).evaluate(functions.query, STATUS);
    return JSON.parse(told.toString("utf8")) !== null;
  } finally {
    connection.close();
  }
}
