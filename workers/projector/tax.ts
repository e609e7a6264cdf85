// Fees that were charged, and what fees and the velocity tax need to know: accounts with country and timer, rates.
import { changesOf, type Projection } from "./change.js";

const { put, append, patch } = changesOf("tax");

/** Treasuries, SYSTEM accounts and minted counters are never taxed. */
const isTaxable = (accountId: string) => !/^(treasury_|SYSTEM_|MINTED_)/.test(accountId);
const isRate = (parameterId: string) => /^(fee|velocityTax)/.test(parameterId);

export const tax = {
  UserCreated: ({ userId, nationality }) => [
    put("taxAccount", { id: userId, country: nationality, balance: 0n, timerStart: null, exempt: false }),
  ],
  BalanceChanged: ({ accountId, balance }) =>
    isTaxable(accountId) ? [patch("taxAccount", { id: accountId }, { balance: BigInt(balance) })] : [],
  TaxTimerChanged: ({ accountId, timerStart }) => [patch("taxAccount", { id: accountId }, { timerStart })],
  FeeCharged: ({ payer, amount, kind, scope, rateBps, at }, place) => [
    append("fee", {
      position: place.position(),
      payer,
      amount: BigInt(amount),
      kind,
      scope,
      rateBps,
      commandId: place.commandId,
      at,
    }),
  ],
  SystemParameterUpdated: ({ parameterId, value }) =>
    isRate(parameterId) ? [put("rate", { parameterId, value: BigInt(value) })] : [],
} satisfies Projection<"tax">;
