// Rules of administration: bootstrap, countries, pause, parameters, treasuries, pools, folding (protocol.md 2, 3, 4, 10, 11).
import { ALL_UNITS, PAYMENT_MAX, phases, slotsOf, unitsOfShare } from "../catalogue/economy.js";
import { admin as happened } from "../catalogue/events/admin.js";
import type { Catalogue } from "../catalogue/index.js";
import { mintedCounters, systemAccounts } from "../catalogue/language.js";
import {
  parameterIds,
  parameters,
  type ParameterChanger,
  type ParameterId,
  type ParameterValues,
} from "../catalogue/parameters.js";
import { emptyAccount } from "./accounts.js";
import { appointments } from "./appointments.js";
import { foldInto } from "./fold.js";
import { OPERATOR_MSP } from "./operator.js";
import type { State } from "./overlay.js";
import { apply, areInRange, changeOf, isParameter } from "./parameters.js";
import { payFromPool } from "./pool.js";
import type { RulesOf } from "./rule.js";
import { keys } from "./state.js";

export const admin = {
  ...appointments,

  async bootstrapSystem(ledger, { profile, admins, parameters: overrides }, { actor, now, refuse, emits }) {
    if (await ledger.get(keys.system)) throw refuse("ALREADY_BOOTSTRAPPED");
    if (overrides && profile !== "devnet") throw refuse("OVERRIDES_NOT_ALLOWED");
    if (overrides?.some(({ id }) => !isParameter(id))) throw refuse("NOT_FOUND");
    const values = withOverrides(overrides ?? []);
    if (!areInRange(values, profile)) throw refuse("PARAMETER_OUT_OF_RANGE");

    ledger.put(keys.system, {
      ...{ profile, operatorMsp: OPERATOR_MSP, bootstrappedAt: now },
      ...{ paused: false, pauseReason: null, pausedAt: null },
    });
    ledger.put(keys.parameters, values);
    ledger.put(keys.countries, { count: 0, units: 0 });
    for (const accountId of systemAccounts) {
      ledger.put(keys.account(accountId), emptyAccount({ accountId, kind: "SYSTEM", country: null }));
    }
    for (const counter of mintedCounters) ledger.put(keys.counter(counter), { stored: "0" });
    ledger.put(keys.admins, { active: [...admins].sort() });
    for (const adminId of admins) {
      const appointed = { status: "ACTIVE", appointedBy: actor, appointedAt: now, revokedAt: null } as const;
      ledger.put(keys.appointment(adminId), { adminId, ...appointed });
    }
    return emits(
      happened.SystemBootstrapped({ profile, operatorMsp: OPERATOR_MSP, admins }),
      ...admins.map((adminId) => happened.AdminAppointed({ adminId, appointedBy: actor })),
      ...parameterIds.map((parameterId) =>
        happened.SystemParameterUpdated({
          ...{ parameterId, value: values[parameterId], previousValue: null, source: "BOOTSTRAP" },
        }),
      ),
    );
  },

  async initializeCountryData(ledger, { countries }, { refuse, emits }) {
    for (const { code } of countries) if (await ledger.get(keys.country(code))) throw refuse("ALREADY_EXISTS");
    const before = await ledger.get(keys.countries);
    if (!before) throw new Error("the count of countries does not exist");
    const rows = countries.map((row) => ({ ...row, units: unitsOfShare(row.share) }));
    const units = rows.reduce((sum, row) => sum + row.units, before.units);
    if (units > ALL_UNITS) throw refuse("SHARE_SUM_EXCEEDED");

    const count = before.count + rows.length;
    ledger.put(keys.countries, { count, units });
    for (const { share: _share, ...country } of rows) putCountry(ledger, country);
    return emits(
      happened.CountryDataInitialized({
        countries: rows.map((row) => ({ ...row, slots: slotsOf(row.units) })),
        totalCountries: count,
        totalUnits: units,
      }),
    );
  },

  async pauseSystem(ledger, { reason }, { actor, now, refuse, emits }) {
    const system = await ledger.get(keys.system);
    if (!system || system.paused) throw refuse("ALREADY_PAUSED");
    ledger.put(keys.system, { ...system, paused: true, pauseReason: reason, pausedAt: now });
    return emits(happened.SystemPaused({ reason, actor }));
  },

  async resumeSystem(ledger, _input, { actor, refuse, emits }) {
    const system = await ledger.get(keys.system);
    if (!system?.paused) throw refuse("NOT_PAUSED");
    ledger.put(keys.system, { ...system, paused: false, pauseReason: null, pausedAt: null });
    return emits(happened.SystemResumed({ actor }));
  },

  async updateSystemParameter(ledger, { parameterId, value }, { refuse, emits }) {
    if (!isParameter(parameterId)) throw refuse("NOT_FOUND");
    const changers: readonly ParameterChanger[] = parameters[parameterId].changeableBy;
    if (!changers.includes("superAdmin")) throw refuse("PARAMETER_NOT_CHANGEABLE");
    const change = await changeOf(ledger, parameterId, value);
    if (!change.inRange) throw refuse("PARAMETER_OUT_OF_RANGE");
    return emits(apply(ledger, change, "SUPER_ADMIN"));
  },

  async disburseFromPool(ledger, { pool, to, amount, remark }, { actor, refuse, emits }) {
    if (BigInt(amount) > PAYMENT_MAX) throw refuse("AMOUNT_OUT_OF_RANGE");
    if (to === actor) throw refuse("SELF_ACTION");
    if (!(await ledger.get(keys.account(to)))) throw refuse("NOT_FOUND");
    const paid = await payFromPool(ledger, pool, to, BigInt(amount));
    if (paid === "POOL_EXHAUSTED") throw refuse(paid);
    const [fromStored, minted] = [String(paid.fromStored), String(paid.minted)];
    return emits(
      happened.PoolDisbursed({ pool, to, amount, fromStored, minted, remark }),
      ...ledger.accounts.changed(),
      ...ledger.accounts.credited(),
    );
  },

  async activateTreasury(ledger, { countryCode }, { refuse, emits }) {
    const accountId = `treasury_${countryCode}`;
    const treasury = await ledger.get(keys.account(accountId));
    if (!treasury) throw refuse("COUNTRY_NOT_INITIALIZED");
    if (treasury.status !== "LOCKED") throw refuse("WRONG_STATE");
    ledger.put(keys.account(accountId), { ...treasury, status: "ACTIVE" });
    return emits(happened.TreasuryActivated({ countryCode, accountId }));
  },

  async foldDeltas(ledger, { accountId, txIds }, { refuse, emits }) {
    const folded = await foldInto(ledger, accountId, txIds);
    if (!folded) throw refuse("NOT_FOUND");
    return emits(happened.DeltasFolded({ accountId, ...folded }));
  },
} satisfies RulesOf<Catalogue["admin"]>;

function withOverrides(overrides: readonly { id: string; value: number }[]): ParameterValues {
  const given = new Map(overrides.map(({ id, value }) => [id, value]));
  const values = parameterIds.map((id) => [id, given.get(id) ?? parameters[id].default]);
  return Object.fromEntries(values) as Record<ParameterId, number>;
}

function putCountry(state: State, country: { code: string; name: string; region: string | null; units: number }): void {
  const { code } = country;
  state.put(keys.country(code), country);
  state.put(keys.slots(code), { used: phases.map(() => 0) });
  const accountId = `treasury_${code}`;
  state.put(keys.account(accountId), emptyAccount({ accountId, kind: "TREASURY", country: code }));
}
