// Faults planted into the rules on purpose: the model has to notice each of them, by the check that is named.

export interface Planted {
  readonly name: string;
  /** What the rule does wrong with it. */
  readonly does: string;
  readonly file: string;
  /** Occurs exactly once in the file; where it does not, the code has moved and the fault is to be planted anew. */
  readonly find: string;
  readonly replace: string;
  /** The check that finds it, and what it says. */
  readonly found: RegExp;
  /** Sequences in which it shows soon. */
  readonly themes: readonly string[];
}

export const planted: readonly Planted[] = [
  {
    name: "fee rounded down",
    does: "leaves the broken Qirat of a fee to the payer",
    file: "catalogue/economy.ts",
    find: "(amount * BigInt(rateBps) + 9_999n) / 10_000n",
    replace: "(amount * BigInt(rateBps)) / 10_000n",
    found: /^invariant 8: .* the fee is \d+, for \d+ at \d+ bps/,
    themes: ["mixed", "organizations"],
  },
  {
    name: "timer not reset",
    does: "lets the tax timer of a taxed account run on",
    file: "chaincode/tax.ts",
    find: "    await ledger.accounts.restartTimer(accountId);\n    await ledger.accounts.creditAny(`treasury_",
    replace: "    await ledger.accounts.creditAny(`treasury_",
    found: /^invariant 11: .* leaves the timer of/,
    themes: ["taxes"],
  },
  {
    name: "slot used twice",
    does: "gives the same genesis slot to the next person again",
    file: "chaincode/genesis.ts",
    find: "phase === index ? count + 1 : count",
    replace: "phase === index && count > 0 ? count + 1 : count",
    found: /^(invariant 4|ledger countries): /,
    themes: ["mixed", "crowd"],
  },
  {
    name: "vote counted twice",
    does: "adds a vote in favour two times",
    file: "chaincode/tally.ts",
    find: "gathered.for + 1",
    replace: "gathered.for + 2",
    found: /^invariant 20: /,
    themes: ["votes"],
  },
  {
    name: "approval twice",
    does: "takes a second approval of the same person for another one",
    file: "chaincode/multisig.ts",
    find: '    if (found.approvals.includes(actor)) throw refuse("ALREADY_ACTED");\n',
    replace: "",
    found: /^invariant 16: /,
    themes: ["organizations"],
  },
  {
    name: "loan limit off by one",
    does: "allows a sixth open loan",
    file: "catalogue/economy.ts",
    find: "openLoans < loanBounds.open",
    replace: "openLoans <= loanBounds.open",
    found: /^invariant 18: .* has 6 open loans/,
    themes: ["loans"],
  },
];
