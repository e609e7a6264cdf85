// Both sides of a benchmark of transfers on one system: people with coins, the SDK as it is, and a command log to be filled.
import { readProfile } from "../platform/profile.js";
import { openFilling, type Filling } from "./filled.js";
import { createUser, ended, inBursts, newPerson } from "./load.js";
import { openSdk, type Payments, type Sdk } from "./sdk.js";
import type { System } from "./system.js";

export interface Transfers {
  readonly people: readonly string[];
  readonly sdk: Sdk;
  readonly filling: Filling;
  close(): Promise<void>;
}

/** With `count` new people, each holding the coins of their registration. */
export async function openTransfers(system: System, count: number): Promise<Transfers> {
  const people = Array.from({ length: count }, newPerson);
  const partner = system.tokens("PARTNER_API")[0] as string;
  const created = await inBursts(people, 10, (userId) => createUser(system, partner, userId, "NG"));
  await ended(system, system.tokens("ADMIN")[0] as string, created);
  const filling = await openFilling(system);
  const sdk = openSdk(readProfile(system.profilePath));
  return {
    ...{ people, sdk, filling },
    close: async () => {
      sdk.close();
      await filling.close();
    },
  };
}

/** Payment `i` between two of all accounts; both sides use the same. */
export const amongAll =
  (people: readonly string[]): Payments =>
  (i) => ({
    from: people[i % people.length] as string,
    to: people[(i + 1 + (i % 40)) % people.length] as string,
  });
