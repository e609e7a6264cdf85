// What events mean for fees and for what the velocity tax needs to know of accounts.
import { minted, ms, type Effects } from "./effect.js";
import type { State } from "../state.js";

export const taxEffects = (state: State) =>
  ({
    UserCreated: ({ userId, nationality }) =>
      state.put("tax_account", {
        ...{ id: userId, country: nationality, balance: "0", exempt: "false" },
        ...{ timer_start: null, timer_key: null },
        organization_type: null,
      }),
    OrganizationProposed: ({ organizationId, stakeholders }) =>
      state.put("taxpayer_persons", { id: `org_${organizationId}`, persons: stakeholders.join(",") }),
    OrganizationActivated: ({ organizationId, country, type }) =>
      state.put("tax_account", {
        ...{ id: `org_${organizationId}`, country, balance: "0", exempt: "false" },
        ...{ timer_start: null, timer_key: null, organization_type: type },
      }),
    BalanceChanged: ({ accountId, balance }) => {
      if (minted(accountId) || /^(SYSTEM|treasury)_/.test(accountId)) return;
      state.patch("tax_account", accountId, { balance });
    },
    TaxTimerChanged: ({ accountId, timerStart }, { position }) => {
      const started = timerStart === null ? null : `${String(timerStart).padStart(12, "0")}-${position}`;
      state.patch("tax_account", accountId, { timer_start: ms(timerStart), timer_key: started });
    },
    TaxExemptionChanged: ({ accountId, exempt }) => state.patch("tax_account", accountId, { exempt: String(exempt) }),
    VelocityTaxApplied: ({ accountId, country, rateBps, balanceBefore, tax, ...shares }, { position, commandId }) =>
      state.log("tax_assessment", {
        ...{ id: commandId, account_id: accountId, country, rate_bps: String(rateBps), position, at: ms(shares.at) },
        ...{ balance_before: balanceBefore, tax },
        ...{ treasury_share: shares.treasuryShare, redistribution_share: shares.redistributionShare },
      }),
    RedistributionCompleted: ({ recipients, share, total, remainder, at }, { position, commandId }) =>
      state.log("redistribution", {
        ...{ id: commandId, recipient_count: String(recipients.length), share, total, remainder, position, at: ms(at) },
      }),
    FeeCharged: ({ payer, amount, kind, scope, rateBps, at }, { position, commandId }) =>
      state.log("fee", {
        ...{ position, payer, amount, kind, scope, rate_bps: String(rateBps) },
        ...{ command_id: commandId, at: ms(at) },
      }),
    SystemParameterUpdated: ({ parameterId, value }) => {
      if (!parameterId.startsWith("fee") && !parameterId.startsWith("velocityTax")) return;
      state.put("rate", { parameter_id: parameterId, value: String(value) });
    },
  }) satisfies Effects;
