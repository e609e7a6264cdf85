// Events of fees and the velocity tax (protocol.md 13).
import { account, array, bps, choice, country, events, flag, optional, qirat, qirat0, ref, time } from "../language.js";
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
  VelocityTaxApplied: {
    accountId: account("user", "organization"),
    country: country(),
    rateBps: bps(),
    balanceBefore: qirat(),
    tax: qirat0(),
    treasuryShare: qirat0(),
    redistributionShare: qirat0(),
  },
  TaxExemptionChanged: { accountId: account("user", "organization"), exempt: flag() },
  RedistributionCompleted: { recipients: array(ref("User")), share: qirat(), total: qirat(), remainder: qirat0() },
});
