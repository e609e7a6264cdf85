// Rules about the velocity tax and its redistribution (protocol.md 6). Rates are computed here, never given by a caller.
import { TAXABLE_FROM, velocityTaxOf } from "../catalogue/economy.js";
import { tax as happened } from "../catalogue/events/tax.js";
import type { Catalogue } from "../catalogue/index.js";
import { accountOf, parametersOf } from "./existing.js";
import type { State } from "./overlay.js";
import type { RulesOf } from "./rule.js";
import { keys, type Account } from "./state.js";

const POOL = "SYSTEM_REDISTRIBUTION_POOL";

export const tax = {
  async applyVelocityTax(ledger, { accountId }, { now, refuse, emits }) {
    const account = await ledger.get(keys.account(accountId));
    if (!account) throw refuse("NOT_FOUND");
    if (account.taxExempt) throw refuse("TAX_EXEMPT");
    if (account.frozen) throw refuse("ACCOUNT_FROZEN");
    const parameters = await parametersOf(ledger);
    const balance = BigInt(account.stored);
    const due = velocityTaxOf(balance, parameters);
    if (!due) throw refuse("BELOW_THRESHOLD");
    if (secondsHeld(account, now) < parameters.velocityTaxPeriodSeconds) throw refuse("TAX_NOT_DUE");

    const redistributionShare = due.tax / 2n;
    const treasuryShare = due.tax - redistributionShare;
    const country = countryOf(account);
    await ledger.accounts.debit(accountId, due.tax);
    await ledger.accounts.restartTimer(accountId);
    await ledger.accounts.creditAny(`treasury_${country}`, treasuryShare);
    await ledger.accounts.creditAny(POOL, redistributionShare);
    const applied = happened.VelocityTaxApplied({
      ...{ accountId, country, rateBps: due.rateBps, balanceBefore: String(balance), tax: String(due.tax) },
      ...{ treasuryShare: String(treasuryShare), redistributionShare: String(redistributionShare) },
    });
    return emits(applied, ...ledger.accounts.changed(), ...ledger.accounts.credited());
  },

  async setTaxExemption(ledger, { accountId, exempt }, { actor, now, refuse, emits }) {
    const account = await ledger.get(keys.account(accountId));
    if (!account) throw refuse("NOT_FOUND");
    if (accountId === actor) throw refuse("SELF_ACTION");
    if (account.taxExempt === exempt) throw refuse("WRONG_STATE");

    const switched = happened.TaxExemptionChanged({ accountId, exempt });
    if (BigInt(account.stored) < TAXABLE_FROM) {
      ledger.put(keys.account(accountId), { ...account, taxExempt: exempt });
      return emits(switched);
    }
    ledger.put(keys.account(accountId), { ...account, taxExempt: exempt, taxTimerStart: now });
    // Told even where the timer started in this very second: the holding period begins anew.
    return emits(switched, happened.TaxTimerChanged({ accountId, timerStart: now }));
  },

  async redistribute(ledger, { recipients, amount }, { actor, refuse, emits }) {
    if (recipients.includes(actor)) throw refuse("SELF_ACTION");
    const eligible = await Promise.all(recipients.map((recipient) => mayReceive(ledger, recipient)));
    if (eligible.includes(false)) throw refuse("RECIPIENT_NOT_ELIGIBLE");
    const stored = BigInt((await accountOf(ledger, POOL)).stored);
    const given = amount === null ? stored : BigInt(amount);
    if (given > stored) throw refuse("INSUFFICIENT_FUNDS");
    const share = given / BigInt(recipients.length);
    if (share === 0n) throw refuse("NOTHING_TO_DISTRIBUTE");

    const total = share * BigInt(recipients.length);
    await ledger.accounts.debit(POOL, total);
    for (const recipient of recipients) await ledger.accounts.credit(recipient, share);
    const completed = happened.RedistributionCompleted({
      ...{ recipients, share: String(share), total: String(total), remainder: String(given - total) },
    });
    return emits(completed, ...ledger.accounts.changed());
  },
} satisfies RulesOf<Catalogue["tax"]>;

/** Seconds since the timer started; clocks of signers differ, and a negative span counts as 0. */
function secondsHeld({ accountId, taxTimerStart }: Account, now: number): number {
  if (taxTimerStart === null) throw new Error(`account ${accountId} holds 100 GX or more without a tax timer`);
  return Math.max(0, now - taxTimerStart);
}

function countryOf({ accountId, country }: Account): string {
  if (country === null) throw new Error(`account ${accountId} has no country`);
  return country;
}

/** An active user who is not frozen and holds less than 100 GX. */
async function mayReceive(state: State, userId: string): Promise<boolean> {
  const user = await state.get(keys.user(userId));
  if (user?.status !== "ACTIVE") return false;
  const account = await state.get(keys.account(userId));
  return account !== undefined && !account.frozen && BigInt(account.stored) < TAXABLE_FROM;
}
