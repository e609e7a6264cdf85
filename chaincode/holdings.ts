// Balances as queries show them: the stored part and the deltas that no fold has added to it yet (protocol.md 4, 15).
import { MAX_SUPPLY, poolNames, pools } from "../catalogue/economy.js";
import { RANGE_MAX_KEYS } from "../catalogue/wire.js";
import type { State } from "./overlay.js";
import { deltasOf, isCounter, keys } from "./state.js";

interface Pending {
  /** Qirat in the unfolded deltas that were read. */
  readonly sum: bigint;
  readonly count: number;
  /** False when there are more deltas than were read. */
  readonly complete: boolean;
}

/** An account or minted counter with `pending`, `balance` and `complete`; undefined where there is none. */
export async function accountWithBalance(state: State, { accountId }: { accountId: string }) {
  const found = isCounter(accountId)
    ? await state.get(keys.counter(accountId))
    : await state.get(keys.account(accountId));
  if (!found) return undefined;
  const { sum, complete } = await pendingOf(state, accountId, RANGE_MAX_KEYS);
  const balance = String(BigInt(found.stored) + sum);
  return { accountId, ...found, pending: String(sum), balance, complete };
}

/** One page of unfolded deltas in the order of transaction ids; `bookmark` is where the next page begins, null at the end. */
export async function pageOfDeltas(
  state: State,
  { accountId, pageSize, bookmark }: { accountId: string; pageSize: number; bookmark: string | null },
) {
  const { entries, next } = await state.range(deltasOf(accountId, bookmark ?? ""), pageSize);
  const txIdOf = (key: string) => key.slice(key.lastIndexOf("~") + 1);
  return {
    deltas: entries.map(({ key, value }) => ({ txId: txIdOf(key), amount: value })),
    bookmark: next === null ? null : txIdOf(next),
  };
}

/** What was minted from each pool and in all, and what may still be; undefined before the bootstrap. */
export async function supply(state: State) {
  const minted: Record<string, string> = {};
  let [total, left, complete] = [0n, RANGE_MAX_KEYS, true];
  for (const pool of poolNames) {
    const { counter } = pools[pool];
    const found = await state.get(keys.counter(counter));
    if (!found) return undefined;
    const pending = await pendingOf(state, counter, left);
    const amount = BigInt(found.stored) + pending.sum;
    minted[pool] = String(amount);
    total += amount;
    left -= pending.count;
    complete &&= pending.complete;
  }
  const [totalMinted, availableToMint] = [String(total), String(MAX_SUPPLY - total)];
  return { maxSupply: String(MAX_SUPPLY), totalMinted, availableToMint, minted, complete };
}

/** Stored balances have no deltas, and a range over none is one round trip. */
async function pendingOf(state: State, accountId: string, most: number): Promise<Pending> {
  const { entries, next } = await state.range(deltasOf(accountId), most);
  const sum = entries.reduce((total, { value }) => total + BigInt(value), 0n);
  return { sum, count: entries.length, complete: next === null };
}
