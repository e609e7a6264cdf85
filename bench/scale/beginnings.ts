// How a generated history begins: the bootstrap, the world's countries, some admins.
import { admin } from "../../catalogue/events/admin.js";
import { parameterIds, parameters } from "../../catalogue/parameters.js";
import { countries } from "./people.js";
import type { Story } from "./happening.js";

const SUPER_ADMIN = "00000000-0000-7000-8000-000000000001";
const COUNTRIES = 50;

export function begin({ chain, admin: first }: Story): void {
  chain.commit("admin.bootstrapSystem", SUPER_ADMIN, [
    admin.SystemBootstrapped({ profile: "devnet", operatorMsp: "Org1MSP", admins: [first] }),
    admin.AdminAppointed({ adminId: first, appointedBy: SUPER_ADMIN }),
    ...parameterIds.map((parameterId) => {
      const value = parameters[parameterId].default;
      return admin.SystemParameterUpdated({ parameterId, value, previousValue: null, source: "BOOTSTRAP" });
    }),
  ]);
  for (let from = 0; from < countries.length; from += COUNTRIES) {
    const known = countries.slice(0, from + COUNTRIES);
    const totalUnits = known.reduce((sum, { units }) => sum + units, 0);
    const inserted = admin.CountryDataInitialized({
      ...{ countries: known.slice(from), totalCountries: known.length, totalUnits },
    });
    chain.commit("admin.initializeCountryData", SUPER_ADMIN, [inserted]);
  }
}
