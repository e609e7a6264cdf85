// What events mean for fees and for what the velocity tax needs to know of accounts.
import { minted, ms, type Effects } from "./effect.js";
import type { State } from "../state.js";

export const taxEffects = (state: State) =>
  ({
    UserCreated: ({ userId, nationality }) =>
      state.put("tax_account", {
        ...{ id: userId, country: nationality, balance: "0", timer_start: null, exempt: "false" },
      }),
    BalanceChanged: ({ accountId, balance }) => {
      if (minted(accountId) || /^(SYSTEM|treasury)_/.test(accountId)) return;
      state.patch("tax_account", accountId, { balance });
    },
    TaxTimerChanged: ({ accountId, timerStart }) =>
      state.patch("tax_account", accountId, { timer_start: ms(timerStart) }),
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
