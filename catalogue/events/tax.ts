// Events of fees and the velocity tax (protocol.md 13).
import { account, bps, choice, events, optional, qirat, time } from "../language.js";
import { feeKinds, feeScopes } from "../economy.js";

export const tax = events("tax", {
  FeeCharged: {
    payer: account(),
    amount: qirat(),
    kind: choice("FeeKind", feeKinds),
    scope: optional(choice("FeeScope", feeScopes)),
    rateBps: bps(),
  },
  TaxTimerChanged: { accountId: account("user", "organization"), timerStart: optional(time()) },
});
