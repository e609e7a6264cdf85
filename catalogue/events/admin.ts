// Events of administration (protocol.md 13).
import {
  account,
  array,
  choice,
  count,
  country,
  events,
  hash,
  integer,
  optional,
  qirat,
  qirat0,
  record,
  ref,
  share,
  text,
  units,
  uuid,
} from "../language.js";
import { disbursingPools, profiles } from "../choices.js";

export const admin = events("admin", {
  SystemBootstrapped: { profile: choice("Profile", profiles), operatorMsp: text(1, 100), admins: array(uuid()) },
  CountryDataInitialized: {
    countries: array(
      record("CountryRow", {
        code: country(),
        name: text(1, 80),
        region: optional(text(1, 40)),
        share: share(),
        units: units(),
        slots: array(count(), 6),
      }),
    ),
    totalCountries: count(),
    totalUnits: units(),
  },
  SystemPaused: { reason: text(1, 200), actor: uuid() },
  SystemResumed: { actor: uuid() },
  SystemParameterUpdated: {
    parameterId: text(1, 40),
    value: integer(),
    previousValue: optional(integer()),
    source: choice("ParameterSource", ["BOOTSTRAP", "SUPER_ADMIN", "GOVERNANCE"]),
  },
  AdminAppointed: { adminId: ref("AdminAppointment"), appointedBy: uuid() },
  AdminRevoked: { adminId: ref("AdminAppointment"), revokedBy: uuid(), reason: text(1, 200) },
  TreasuryActivated: { countryCode: country(), accountId: account("treasury") },
  PoolDisbursed: {
    pool: choice("DisbursingPool", disbursingPools),
    to: account("user", "organization"),
    amount: qirat(),
    fromStored: qirat0(),
    minted: qirat0(),
    remark: optional(text(1, 140)),
  },
  DeltasFolded: {
    accountId: account("treasury", "system", "genesis"),
    txIds: array(hash()),
    amount: qirat(),
    stored: qirat0(),
  },
});
