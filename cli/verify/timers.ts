// The tax timer of an account that is taxed (protocol.md 6): it was due, and starts anew or stops. Reads only.
import { GX } from "../../catalogue/economy.js";
import type { Must } from "./invariants/invariant.js";
import type { State } from "./state.js";

type Told = Readonly<Record<string, unknown>>;

/** Looks at the events of an execution before they are folded; what it returns is called after. */
export function newTimerLook(
  { rows }: Pick<State, "rows">,
  must: Must,
): (id: string, events: readonly Told[]) => () => void {
  const startOf = (account: string) => rows.tax_account.get(account)?.["timer_start"] ?? null;
  return (id, events) => {
    const taxed = events.filter(({ name }) => name === "VelocityTaxApplied");
    const period = Number(rows.parameter.get("velocityTaxPeriodSeconds")?.["value"] ?? "0");
    for (const { accountId, at } of taxed) {
      const start = startOf(String(accountId));
      const rested = start === null ? -1 : Number(at) - Number(start) / 1_000;
      must(11, start !== null && rested >= period, `${id} taxed ${String(accountId)} after ${rested} of ${period} s`);
    }
    return () => {
      for (const { accountId, at } of taxed) {
        const balance = BigInt(rows.tax_account.get(String(accountId))?.["balance"] ?? "0");
        const expected = balance >= 100n * GX ? String(Number(at) * 1_000) : null;
        const start = startOf(String(accountId));
        must(
          11,
          start === expected,
          `${id} leaves the timer of ${String(accountId)} at ${start} instead of ${expected}`,
        );
      }
    };
  };
}
