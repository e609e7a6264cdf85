// The invariants of protocol.md 17 that these commands can break, after every transaction of long, random but repeatable runs.
// The events of all outcomes, folded as a read model folds them, must give the very state.
import { commandOf, decodeEvent } from "../../catalogue/index.js";
import type { WireOutcome } from "../../catalogue/wire.js";
import { slotsOf } from "../../catalogue/economy.js";
import type { Account, Country, Slots, User } from "../../chaincode/state.js";
import {
  createUser,
  foldDeltas,
  foundSystem,
  loadOf,
  startLedger,
  transfer,
  verdict,
  weightOf,
  type Ask,
  type TestLedger,
} from "./ledger.js";
import { inMemory } from "./wires.js";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger(inMemory);
});
afterAll(() => ledger.close());

/** Numbers that look random and are the same in every run. */
function dice(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const all = <T>(prefix: string): [string, T][] =>
  [...ledger.peer.state].filter(([key]) => key.startsWith(prefix)).map(([key, text]) => [key, JSON.parse(text) as T]);
const total = (amounts: Iterable<bigint>) => [...amounts].reduce((sum, amount) => sum + amount, 0n);

interface ReadModel {
  readonly stored: Map<string, bigint>;
  readonly timers: Map<string, number | null>;
  /** By account and delta key. */
  readonly deltas: Map<string, bigint>;
  readonly slots: Map<string, number[]>;
}

function fold(model: ReadModel, outcomes: readonly WireOutcome[]): void {
  for (const { command, repeatOf, events } of outcomes) {
    const announced = commandOf(command)?.emits.map(({ event }) => event) ?? [];
    if (repeatOf) expect(events).toEqual([]);
    for (const raw of events) {
      const decoded = decodeEvent(raw);
      if ("error" in decoded) throw new Error(decoded.error.detail);
      expect(announced).toContain(decoded.event.name);
      apply(model, decoded.event);
    }
  }
}

function apply({ stored, timers, deltas, slots }: ReadModel, event: Readonly<Record<string, unknown>>): void {
  const accountId = String(event["accountId"]);
  if (event["name"] === "BalanceChanged") stored.set(accountId, BigInt(String(event["balance"])));
  if (event["name"] === "TaxTimerChanged") timers.set(accountId, event["timerStart"] as number | null);
  if (event["name"] === "AccountCredited") {
    const key = `${accountId} ${String(event["deltaKey"])}`;
    expect(deltas.has(key)).toBe(false);
    deltas.set(key, BigInt(String(event["amount"])));
  }
  if (event["name"] === "DeltasFolded") {
    stored.set(accountId, BigInt(String(event["stored"])));
    const prefixes = (event["txIds"] as string[]).map((txId) => `${accountId} ${txId}~`);
    const folded = [...deltas].filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix)));
    expect(String(total(folded.map(([, amount]) => amount)))).toBe(event["amount"]);
    for (const [key] of folded) deltas.delete(key);
  }
  if (event["name"] === "GenesisDistributed") {
    const used = [...(slots.get(String(event["nationality"])) ?? [0, 0, 0, 0, 0, 0])];
    used[Number(event["phase"]) - 1]! += 1;
    slots.set(String(event["nationality"]), used);
  }
}

const pendingIn = ({ deltas }: ReadModel, accountId: string): bigint =>
  total([...deltas].filter(([key]) => key.startsWith(`${accountId} `)).map(([, amount]) => amount));

function checkState(model: ReadModel): void {
  const accounts = all<Account>("acct~").filter(([key]) => !key.startsWith("acct~MINTED_"));
  const counters = all<{ stored: string }>("acct~MINTED_");
  const deltas = all<string>("delta~").map(([key, amount]) => ({
    accountId: key.split("~")[1] ?? "",
    amount: BigInt(amount),
  }));
  const pendingOf = (accountId: string) =>
    total(deltas.filter((one) => one.accountId === accountId).map((one) => one.amount));

  // 1: what accounts hold was minted; 5: nothing is below zero.
  const held = accounts.map(([, account]) => BigInt(account.stored) + pendingOf(account.accountId));
  const minted = counters.map(([key, { stored }]) => BigInt(stored) + pendingOf(key.slice("acct~".length)));
  expect(total(held)).toBe(total(minted));
  expect(accounts.every(([, { stored }]) => BigInt(stored) >= 0n)).toBe(true);
  expect(deltas.every(({ amount }) => amount > 0n)).toBe(true);
  for (const [, { accountId, kind, stored, taxTimerStart }] of accounts) {
    // 11: the timer runs exactly from 100 GX on.
    const taxable = (kind === "USER" || kind === "ORGANIZATION") && BigInt(stored) >= 100_000_000n;
    expect([accountId, taxTimerStart !== null]).toEqual([accountId, taxable]);
    expect(model.stored.get(accountId) ?? 0n).toBe(BigInt(stored));
    expect(model.timers.get(accountId) ?? null).toBe(taxTimerStart);
    expect(pendingIn(model, accountId)).toBe(pendingOf(accountId));
  }
  for (const [key, { stored }] of counters) {
    expect(model.stored.get(key.slice("acct~".length)) ?? 0n).toBe(BigInt(stored));
  }
  checkGenesis(model);
}

function checkGenesis(model: ReadModel): void {
  const users = all<User>("user~").map(([, user]) => user);
  for (const [key, { used }] of all<Slots>("slots~")) {
    const code = key.slice("slots~".length);
    const slots = slotsOf(ledger.at<Country>(`country~${code}`)?.units ?? 0);
    // 4: no phase is overfull, none begins before the one below it is full, and each slot is a user's.
    expect(used.every((count, phase) => count <= (slots[phase] ?? 0))).toBe(true);
    const open = used.findIndex((count, phase) => count < (slots[phase] ?? 0));
    if (open >= 0) expect(used.slice(open + 1).every((count) => count === 0)).toBe(true);
    const paid = users.filter((user) => user.nationality === code && user.genesisPhase !== null);
    expect(used.reduce((sum, count) => sum + count, 0)).toBe(paid.length);
    expect(model.slots.get(code) ?? [0, 0, 0, 0, 0, 0]).toEqual(used);
  }
}

it.each([1, 2, 3])("hold after every transaction of run %d", async (seed) => {
  ledger.peer.state.clear();
  const roll = dice(seed);
  const model: ReadModel = { stored: new Map(), timers: new Map(), deltas: new Map(), slots: new Map() };
  const met = new Set<string | undefined>();
  await foundSystem(ledger);
  const sent: (Ask & { id: string })[] = [];
  const seen = new Set<string>();
  let people = 0;

  const person = () => idOf(1 + roll(Math.max(people, 1) + 1));
  const newcomer = () =>
    createUser(idOf(roll(8) ? ++people : 1), ["NG", "US", "VA", "ZZ"][roll(4)] ?? "", { ageYears: roll(90) });
  const amount = () => [1n, 2n, 700n, 3_000_000n, 60_000_000n, 100_000_001n, 400_000_000n][roll(7)] ?? 1n;
  const receiver = () =>
    roll(6) ? person() : (["treasury_NG", "SYSTEM_OPERATIONS_FUND", "treasury_XX"][roll(3)] ?? "");
  const ask = (n: number): Ask & { id: string } => {
    const again = roll(12) === 0 ? sent[roll(sent.length)] : undefined;
    const made = roll(3) ? transfer(person(), receiver(), amount()) : newcomer();
    return again ?? { ...made, id: `0000000${seed}-0000-7000-8000-${String(n).padStart(12, "0")}` };
  };

  /** Folds some credits, of which a few are not there any more. */
  const folding = (n: number): Ask & { id: string } => {
    const keys = [...ledger.peer.state.keys()].filter((key) => key.startsWith("delta~")).map((key) => key.split("~"));
    const [, accountId = "SYSTEM_GX_POOL"] = keys[roll(Math.max(keys.length, 1))] ?? [];
    const there = keys.filter(([, account]) => account === accountId).map(([, , txId = ""]) => txId);
    const txIds = [String(n).padStart(64, "0"), ...there.slice(0, roll(4))];
    return { ...foldDeltas(accountId, txIds), id: `1000000${seed}-0000-7000-8000-${String(n).padStart(12, "0")}` };
  };

  for (let transaction = 0; transaction < 40; transaction++) {
    ledger.now += roll(20) - 5;
    const asks =
      transaction % 4 === 3
        ? Array.from({ length: 1 + roll(3) }, (_, n) => folding(transaction * 100 + n))
        : Array.from({ length: 1 + roll(12) }, (_, n) => ask(transaction * 100 + n));
    const ran = await ledger.run(...asks);
    for (const [n, outcome] of ran.outcomes.entries()) {
      // 22: an id takes effect once.
      expect([outcome.commandId, outcome.repeatOf !== undefined]).toEqual([asks[n]?.id, seen.has(outcome.commandId)]);
      seen.add(outcome.commandId);
    }
    if (transaction % 4 !== 3) sent.push(...asks);
    expect(loadOf(ran)).toBeLessThanOrEqual(weightOf(asks));
    fold(model, ran.outcomes);
    checkState(model);
    const receipts = all("cmd~").filter(([key]) => seen.has(key.slice("cmd~".length)));
    expect(receipts).toHaveLength(seen.size);
    for (const outcome of ran.outcomes) met.add(verdict(outcome));
  }
  // The run met what it was made to meet.
  expect([...met].sort()).toEqual([
    ...["ACTOR_NOT_ACTIVE", "ALREADY_EXISTS", "FEE_EXCEEDS_AMOUNT", "INSUFFICIENT_FUNDS"],
    ...["NOT_FOUND", "SELF_ACTION", "committed"],
  ]);
});
