// Accounts, pools and what was minted from them.
import type { State } from "../state.js";
import { each, pairs, type Question, type Questions } from "./question.js";

export const tokenomicsQuestions: Questions = (state) => [
  ...each(state.rows.wallet, (id) => accountOf(state, id)),
  ...each(state.rows.pool, (id) => poolOf(state, id)),
];

const accountOf = ({ rows }: State, accountId: string): Question => ({
  ...{ check: "ledger accounts", what: accountId, name: "account", args: { accountId } },
  expected: (answer) => {
    const wallet = rows.wallet.get(accountId);
    const country = accountId.startsWith("treasury_") ? accountId.slice("treasury_".length) : null;
    const taxed = rows.tax_account.get(accountId) ?? { country, exempt: "false", timer_start: null };
    const status = country === null ? null : (rows.country.get(country)?.["treasury_status"] ?? null);
    const own = { kind: "kind", stored: "stored", pending: "pending", frozen: "frozen", freezeReason: "freeze_reason" };
    return [
      ...pairs(answer, wallet, own),
      ...pairs(answer, { status }, { status: "status" }),
      ...pairs(answer, taxed, { country: "country", taxTimerStart: "@timer_start", taxExempt: "exempt" }),
    ];
  },
});

const poolOf = ({ rows }: State, id: string): Question => ({
  ...{ check: "ledger supply", what: id, name: "account", args: { accountId: `MINTED_${id}` } },
  expected: (answer) => pairs(answer, rows.pool.get(id), { stored: "stored", pending: "pending" }),
});
