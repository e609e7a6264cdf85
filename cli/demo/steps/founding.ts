// Steps 1 to 5: an empty ledger becomes a world with parameters, countries, admins and six people.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parameterIds, parameters } from "../../../catalogue/parameters.js";
import { root } from "../../../platform/config.js";
import { demoOverrides } from "../../setup.js";
import { personOf, residents } from "../people.js";
import type { Scene, Step } from "../step.js";
import { people } from "../world.js";

const overridden = new Map<string, number>(demoOverrides.map(({ id, value }) => [id, value]));
/** Coins of a world that has just begun. */
const NOTHING = {
  ...{ operations: "0", "loan pool": "0", redistribution: "0", "charitable pool": "0", "GX pool": "0" },
} as const;
const ROWS = 50;
/** Share of the world after each part of the countries. */
const SHARES = ["0.84582024", "0.96123060", "0.99545331", "0.99982582", "1.00000000"];

export function founding({ act, see, hold }: Scene): readonly Step[] {
  return [
    {
      title: "An empty ledger is bootstrapped",
      run: async () => {
        await act({
          ...{ by: "super admin", what: "bootstraps: profile devnet, admin a1, four parameters of its own" },
          command: "admin.bootstrapSystem",
          input: { profile: "devnet", admins: [people.a1], parameters: demoOverrides },
        });
        await see("everybody", "20 parameters, four of them overridden", "{ systemParameters { id value } }", {
          systemParameters: parameterIds.map((id) => ({ id, value: overridden.get(id) ?? parameters[id].default })),
        });
        await hold(NOTHING);
      },
    },
    { title: "Five commands bring 234 countries", run: () => bringCountries({ act, see, hold }) },
    {
      title: "Admins appoint each other, nobody oneself",
      run: async () => {
        const appoint = { command: "admin.appointAdmin", input: { adminId: people.a2 } };
        await act({ ...appoint, by: "a1", what: "appoints a2" });
        await act({ ...appoint, by: "a2", what: "appoints a2", refusedWith: "SELF_ACTION" });
        const query = "{ adminAppointments(status: ACTIVE) { totalCount edges { node { id } } } }";
        const edges = [people.a2, people.a1].map((id) => ({ node: { id } }));
        await see("a1", "2 admins", query, { adminAppointments: { totalCount: 2, edges } });
        await hold({});
      },
    },
    {
      title: "Nigeria opens its treasury",
      run: async () => {
        const input = { countryCode: "NG" };
        await act({ by: "a1", what: "activates the treasury of NG", command: "admin.activateTreasury", input });
        await see("everybody", "the treasury of NG is ACTIVE", '{ country(code: "NG") { treasuryStatus } }', {
          country: { treasuryStatus: "ACTIVE" },
        });
        await hold({});
      },
    },
    { title: "A partner brings six people onto the ledger", run: () => bringPeople({ act, see, hold }) },
  ];
}

async function bringCountries({ act, see, hold }: Pick<Scene, "act" | "see" | "hold">): Promise<void> {
  const rows = JSON.parse(readFileSync(join(root, "data", "countries.json"), "utf8")) as unknown[];
  for (const [part, shareTotal] of SHARES.entries()) {
    const countries = rows.slice(part * ROWS, (part + 1) * ROWS);
    const first = part * ROWS + 1;
    await act({
      by: "super admin",
      what: `inserts countries ${first} to ${first - 1 + countries.length}`,
      command: "admin.initializeCountryData",
      input: { countries },
    });
    const query = "{ systemStatus { countries shareTotal } }";
    const now = { countries: first - 1 + countries.length, shareTotal };
    await see("everybody", `${now.countries} countries with ${shareTotal} of the world`, query, { systemStatus: now });
  }
  await hold({ "treasury NG": "0", "treasury US": "0" });
}

async function bringPeople({ act, see, hold }: Pick<Scene, "act" | "see" | "hold">): Promise<void> {
  await act(
    ...residents.map((resident) => ({
      by: "partner" as const,
      what: `creates ${resident.name}, ${resident.nationality}, ${resident.ageYears} years old`,
      command: "identity.createUser",
      input: personOf(resident),
    })),
  );
  await see("Finn", "too young for genesis coins", "{ me { genesisOutcome } }", {
    me: { genesisOutcome: "AGE_NOT_ELIGIBLE" },
  });
  await hold(
    {
      ...{ Ada: "500", Bola: "500", Chi: "500", Dayo: "500", Emma: "500", Finn: "0" },
      ...{ "treasury NG": "200", "treasury US": "50" },
    },
    { USER_GENESIS: "2500", GOVT_GENESIS: "250" },
  );
}
