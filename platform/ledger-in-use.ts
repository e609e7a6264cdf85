// Which ledger the system of a home stands on, where no setting says it: its own development ledger, or the network of the
// same home. Every process and every command of the home goes by this one file.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const markOf = (home: string): string => join(home, "on-network");

/** Connection profile that the development ledger of this home leaves. */
export const ledgerProfile = (home: string): string => join(home, "wallets", "profile.json");

/** Connection profile of the network that `gx network` runs in this home. */
export const networkProfile = (home: string): string => join(home, "network", "wallets", "profile.json");

/** Whether the system of this home stands on the network beside it. */
export const isOnNetwork = (home: string): boolean => existsSync(markOf(home));

/** From now on the system of this home stands on the network beside it, or on its development ledger again. */
export function standOnNetwork(home: string, network: boolean): void {
  if (!network) return rmSync(markOf(home), { force: true });
  mkdirSync(home, { recursive: true });
  writeFileSync(markOf(home), "The system of this folder uses the Fabric network in network/ (gx up --network).\n");
}
