// What the compiler says about rules: each wrong line below is an error exactly there, or this file does not compile.
// Checked by `npm run check`; at run time only the tables' completeness is left to see.
import { catalogue, commands } from "../../catalogue/index.js";
import { domain, command, uuid, flag, qirat } from "../../catalogue/language.js";
import { admin } from "../../catalogue/events/admin.js";
import { BAL, CRED, tokenomics } from "../../catalogue/events/tokenomics.js";
import type { Rule, RulesOf } from "../../chaincode/rule.js";
import { keys } from "../../chaincode/state.js";

// A catalogue of its own: one command that moves no coins, one that changes stored balances, one that credits deltas too.
const sample = domain(
  "admin",
  {},
  {
    greet: command("admin", "Say hello.", {
      input: { userId: uuid(), loud: flag() },
      emits: [admin.SystemResumed],
      refusals: ["NOT_FOUND", "SELF_ACTION"],
      lanes: () => [],
      weight: () => 1,
    }),
    open: command("admin", "Open an account.", {
      input: { amount: qirat() },
      emits: [...BAL],
      refusals: [],
      lanes: () => [],
      weight: () => 1,
    }),
    pay: command("admin", "Pay.", {
      input: { amount: qirat() },
      emits: [...BAL, ...CRED],
      refusals: [],
      lanes: () => [],
      weight: () => 1,
    }),
  },
);
type Sample = RulesOf<typeof sample>;
type Greet = Rule<typeof sample.commands.greet>;
type Open = Rule<typeof sample.commands.open>;
type Pay = Rule<typeof sample.commands.pay>;

const good = {
  async greet(ledger, { userId, loud }, { actor, refuse, emits }) {
    const user = await ledger.get(keys.user(userId));
    if (!user) throw refuse("NOT_FOUND");
    if (loud && user.userId === actor) throw refuse("SELF_ACTION");
    return emits(admin.SystemResumed({ actor }));
  },
  async open(ledger, { amount }, { actor, emits }) {
    await ledger.accounts.credit(actor, BigInt(amount));
    return emits(...ledger.accounts.changed());
  },
  async pay(ledger, { amount }, { actor, emits }) {
    await ledger.accounts.creditAny(actor, BigInt(amount));
    return emits(...ledger.accounts.changed(), ...ledger.accounts.credited());
  },
} satisfies Sample;

// @ts-expect-error a command without a rule
const missing = { greet: good.greet, open: good.open } satisfies Sample;

const superfluous = {
  ...good,
  // @ts-expect-error a rule without a command
  leave: good.greet,
} satisfies Sample;

const wrong: { greet: Greet; silent: Greet; open: Open; pay: Pay } = {
  async greet(ledger, input, { actor, refuse, emits }) {
    // @ts-expect-error a refusal that the command does not list
    if (actor === "") throw refuse("ALREADY_PAUSED");
    // @ts-expect-error a refusal that does not exist
    if (actor === "") throw refuse("NOT_FUOND");
    // @ts-expect-error a field that the input does not have
    const { adminId } = input;
    // @ts-expect-error coins moved by a command that does not announce BalanceChanged
    await ledger.accounts.credit(actor, 1n);
    // @ts-expect-error a kind of object that the state does not know
    await ledger.get(keys.wallet(actor));
    // @ts-expect-error an object put under another one's key
    ledger.put(keys.system, { stored: "0" });
    // @ts-expect-error a member that the object does not have
    const paused = (await ledger.get(keys.user(actor)))?.paused;
    // @ts-expect-error a misspelt event
    emits(admin.SystemResmed({ actor }));
    // @ts-expect-error a field that the event does not have
    emits(admin.SystemResumed({ actor, reason: "x" }));
    // @ts-expect-error an event without its fields
    emits(admin.SystemResumed({}));
    // @ts-expect-error an event that the command does not announce
    emits(admin.SystemPaused({ reason: "x", actor }));
    // @ts-expect-error a balance event in a command that moves nothing
    emits(tokenomics.BalanceChanged({ accountId: actor, balance: "1" }));
    return adminId === paused ? [] : emits(admin.SystemResumed({ actor }));
  },
  // @ts-expect-error events returned past `emits` are checked as well
  async silent(_ledger, _input, { actor }) {
    return [admin.SystemPaused({ reason: "x", actor })];
  },
  async open(ledger, { amount }, { actor, emits }) {
    // @ts-expect-error a delta credited by a command that does not announce AccountCredited
    await ledger.accounts.creditAny(actor, BigInt(amount));
    // @ts-expect-error an amount that is not a bigint
    await ledger.accounts.credit(actor, amount);
    return emits();
  },
  pay: good.pay,
};

it("has a rule type for every command of the catalogue", () => {
  // What compiles above is the proof; here the table that the types were made from is seen to be the real one.
  expect(Object.keys(good)).toEqual(Object.keys(sample.commands));
  expect([missing, superfluous, wrong].map((table) => Object.keys(table).length)).toEqual([2, 4, 4]);
  expect(commands.map(({ name }) => name).sort()).toEqual(
    Object.values(catalogue)
      .flatMap(({ domain, commands }) => Object.keys(commands).map((name) => `${domain}.${name}`))
      .sort(),
  );
});
