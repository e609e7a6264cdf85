// Every movement of coins goes through here: balances, deltas, tax timers, and the events that say so (protocol.md 4, 6, 12).
// An instance serves one command. It never takes an account below zero: a rule that would let it is a defect.
import { TAXABLE_FROM } from "../catalogue/economy.js";
import { tax } from "../catalogue/events/tax.js";
import { tokenomics } from "../catalogue/events/tokenomics.js";
import type { HappenedOf } from "../catalogue/language.js";
import { accountOf } from "./existing.js";
import type { State } from "./overlay.js";
import { keys, type Account, type MintedCounter } from "./state.js";

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
  /** Adds to the stored total of a counter that is no delta account; to be called after all debits and credits. */
  mint(counter: StoredCounter, amount: bigint): Promise<void>;
  /** The tax timer starts anew if the account holds 100 GX or more. */
  restartTimer(accountId: string): Promise<void>;
  /** BAL: one event for each stored balance touched, in order of the first touch, each followed by its timer's. */
  changed(): BalanceEvents;
}

/** Totals of what was minted that are read for the cap of their pool. */
export type StoredCounter = Exclude<MintedCounter, `${string}_GENESIS`>;

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

  const set = (account: Account, stored: bigint, timer = account.taxTimerStart) => {
    const { accountId } = account;
    const taxTimerStart = timerOf({ ...account, taxTimerStart: timer }, stored, now);
    state.put(keys.account(accountId), { ...account, stored: String(stored), taxTimerStart });
    const first = touched.get(accountId);
    const before = first ? first.before : account.taxTimerStart;
    touched.set(accountId, { accountId, stored: String(stored), before, after: taxTimerStart });
  };
  const change = async (accountId: string, amount: bigint) => {
    const account = await accountOf(state, accountId);
    const stored = BigInt(account.stored) + amount;
    if (stored < 0n) throw new Error(`account ${accountId} would fall below zero`);
    set(account, stored);
  };
  const mint = async (counter: StoredCounter, amount: bigint) => {
    const total = await state.get(keys.counter(counter));
    if (!total) throw new Error(`counter ${counter} does not exist`);
    const stored = String(BigInt(total.stored) + amount);
    state.put(keys.counter(counter), { stored });
    touched.set(counter, { accountId: counter, stored, before: null, after: null });
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
    mint,
    restartTimer: async (accountId) => {
      const account = await accountOf(state, accountId);
      set(account, BigInt(account.stored), null);
    },
    creditAny: async (accountId, amount) =>
      accumulates(accountId) ? accumulate(accountId, amount) : change(accountId, amount),
    changed: () => [...touched.values()].flatMap(changeOf),
    credited: () =>
      [...credits].map(([accountId, amount]) =>
        tokenomics.AccountCredited({ accountId, deltaKey: `${txId}~${position}`, amount: String(amount) }),
      ),
  };
}

/** What a command did to an account or a counter. */
interface Touched {
  readonly accountId: string;
  readonly stored: string;
  /** Start of the tax timer before the command, and after it. */
  readonly before: number | null;
  readonly after: number | null;
}

function changeOf({ accountId, stored, before, after }: Touched): BalanceEvents {
  const balance = tokenomics.BalanceChanged({ accountId, balance: stored });
  return after === before ? [balance] : [balance, tax.TaxTimerChanged({ accountId, timerStart: after })];
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
