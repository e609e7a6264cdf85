// What accounts hold while a history is told, and the events that say so: BAL and CRED of the protocol, and their folding.
// Keeps a number per account and what is not folded yet, nothing of the past.
import { TAXABLE_FROM } from "../../catalogue/economy.js";
import { admin as administration } from "../../catalogue/events/admin.js";
import { tax } from "../../catalogue/events/tax.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import type { Happened } from "../../catalogue/language.js";
import type { Chain } from "./chain.js";

/** An account with a stored balance, and its place among them. */
export interface Account {
  readonly id: string;
  readonly place: number;
  readonly country: string;
}

export interface Pool {
  readonly account: string;
  readonly counter: string;
}

export interface Accounts {
  balanceOf(account: Account): bigint;
  /** Changes a stored balance: BalanceChanged, and TaxTimerChanged where the account comes to 100 GX or leaves them. */
  change(account: Account, by: bigint): Happened[];
  /** The timer of an account of 100 GX or more begins anew. */
  restart(account: Account): Happened[];
  /** Adds to an accumulating account without reading it: AccountCredited; nothing for 0. */
  credit(accountId: string, amount: bigint): Happened[];
  /** What can be taken from an accumulating account: its stored part. */
  storedOf(accountId: string): bigint;
  /** Takes from the stored part of an accumulating account; nothing for 0. */
  take(accountId: string, amount: bigint): Happened[];
  /** Pays out of a pool: what it has stored first, then newly minted coins. */
  payOut(from: Pool, to: Account, amount: bigint): { readonly fromStored: bigint; readonly events: Happened[] };
  /** Folds what has been credited in more transactions than one command names, and this account in any case. */
  fold(actor: string, accountId?: string): void;
}

const FOLDED_AT_ONCE = 200;

interface Accumulating {
  stored: bigint;
  /** What is not folded yet, by transaction. */
  readonly credits: Map<string, bigint>;
}

/** `most`: places of accounts with a stored balance. */
export function newAccounts(chain: Chain, most: number): Accounts {
  const balances = new BigInt64Array(most);
  const accumulating = new Map<string, Accumulating>();
  const full = new Set<string>();
  const minted = new Map<string, bigint>();
  const balanceOf = ({ place }: Account) => balances[place] ?? 0n;
  const timer = ({ id: accountId }: Account, timerStart: number | null) =>
    tax.TaxTimerChanged({ accountId, timerStart });
  const open = (accountId: string) => {
    const of = accumulating.get(accountId) ?? { stored: 0n, credits: new Map<string, bigint>() };
    accumulating.set(accountId, of);
    return of;
  };
  const change: Accounts["change"] = (account, by) => {
    const before = balanceOf(account);
    const balance = before + by;
    balances[account.place] = balance;
    const changed = tokenomics.BalanceChanged({ accountId: account.id, balance: String(balance) });
    if (before >= TAXABLE_FROM === balance >= TAXABLE_FROM) return [changed];
    return [changed, timer(account, balance >= TAXABLE_FROM ? chain.at : null)];
  };
  const take: Accounts["take"] = (accountId, amount) => {
    const of = open(accountId);
    of.stored -= amount;
    return amount > 0n ? [tokenomics.BalanceChanged({ accountId, balance: String(of.stored) })] : [];
  };
  return {
    balanceOf,
    change,
    restart: (account) => (balanceOf(account) >= TAXABLE_FROM ? [timer(account, chain.at)] : []),
    credit: (accountId, amount) => {
      if (amount === 0n) return [];
      const { txId, deltaKey } = chain.nextTx();
      const { credits } = open(accountId);
      credits.set(txId, (credits.get(txId) ?? 0n) + amount);
      if (credits.size > FOLDED_AT_ONCE) full.add(accountId);
      return [tokenomics.AccountCredited({ accountId, deltaKey, amount: String(amount) })];
    },
    storedOf: (accountId) => open(accountId).stored,
    take,
    payOut: ({ account, counter }, to, amount) => {
      const { stored } = open(account);
      const fromStored = stored < amount ? stored : amount;
      const total = (minted.get(counter) ?? 0n) + amount - fromStored;
      const mint =
        fromStored === amount ? [] : [tokenomics.BalanceChanged({ accountId: counter, balance: String(total) })];
      minted.set(counter, total);
      return { fromStored, events: [...take(account, fromStored), ...change(to, amount), ...mint] };
    },
    fold: (actor, wanted) => {
      if (wanted !== undefined) full.add(wanted);
      for (const accountId of full) {
        const event = folded(accountId, open(accountId), chain.nextTx().txId);
        if (event) chain.commit("admin.foldDeltas", actor, [event]);
      }
      full.clear();
    },
  };
}

/** The present transaction is left: it is not over. */
function folded(accountId: string, of: Accumulating, present: string): Happened | undefined {
  const taken = [...of.credits].filter(([txId]) => txId !== present).slice(0, FOLDED_AT_ONCE);
  if (taken.length === 0) return undefined;
  const amount = taken.reduce((sum, [, each]) => sum + each, 0n);
  of.stored += amount;
  for (const [txId] of taken) of.credits.delete(txId);
  const txIds = taken.map(([txId]) => txId);
  return administration.DeltasFolded({ accountId, txIds, amount: String(amount), stored: String(of.stored) });
}
