// Folding: unfolded deltas become part of the stored balance, which itself stays the same (protocol.md 4).
// Reads the keys that are named and never a range: a credit that arrives meanwhile is no conflict.
import type { State } from "./overlay.js";
import { isCounter, keys, type Counter, type Key } from "./state.js";

/** What DeltasFolded says: amounts in Qirat. */
export interface Folded {
  /** Those of the transactions that had a delta. */
  readonly txIds: readonly string[];
  readonly amount: string;
  /** The stored part with it. */
  readonly stored: string;
}

/** Undefined, and nothing changed, where none of the transactions has a delta or the account does not exist. */
export async function foldInto(state: State, accountId: string, txIds: readonly string[]): Promise<Folded | undefined> {
  const holder = await state.get(holderOf(accountId));
  if (!holder) return undefined;
  const found = await Promise.all(
    txIds.map(async (txId) => ({ txId, amount: await state.get(keys.delta(accountId, txId)) })),
  );
  // Another folder may have been here first.
  const left = found.flatMap(({ txId, amount }) => (amount === undefined ? [] : [{ txId, amount: BigInt(amount) }]));
  if (left.length === 0) return undefined;

  const amount = left.reduce((sum, delta) => sum + delta.amount, 0n);
  const stored = String(BigInt(holder.stored) + amount);
  state.put(holderOf(accountId), { ...holder, stored });
  for (const { txId } of left) state.delete(keys.delta(accountId, txId));
  return { txIds: left.map(({ txId }) => txId), amount: String(amount), stored };
}

/** An account or a counter: what else it holds goes back as it was. */
const holderOf = (accountId: string): Key<Counter> =>
  isCounter(accountId) ? keys.counter(accountId) : keys.account(accountId);
