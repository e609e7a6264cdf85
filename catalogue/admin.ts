// Commands of administration: bootstrap, countries, pause, parameters, admins, pools, folding (protocol.md 4, 10 to 12).
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
  qirat,
  record,
  ref,
  share,
  text,
  uuid,
} from "./language.js";
import { disbursingPools, profiles } from "./choices.js";
import { pools } from "./economy.js";
import { admin as happened } from "./events/admin.js";
import { BAL, CRED } from "./events/tokenomics.js";

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
  updateSystemParameter: command("superAdmin", "Change a parameter that is not left to votes alone.", {
    input: { parameterId: text(1, 40), value: integer() },
    emits: [happened.SystemParameterUpdated],
    refusals: ["NOT_FOUND", "PARAMETER_NOT_CHANGEABLE", "PARAMETER_OUT_OF_RANGE"],
    lanes: () => ["params"],
    weight: () => 6,
  }),
  revokeAdmin: command("superAdmin", "End an admin's appointment; the last one stays.", {
    input: { adminId: ref("AdminAppointment"), reason: text(1, 200) },
    emits: [happened.AdminRevoked],
    refusals: ["NOT_FOUND", "LAST_ADMIN"],
    lanes: () => ["admins"],
    weight: () => 8,
  }),
  disburseFromPool: command("superAdmin", "Pay out of a pool: what it holds first, then newly minted coins.", {
    input: {
      pool: choice("DisbursingPool", disbursingPools),
      to: account("user", "organization"),
      amount: qirat(),
      remark: optional(text(1, 140)),
    },
    emits: [happened.PoolDisbursed, ...BAL, ...CRED],
    refusals: ["AMOUNT_OUT_OF_RANGE", "SELF_ACTION", "NOT_FOUND", "POOL_EXHAUSTED"],
    lanes: ({ pool, to }) => [`account:${pools[pool].account}`, `account:${to}`],
    weight: () => 14,
  }),
  appointAdmin: command("admin", "Appoint another admin.", {
    input: { adminId: ref("AdminAppointment") },
    emits: [happened.AdminAppointed],
    refusals: ["SELF_ACTION", "ALREADY_EXISTS", "LIMIT_EXCEEDED"],
    lanes: () => ["admins"],
    weight: () => 9,
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
