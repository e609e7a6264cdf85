// What events mean for the system, its parameters, countries, admins and counters.
import { line, ms, type Effects } from "./effect.js";
import type { State } from "../state.js";

export const adminEffects = (state: State) => {
  const counter = (name: string, by: number) => state.bump("counter", name, "value", BigInt(by), { name, value: "0" });
  return {
    SystemBootstrapped: ({ profile, operatorMsp, at }) => {
      state.put("system", {
        ...{ id: "system", profile, operator_msp: operatorMsp, bootstrapped_at: ms(at), paused: "false" },
        ...{ pause_reason: null, paused_at: null, countries: "0", units: "0" },
      });
      for (const name of ["users", "organizations", "countries"]) counter(name, 0);
      for (let phase = 1; phase <= 6; phase += 1) counter(`usersPhase${phase}`, 0);
    },
    CountryDataInitialized: ({ countries, totalCountries, totalUnits }, { position }) => {
      countries.forEach(({ code, name, region, units, slots }, number) => {
        state.put("country", {
          ...{ code, name, region, units: String(units), slots: slots.join(",") },
          ...{ treasury_status: "LOCKED", position: line(position, number) },
        });
        counter("countries", 1);
      });
      state.patch("system", "system", { countries: String(totalCountries), units: String(totalUnits) });
    },
    OrganizationProposed: () => counter("organizations", 1),
    SystemPaused: ({ reason, at }) =>
      state.patch("system", "system", { paused: "true", pause_reason: reason, paused_at: ms(at) }),
    SystemResumed: () => state.patch("system", "system", { paused: "false", pause_reason: null, paused_at: null }),
    SystemParameterUpdated: ({ parameterId, value, previousValue, source, at }, { commandId, position }) => {
      state.put("parameter", { id: parameterId, value: String(value), updated_at: ms(at) });
      state.log("parameter_change", {
        ...{ position, parameter_id: parameterId, value: String(value), source, command_id: commandId, at: ms(at) },
        previous_value: previousValue === null ? null : String(previousValue),
      });
    },
    AdminAppointed: ({ adminId, appointedBy, at }, { position }) =>
      state.put("admin_appointment", {
        ...{ id: adminId, status: "ACTIVE", appointed_by: appointedBy, appointed_at: ms(at) },
        ...{ revoked_at: null, reason: null, position },
      }),
    AdminRevoked: ({ adminId, reason, at }) =>
      state.patch("admin_appointment", adminId, { status: "REVOKED", revoked_at: ms(at), reason }),
    TreasuryActivated: ({ countryCode }) => state.patch("country", countryCode, { treasury_status: "ACTIVE" }),
    UserCreated: () => counter("users", 1),
    GenesisDistributed: ({ nationality: country, phase }) => {
      const slot = { country, phase: String(phase), used: "0" };
      state.bump("slot_use", `${country} ${phase}`, "used", 1n, slot);
      counter(`usersPhase${phase}`, 1);
    },
  } satisfies Effects;
};
