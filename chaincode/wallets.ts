// Rules by which admins act on accounts: freezing, and payments between the common accounts (protocol.md 4).
import { PAYMENT_MAX } from "../catalogue/economy.js";
import { tokenomics as happened } from "../catalogue/events/tokenomics.js";
import type { Catalogue } from "../catalogue/index.js";
import type { RulesOf } from "./rule.js";
import { keys } from "./state.js";

export const wallets = {
  async transferInternal(ledger, { type, from, to, amount, remark }, { actor, refuse, emits }) {
    if (BigInt(amount) > PAYMENT_MAX) throw refuse("AMOUNT_OUT_OF_RANGE");
    if (to === actor) throw refuse("SELF_ACTION");
    const payer = await ledger.get(keys.account(from));
    if (!payer || !(await ledger.get(keys.account(to)))) throw refuse("NOT_FOUND");
    if (payer.status === "LOCKED") throw refuse("TREASURY_LOCKED");
    if (BigInt(payer.stored) < BigInt(amount)) throw refuse("INSUFFICIENT_FUNDS");

    await ledger.accounts.debit(from, BigInt(amount));
    await ledger.accounts.creditAny(to, BigInt(amount));
    return emits(
      happened.InternalTransferCompleted({ type, from, to, amount, remark }),
      ...ledger.accounts.changed(),
      ...ledger.accounts.credited(),
    );
  },

  async freezeWallet(ledger, { accountId, reason }, { refuse, emits }) {
    const account = await ledger.get(keys.account(accountId));
    if (!account) throw refuse("NOT_FOUND");
    if (account.frozen) throw refuse("WRONG_STATE");
    ledger.put(keys.account(accountId), { ...account, frozen: true, freezeReason: reason });
    return emits(happened.WalletFrozen({ accountId, reason }));
  },

  async unfreezeWallet(ledger, { accountId }, { actor, refuse, emits }) {
    const account = await ledger.get(keys.account(accountId));
    if (!account) throw refuse("NOT_FOUND");
    if (accountId === actor) throw refuse("SELF_ACTION");
    if (!account.frozen) throw refuse("WRONG_STATE");
    ledger.put(keys.account(accountId), { ...account, frozen: false, freezeReason: null });
    return emits(happened.WalletUnfrozen({ accountId }));
  },
} satisfies Pick<RulesOf<Catalogue["tokenomics"]>, "transferInternal" | "freezeWallet" | "unfreezeWallet">;
