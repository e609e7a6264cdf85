// What fast-check makes and makes smaller: a list of transactions whose intents are seeds. What they mean is decided when they
// meet the ledger, so that any part of a plan is a plan.
import * as fc from "fast-check";
import type { Theme } from "./theme.js";

export interface Planned {
  readonly seed: number;
  readonly intents: readonly number[];
}

export interface Plan {
  readonly theme: Theme;
  readonly seed: number;
  readonly transactions: readonly Planned[];
}

// A smaller seed is another intent, not a smaller one.
const seed = fc.noShrink(fc.nat());
const intents = (most: number, least = 1) => fc.array(seed, { minLength: least, maxLength: most, size: "max" });

export function plansOf(theme: Theme): fc.Arbitrary<Plan> {
  const sized = theme.batch
    ? intents(theme.batch, theme.batch)
    : fc.oneof(
        { weight: 7, arbitrary: intents(5) },
        { weight: 2, arbitrary: intents(14) },
        { weight: 1, arbitrary: intents(50) },
      );
  const transactions = fc.array(fc.record({ seed, intents: sized }), {
    minLength: theme.least ?? 0,
    maxLength: theme.transactions,
    size: "max",
  });
  return fc.noBias(fc.record({ theme: fc.constant(theme), seed, transactions }));
}
