// Payments out of the pools that are minted on demand (protocol.md 2): what came back to the pool first, then new coins.
// Writes nothing when the pool cannot pay: the caller decides what that refuses.
import { pools, type PoolName } from "../catalogue/economy.js";
import type { Balances } from "./accounts.js";
import { accountOf } from "./existing.js";
import type { State } from "./overlay.js";
import { keys } from "./state.js";

/** The pools that have an account of their own. */
export type PayingPool = Exclude<PoolName, `${string}_GENESIS`>;

/** Where the Qirat of a payment came from. */
export interface PaidFromPool {
  readonly fromStored: bigint;
  readonly minted: bigint;
}

/** Pays `amount` Qirat to a user or an organization. Unfolded credits of the pool are not seen. */
export async function payFromPool(
  ledger: State & { readonly accounts: Balances },
  pool: PayingPool,
  to: string,
  amount: bigint,
): Promise<PaidFromPool | "POOL_EXHAUSTED"> {
  const { cap, account: accountId, counter } = pools[pool];
  const stored = BigInt((await accountOf(ledger, accountId)).stored);
  const total = await ledger.get(keys.counter(counter));
  if (!total) throw new Error(`counter ${counter} does not exist`);
  const fromStored = stored < amount ? stored : amount;
  const minted = amount - fromStored;
  if (BigInt(total.stored) + minted > cap) return "POOL_EXHAUSTED";

  if (fromStored > 0n) await ledger.accounts.debit(accountId, fromStored);
  await ledger.accounts.credit(to, amount);
  if (minted > 0n) await ledger.accounts.mint(counter, minted);
  return { fromStored, minted };
}
