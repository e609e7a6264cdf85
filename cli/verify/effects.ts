// What each event of the protocol means for the read models, written from protocol.md 13 a second time on purpose:
// it must not share code with the projector, or both would share its faults.
import type { EventName, EventNamed } from "../../catalogue/index.js";
import type { RecordedOf } from "../../catalogue/language.js";
import { pools } from "../../catalogue/economy.js";
import type { Cell, State } from "./state.js";

export interface Where {
  readonly block: number;
  readonly txId: string;
  readonly commandId: string;
  readonly index: number;
  /** Of the event: block-transaction-command-event. */
  readonly position: string;
}

type Effects = { readonly [N in EventName]: (event: RecordedOf<EventNamed<N>>, where: Where) => void };

/** Times are compared in milliseconds. */
const ms = (seconds: number | null): Cell => (seconds === null ? null : String(seconds * 1_000));
const line = (position: string, number: number) => `${position}-${String(number).padStart(3, "0")}`;
const OPERATIONS = "SYSTEM_OPERATIONS_FUND";
const minted = (accountId: string) => (accountId.startsWith("MINTED_") ? accountId.slice(7) : undefined);

export function effectsOn(state: State): Effects {
  const wallet = (id: string, kind: string, owner: Cell) =>
    state.put("wallet", {
      ...{ id, kind, owner_id: owner, stored: "0", pending: "0", frozen: "false", freeze_reason: null },
    });
  const counter = (name: string, by: number) => state.bump("counter", name, "value", BigInt(by), { name, value: "0" });
  const statement = (
    { at }: { at: number },
    { commandId, index, txId, block, position }: Where,
    lines: readonly (readonly [account: string, type: string, amount: string, other: Cell, remark: Cell])[],
  ) =>
    lines.forEach(([account, type, amount, other, remark], number) =>
      state.log("entry", {
        ...{ id: `${commandId}~${index}~${account}~${type}`, wallet_id: account, type, amount, remark },
        ...{ counterparty_id: other, command_id: commandId, tx_id: txId, block: String(block) },
        ...{ at: ms(at), position: line(position, number) },
      }),
    );

  /** Keys of unfolded credits by account and transaction. */
  const unfolded = new Map<string, readonly string[]>();
  return {
    SystemBootstrapped: ({ profile, operatorMsp, at }) => {
      state.put("system", {
        ...{ id: "system", profile, operator_msp: operatorMsp, bootstrapped_at: ms(at), paused: "false" },
        ...{ pause_reason: null, paused_at: null, countries: "0", units: "0" },
      });
      for (const name of ["LOAN_POOL", "CHARITABLE_POOL", "GX_POOL", "REDISTRIBUTION_POOL", "OPERATIONS_FUND"]) {
        wallet(`SYSTEM_${name}`, "SYSTEM", null);
      }
      Object.entries(pools).forEach(([id, { cap }], ordinal) =>
        state.put("pool", { id, ordinal: String(ordinal), cap: String(cap), stored: "0", pending: "0" }),
      );
      for (const name of ["users", "organizations", "countries"]) counter(name, 0);
      for (let phase = 1; phase <= 6; phase += 1) counter(`usersPhase${phase}`, 0);
    },
    CountryDataInitialized: ({ countries, totalCountries, totalUnits }, { position }) => {
      countries.forEach(({ code, name, region, units, slots }, number) => {
        state.put("country", {
          ...{ code, name, region, units: String(units), slots: slots.join(",") },
          ...{ treasury_status: "LOCKED", position: line(position, number) },
        });
        wallet(`treasury_${code}`, "TREASURY", code);
        counter("countries", 1);
      });
      state.patch("system", "system", { countries: String(totalCountries), units: String(totalUnits) });
    },
    SystemPaused: ({ reason, at }) =>
      state.patch("system", "system", { paused: "true", pause_reason: reason, paused_at: ms(at) }),
    SystemResumed: () => state.patch("system", "system", { paused: "false", pause_reason: null, paused_at: null }),
    SystemParameterUpdated: ({ parameterId, value, previousValue, source, at }, { commandId, position }) => {
      state.put("parameter", { id: parameterId, value: String(value), updated_at: ms(at) });
      if (parameterId.startsWith("fee") || parameterId.startsWith("velocityTax")) {
        state.put("rate", { parameter_id: parameterId, value: String(value) });
      }
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
    TreasuryActivated: ({ countryCode }) => state.patch("country", countryCode, { treasury_status: "ACTIVE" }),
    UserCreated: ({ userId, nationality, ageYears, status, trustScore, genesisOutcome, at }, { position }) => {
      state.put("user", {
        ...{ id: userId, nationality, age_years: String(ageYears), status, lock_reason: null, position },
        ...{ trust_score: String(trustScore), genesis_outcome: genesisOutcome, created_at: ms(at) },
        ...{ relationship_score: "10", loan_adjustment: "0" },
        ...{ parents: "0", spouses: "0", siblings: "0", children: "0", friends: "0" },
      });
      state.bump("residence", nationality, "residents", 1n, { country: nationality, residents: "0" });
      wallet(userId, "USER", userId);
      state.put("tax_account", { id: userId, country: nationality, balance: "0", timer_start: null, exempt: "false" });
      counter("users", 1);
    },
    TrustScoreChanged: (event) =>
      state.patch("user", event.userId, {
        ...{ trust_score: String(event.score), relationship_score: String(event.relationshipScore) },
        ...{ loan_adjustment: String(event.loanAdjustment), parents: String(event.parents) },
        ...{ spouses: String(event.spouses), siblings: String(event.siblings) },
        ...{ children: String(event.children), friends: String(event.friends) },
      }),
    BalanceChanged: ({ accountId, balance }) => {
      const pool = minted(accountId);
      if (pool) return state.patch("pool", pool, { stored: balance });
      state.patch("wallet", accountId, { stored: balance });
      if (!/^(SYSTEM|treasury)_/.test(accountId)) state.patch("tax_account", accountId, { balance });
    },
    AccountCredited: ({ accountId, deltaKey, amount, at }) => {
      const [txId = ""] = deltaKey.split("~");
      const key = `${accountId} ${txId} ${deltaKey}`;
      if (state.rows.delta.has(key)) return;
      const row = { account_id: accountId, tx_id: txId, delta_key: deltaKey, amount, folded: "false" };
      state.put("delta", { ...row, at: ms(at) });
      unfolded.set(`${accountId} ${txId}`, [...(unfolded.get(`${accountId} ${txId}`) ?? []), key]);
      const pool = minted(accountId);
      state.bump(pool ? "pool" : "wallet", pool ?? accountId, "pending", BigInt(amount));
    },
    DeltasFolded: ({ accountId, txIds, amount, stored }) => {
      for (const txId of txIds) {
        for (const key of unfolded.get(`${accountId} ${txId}`) ?? []) state.patch("delta", key, { folded: "true" });
        unfolded.delete(`${accountId} ${txId}`);
      }
      const pool = minted(accountId);
      state.patch(pool ? "pool" : "wallet", pool ?? accountId, { stored });
      state.bump(pool ? "pool" : "wallet", pool ?? accountId, "pending", -BigInt(amount));
    },
    TransferCompleted: (event, where) => {
      const { from, to, amount, remark } = event;
      statement(event, where, [
        [from, "SENT", `-${amount}`, to, remark],
        [to, "RECEIVED", amount, from, remark],
      ]);
    },
    FeeCharged: (event, where) => {
      const { payer, amount, kind, scope, rateBps, at } = event;
      statement(event, where, [
        [payer, "FEE", `-${amount}`, OPERATIONS, null],
        [OPERATIONS, "FEE_INCOME", amount, null, null],
      ]);
      state.log("fee", {
        ...{ position: where.position, payer, amount, kind, scope, rate_bps: String(rateBps) },
        ...{ command_id: where.commandId, at: ms(at) },
      });
    },
    GenesisDistributed: (event, where) => {
      const { userId, nationality: country, ageYears, phase, amount, at } = event;
      state.patch("user", userId, { age_years: String(ageYears), genesis_outcome: "DISTRIBUTED" });
      state.put("genesis", { user_id: userId, country, phase: String(phase), amount, at: ms(at) });
      const slot = { country, phase: String(phase), used: "0" };
      state.bump("slot_use", `${country} ${phase}`, "used", 1n, slot);
      counter(`usersPhase${phase}`, 1);
      statement(event, where, [[userId, "GENESIS", amount, null, null]]);
    },
    TreasuryAllocated: (event, where) =>
      statement(event, where, [[event.accountId, "TREASURY_SHARE", event.amount, null, null]]),
    TaxTimerChanged: ({ accountId, timerStart }) =>
      state.patch("tax_account", accountId, { timer_start: ms(timerStart) }),
  };
}
