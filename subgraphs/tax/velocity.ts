// The velocity tax of an account as it stands now, and the accounts that are due: derived from balance, timer and rates.
// Never sums up rows, and never reads an account that is not due in order to find those that are.
import { velocityTaxOf, type TaxRates } from "../../catalogue/economy.js";
import type { RowOf } from "../../platform/reads.js";
import { connection, type PageArguments } from "../connections.js";
import type { Context } from "../context.js";

type TaxAccount = RowOf<"TaxAccount">;

const DAY_MS = 86_400_000;

/** The value of a parameter of fees or the tax; 0 before the system is bootstrapped. */
export const rateNow = async ({ rows }: Context, parameterId: string) =>
  Number((await rows.one("Rate", parameterId))?.value ?? 0n);

async function ratesOf(context: Context): Promise<TaxRates> {
  const [velocityTaxMinBps, velocityTaxMaxBps] = await Promise.all([
    rateNow(context, "velocityTaxMinBps"),
    rateNow(context, "velocityTaxMaxBps"),
  ]);
  return { velocityTaxMinBps, velocityTaxMaxBps };
}

const taxOf = async ({ balance }: TaxAccount, context: Context) => velocityTaxOf(balance, await ratesOf(context));

async function dueAt({ timerStart }: TaxAccount, _: unknown, context: Context): Promise<Date | null> {
  if (timerStart === null) return null;
  return new Date(timerStart.getTime() + 1_000 * (await rateNow(context, "velocityTaxPeriodSeconds")));
}

export const taxStatus = {
  /** Whole days; clocks differ, and a negative span counts as none. */
  daysHeld: ({ timerStart }: TaxAccount) =>
    timerStart && Math.max(0, Math.floor((Date.now() - timerStart.getTime()) / DAY_MS)),
  dueAt,
  rateBps: async (account: TaxAccount, _: unknown, context: Context) =>
    (await taxOf(account, context))?.rateBps ?? null,
  projectedTax: async (account: TaxAccount, _: unknown, context: Context) =>
    (await taxOf(account, context))?.tax ?? null,
};

/** Accounts whose period has passed and that are not exempt: they stand together in the order of their timers. */
export async function taxDue(_: unknown, paging: PageArguments, context: Context) {
  const now = Math.floor(Date.now() / 1_000);
  const latest = Math.max(0, now - (await rateNow(context, "velocityTaxPeriodSeconds")));
  const where = { exempt: false, timerKey: { lt: String(latest + 1).padStart(12, "0") } };
  return connection(context, { model: "TaxAccount", where, order: "timerKey", scope: "TaxAccount:due" }, paging);
}
