// Every movement of coins goes through here: balances, deltas, tax timers, and the events that say so (protocol.md 4, 6, 12).
// An instance serves one command. It never takes an account below zero: a rule that would let it is a defect.
import { TAXABLE_FROM } from "../catalogue/economy.js";
import { tax } from "../catalogue/events/tax.js";
import { tokenomics } from "../catalogue/events/tokenomics.js";
import type { HappenedOf } from "../catalogue/language.js";
import type { State } from "./overlay.js";
import { keys, type Account } from "./state.js";

export type BalanceEvents = readonly (
  HappenedOf<typeof tokenomics.BalanceChanged> | HappenedOf<typeof tax.TaxTimerChanged>
)[];
export type CreditEvents = readonly HappenedOf<typeof tokenomics.AccountCredited>[];

/** For commands that announce BalanceChanged. Amounts in Qirat. */
export interface Balances {
  /** Opens an account that stores its balance, with 0. */
  open(holder: Holder): void;
  /** Takes from the stored part. */
  debit(accountId: string, amount: bigint): Promise<void>;
  /** Adds to the balance of a user or an organization. */
  credit(accountId: string, amount: bigint): Promise<void>;
  /** BAL: one event for each stored balance touched, in order of the first touch, each followed by its timer's. */
  changed(): BalanceEvents;
}

/** For commands that announce AccountCredited too. */
export interface Deltas {
  /** Adds to any account or genesis counter. An accumulating one is not read, at most once per command, and not for 0. */
  creditAny(accountId: string, amount: bigint): Promise<void>;
  /** CRED: one event for each accumulating account credited, in order. */
  credited(): CreditEvents;
}

export interface Moment {
  readonly txId: string;
  /** Of the command in its batch, from 0. */
  readonly position: number;
  /** Unix seconds. */
  readonly now: number;
}

/** USER and ORGANIZATION keep one absolute balance; treasuries, system accounts and counters gather deltas. */
const accumulates = (accountId: string): boolean => /^(treasury|SYSTEM|MINTED)_/.test(accountId);

export function newAccounts(state: State, { txId, position, now }: Moment): Balances & Deltas {
  const touched = new Map<string, Touched>();
  const credits = new Map<string, bigint>();

  const set = (account: Account, stored: bigint) => {
    const { accountId, taxTimerStart } = account;
    const after = { ...account, stored: String(stored), taxTimerStart: timerOf(account, stored, now) };
    state.put(keys.account(accountId), after);
    const first = touched.get(accountId);
    touched.set(accountId, { before: first ? first.before : taxTimerStart, account: after });
  };
  const change = async (accountId: string, amount: bigint) => {
    const account = await state.get(keys.account(accountId));
    if (!account) throw new Error(`account ${accountId} does not exist`);
    const stored = BigInt(account.stored) + amount;
    if (stored < 0n) throw new Error(`account ${accountId} would fall below zero`);
    set(account, stored);
  };
  const accumulate = (accountId: string, amount: bigint) => {
    if (credits.has(accountId)) throw new Error(`account ${accountId} is credited twice by one command`);
    if (amount === 0n) return;
    credits.set(accountId, amount);
    const delta = keys.delta(accountId, txId);
    state.put(delta, String(BigInt(state.written(delta) ?? "0") + amount));
  };

  return {
    open: (holder) => set(emptyAccount(holder), 0n),
    debit: (accountId, amount) => change(accountId, -amount),
    credit: (accountId, amount) => change(accountId, amount),
    creditAny: async (accountId, amount) =>
      accumulates(accountId) ? accumulate(accountId, amount) : change(accountId, amount),
    changed: () => [...touched.values()].flatMap(changeOf),
    credited: () =>
      [...credits].map(([accountId, amount]) =>
        tokenomics.AccountCredited({ accountId, deltaKey: `${txId}~${position}`, amount: String(amount) }),
      ),
  };
}

interface Touched {
  /** Start of the tax timer before the command. */
  readonly before: number | null;
  readonly account: Account;
}

function changeOf({ before, account }: Touched): BalanceEvents {
  const { accountId, stored, taxTimerStart: timerStart } = account;
  const balance = tokenomics.BalanceChanged({ accountId, balance: stored });
  return timerStart === before ? [balance] : [balance, tax.TaxTimerChanged({ accountId, timerStart })];
}

/** Starts when the balance reaches 100 GX, ends when it falls below, and otherwise goes on. */
function timerOf({ kind, taxTimerStart }: Account, stored: bigint, now: number): number | null {
  if ((kind !== "USER" && kind !== "ORGANIZATION") || stored < TAXABLE_FROM) return null;
  return taxTimerStart ?? now;
}

export type Holder = Pick<Account, "accountId" | "kind" | "country">;

/** An account as it begins. */
export const emptyAccount = (holder: Holder): Account => ({
  ...holder,
  ...{ stored: "0", frozen: false, freezeReason: null, taxExempt: false, taxTimerStart: null },
  status: holder.kind === "TREASURY" ? "LOCKED" : null,
});
