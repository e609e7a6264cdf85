// Tables G1 and G2 of protocol.md 18.2 through the whole system: 350 persons of one country, sent in bursts.
import { newSystem, type System } from "../../bench/system.js";
import { createUser, ended, inBursts, newPerson } from "../../bench/load.js";

let system: System;
beforeAll(async () => {
  system = await newSystem(800);
}, 120_000);
afterAll(() => system.remove(), 60_000);

const GX = 1_000_000n;
const phaseOf = (place: number) => {
  const ends = [7, 21, 42, 70, 178, 349];
  const amounts = [500n, 400n, 300n, 200n, 100n, 50n];
  const phase = ends.findIndex((end) => place <= end);
  return phase < 0 ? 0n : (amounts[phase] as bigint) * GX;
};

it("gives 350 persons of VA exactly the coins of tables G1 and G2", async () => {
  const partner = system.tokens("PARTNER_API")[0] as string;
  const admin = system.tokens("ADMIN")[0] as string;
  const people = Array.from({ length: 350 }, newPerson);
  // Bursts of ten: each burst is answered before the next is sent, so order of acceptance is known between bursts.
  const ids: string[] = [];
  for (let i = 0; i < people.length; i += 10) {
    const burst = people.slice(i, i + 10);
    ids.push(...(await inBursts(burst, 10, (userId) => createUser(system, partner, userId, "VA"))));
  }
  const outcomes = await ended(system, admin, ids);
  expect(outcomes.filter(({ status }) => status !== "COMMITTED")).toEqual([]);

  const balances = await inBursts(people, 8, async (userId) => {
    const answer = await system.ask<{ user: { genesisOutcome: string; wallet: { balance: string } } }>(
      "query ($id: UUID!) { user(id: $id) { genesisOutcome wallet { balance } } }",
      { id: userId },
      admin,
    );
    return { balance: BigInt(answer.data?.user.wallet.balance ?? "-1"), outcome: answer.data?.user.genesisOutcome };
  });
  // Within a burst any order may have been accepted: compare amounts per place over the sorted burst boundaries.
  const expected = people.map((_, i) => phaseOf(i + 1));
  const byAmount = (amounts: readonly bigint[]) => [...amounts].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  expect(byAmount(balances.map(({ balance }) => balance))).toEqual(byAmount(expected));
  for (let i = 0; i < people.length; i += 10) {
    expect(byAmount(balances.slice(i, i + 10).map(({ balance }) => balance))).toEqual(
      byAmount(expected.slice(i, i + 10)),
    );
  }
  expect(balances.filter(({ outcome }) => outcome === "NO_SLOT_LEFT")).toHaveLength(1);

  const world = await system.ask<{
    country: { slots: { left: number; used: number }[]; residents: number; treasury: { balance: string } };
  }>(`{ country(code: "VA") { slots { used left } residents treasury { balance } } }`, {});
  expect(world.data?.country).toEqual({
    slots: [7, 14, 21, 28, 108, 171].map((used) => ({ used, left: 0 })),
    residents: 350,
    treasury: { balance: "10610000000" },
  });
  expect(balances.reduce((sum, { balance }) => sum + balance, 0n)).toBe(40_350n * GX);
}, 240_000);
