// The system's state, parameters, countries with their slots, appointed admins, counters.
import { phases } from "../../catalogue/economy.js";
import { changesOf, type Projection } from "./change.js";

const { put, append, patch, add } = changesOf("admin");

const counters = ["users", ...phases.map((_, index) => `usersPhase${index + 1}`), "organizations", "countries"];
const count = (name: string, by: bigint) => add("counter", { name }, { value: by });

export const admin = {
  SystemBootstrapped: ({ profile, operatorMsp, at }) => [
    put("system", {
      ...{ id: "system", profile, operatorMsp, bootstrappedAt: at },
      ...{ paused: false, pauseReason: null, pausedAt: null, countries: 0, units: 0n },
    }),
    ...counters.map((name) => count(name, 0n)),
  ],
  CountryDataInitialized: ({ countries, totalCountries, totalUnits }, place) => [
    ...countries.map(({ code, name, region, units, slots }, line) =>
      put("country", {
        ...{ code, name, region, units: BigInt(units), slots },
        ...{ treasuryStatus: "LOCKED", position: place.position(line) },
      }),
    ),
    patch("system", { id: "system" }, { countries: totalCountries, units: BigInt(totalUnits) }),
    count("countries", BigInt(countries.length)),
  ],
  SystemPaused: ({ reason, at }) => [
    patch("system", { id: "system" }, { paused: true, pauseReason: reason, pausedAt: at }),
  ],
  SystemResumed: () => [patch("system", { id: "system" }, { paused: false, pauseReason: null, pausedAt: null })],
  SystemParameterUpdated: ({ parameterId, value, previousValue, source, at }, place) => [
    put("parameter", { id: parameterId, value: BigInt(value), updatedAt: at }),
    append("parameterChange", {
      ...{ position: place.position(), parameterId, value: BigInt(value) },
      ...{ previousValue: previousValue === null ? null : BigInt(previousValue), source },
      ...{ commandId: place.commandId, at },
    }),
  ],
  AdminAppointed: ({ adminId, appointedBy, at }, place) => [
    put("adminAppointment", {
      ...{ id: adminId, status: "ACTIVE", appointedBy, appointedAt: at },
      ...{ revokedAt: null, reason: null, position: place.position() },
    }),
  ],
  AdminRevoked: ({ adminId, reason, at }) => [
    patch("adminAppointment", { id: adminId }, { status: "REVOKED", revokedAt: at, reason }),
  ],
  TreasuryActivated: ({ countryCode }) => [patch("country", { code: countryCode }, { treasuryStatus: "ACTIVE" })],
  OrganizationProposed: () => [count("organizations", 1n)],
  UserCreated: () => [count("users", 1n)],
  GenesisDistributed: ({ nationality, phase }) => [
    add("slotUse", { country: nationality, phase }, { used: 1n }),
    count(`usersPhase${phase}`, 1n),
  ],
} satisfies Projection<"admin">;
