// Commands of administration: bootstrap, countries, pause, folding (protocol.md 4, 11 and 12).
import {
  account,
  choice,
  command,
  country,
  domain,
  hash,
  integer,
  list,
  optional,
  record,
  share,
  text,
  uuid,
} from "./language.js";
import { profiles } from "./choices.js";
import { admin as happened } from "./events/admin.js";

/** The most transactions of which one command folds the credits. */
export const FOLD_MAX = 200;

export const admin = domain("admin", happened, {
  bootstrapSystem: command(
    "superAdmin",
    "Create the system accounts, counters and parameters, and appoint the first admins.",
    {
      input: {
        profile: choice("Profile", profiles),
        admins: list(uuid(), 1, 10),
        parameters: optional(list(record("ParameterOverrideInput", { id: text(1, 40), value: integer() }), 1, 20)),
      },
      emits: [happened.SystemBootstrapped, happened.AdminAppointed, happened.SystemParameterUpdated],
      refusals: ["ALREADY_BOOTSTRAPPED", "OVERRIDES_NOT_ALLOWED", "NOT_FOUND", "PARAMETER_OUT_OF_RANGE"],
      lanes: () => ["system"],
      // Five accounts, six counters, system, params, admins, countries, receipt; 22 events.
      weight: ({ admins }) => 40 + 3 * admins.length,
    },
  ),
  initializeCountryData: command(
    "superAdmin",
    "Insert country rows with their share of the genesis slots and a locked treasury.",
    {
      input: {
        countries: list(
          record("CountryInput", { code: country(), name: text(1, 80), region: optional(text(1, 40)), share: share() }),
          1,
          50,
        ),
      },
      emits: [happened.CountryDataInitialized],
      refusals: ["ALREADY_EXISTS", "SHARE_SUM_EXCEEDED"],
      lanes: () => ["countries"],
      weight: ({ countries }) => 6 + 4 * countries.length,
    },
  ),
  pauseSystem: command("superAdmin", "Refuse every command until the system is resumed.", {
    input: { reason: text(1, 200) },
    emits: [happened.SystemPaused],
    refusals: ["ALREADY_PAUSED"],
    lanes: () => ["system"],
    weight: () => 5,
  }),
  resumeSystem: command("superAdmin", "End a pause.", {
    input: {},
    emits: [happened.SystemResumed],
    refusals: ["NOT_PAUSED"],
    lanes: () => ["system"],
    weight: () => 5,
  }),
  activateTreasury: command("admin", "Let the treasury of a country spend; there is no way back.", {
    input: { countryCode: country() },
    emits: [happened.TreasuryActivated],
    refusals: ["COUNTRY_NOT_INITIALIZED", "WRONG_STATE"],
    lanes: ({ countryCode }) => [`account:treasury_${countryCode}`],
    weight: () => 8,
  }),
  foldDeltas: command("admin", "Add unfolded credits of an account to its stored part; the balance stays the same.", {
    input: { accountId: account("treasury", "system", "genesis"), txIds: list(hash(), 1, FOLD_MAX) },
    emits: [happened.DeltasFolded],
    refusals: ["NOT_FOUND"],
    lanes: ({ accountId }) => [`account:${accountId}`],
    // Each delta is read and deleted; system, appointment, account and receipt.
    weight: ({ txIds }) => 8 + 2 * txIds.length,
  }),
});
