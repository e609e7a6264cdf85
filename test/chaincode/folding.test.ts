// Folding (protocol.md 4): unfolded credits become part of the stored balance, and nothing else changes.
import { randomUUID } from "node:crypto";
import {
  ADMIN,
  createUser,
  foldDeltas,
  foundSystem,
  loadOf,
  named,
  pause,
  randomHash,
  startLedger,
  transfer,
  verdict,
  weightOf,
  type TestLedger,
} from "./ledger.js";
import { inMemory } from "./wires.js";

const FUND = "SYSTEM_OPERATIONS_FUND";

let ledger: TestLedger;
let payer: string;

beforeAll(async () => {
  ledger = await startLedger(inMemory);
});
beforeEach(async () => {
  ledger.peer.state.clear();
  await foundSystem(ledger);
  payer = randomUUID();
  await ledger.run(createUser(payer, "NG"));
});
afterAll(() => ledger.close());

/** Credits the account by a transaction of its own for each amount; returns the transaction ids. */
async function credited(accountId: string, ...amounts: number[]): Promise<string[]> {
  const txIds = [];
  for (const amount of amounts) txIds.push((await ledger.run(transfer(payer, accountId, String(amount)))).txId);
  return txIds;
}
const holding = async (accountId: string) => {
  const { stored, pending, balance } = (await ledger.query("account", { accountId })) as Record<string, string>;
  return { stored, pending, balance };
};
const deltas = (accountId: string) =>
  [...ledger.peer.state.keys()].filter((key) => key.startsWith(`delta~${accountId}~`));
const fold = async (accountId: string, txIds: readonly string[], actor = ADMIN) => {
  const ran = await ledger.run(foldDeltas(accountId, txIds, actor));
  return { ...ran, says: verdict(ran.outcomes[0]), events: ran.outcomes[0]?.events ?? [] };
};

it("adds the credits of the transactions named to the stored part, and leaves the balance and the others as they were", async () => {
  const [first = "", second = "", third = ""] = await credited(FUND, 5, 7, 11);
  const before = await holding(FUND);
  const { events } = await fold(FUND, [third, first]);
  expect(events).toEqual([
    {
      name: "DeltasFolded",
      domain: "admin",
      at: ledger.now,
      accountId: FUND,
      txIds: [third, first],
      amount: "16",
      stored: "16",
    },
  ]);
  expect(before).toEqual({ stored: "0", pending: "23", balance: "23" });
  expect(await holding(FUND)).toEqual({ stored: "16", pending: "7", balance: "23" });
  expect(deltas(FUND)).toEqual([`delta~${FUND}~${second}`]);
  expect((await fold(FUND, [second])).events).toMatchObject([{ amount: "7", stored: "23" }]);
  expect(await holding(FUND)).toEqual({ stored: "23", pending: "0", balance: "23" });
});

it("keeps whatever else the account holds", async () => {
  const before = ledger.at<object>("acct~treasury_NG");
  const [txId = ""] = deltas("treasury_NG").map((key) => key.slice(-64));
  await fold("treasury_NG", [txId]);
  expect(ledger.at("acct~treasury_NG")).toEqual({ ...before, stored: "50000000" });
});

it("folds the two genesis counters like accounts", async () => {
  const [txId = ""] = deltas("MINTED_USER_GENESIS").map((key) => key.slice(-64));
  expect((await fold("MINTED_USER_GENESIS", [txId])).events).toMatchObject([{ stored: "500000000" }]);
  expect((await fold("MINTED_GOVT_GENESIS", [txId])).events).toMatchObject([{ stored: "50000000" }]);
  expect(ledger.at("acct~MINTED_USER_GENESIS")).toEqual({ stored: "500000000" });
  expect(((await ledger.query("supply")) as { totalMinted: string }).totalMinted).toBe("550000000");
});

it("adds up what several commands of one transaction credited", async () => {
  const { txId } = await ledger.run(transfer(payer, FUND, "5"), transfer(payer, FUND, "6"));
  expect((await fold(FUND, [txId])).events).toMatchObject([{ txIds: [txId], amount: "11", stored: "11" }]);
});

describe("two folders that meet", () => {
  it("one after the other: the second folds what the first left, and is refused where nothing is left", async () => {
    const [a = "", b = "", c = ""] = await credited(FUND, 1, 2, 4);
    await fold(FUND, [a, b]);
    expect((await fold(FUND, [b, c])).events).toMatchObject([{ txIds: [c], amount: "4", stored: "7" }]);
    expect((await fold(FUND, [a, b, c])).says).toBe("NOT_FOUND");
    expect(await holding(FUND)).toEqual({ stored: "7", pending: "0", balance: "7" });
  });

  it("in one batch: each credit is added once", async () => {
    const [a = "", b = ""] = await credited(FUND, 1, 2);
    const { outcomes } = await ledger.run(foldDeltas(FUND, [a]), foldDeltas(FUND, [a, b]), foldDeltas(FUND, [b, a]));
    expect(outcomes.map(verdict)).toEqual(["committed", "committed", "NOT_FOUND"]);
    expect(outcomes.flatMap((outcome) => named(outcome, "DeltasFolded"))).toMatchObject([
      { txIds: [a], stored: "1" },
      { txIds: [b], stored: "3" },
    ]);
    expect(await holding(FUND)).toEqual({ stored: "3", pending: "0", balance: "3" });
  });
});

it("reads the keys that are named and no range, within the weight of the catalogue", async () => {
  const txIds = await credited(FUND, ...Array.from({ length: 9 }, () => 1));
  const ask = foldDeltas(FUND, txIds);
  const ran = await ledger.run(ask);
  expect(ran.simulated.reads.filter((key) => key.includes(".."))).toEqual([]);
  expect(ran.simulated.reads.filter((key) => key.startsWith("delta~"))).toHaveLength(9);
  expect(loadOf(ran)).toBeLessThanOrEqual(weightOf([ask]));
});

it.each([
  ["an account that does not exist", "treasury_FR"],
  ["an account without such credits", "SYSTEM_GX_POOL"],
])("refuses %s as not found", async (_, accountId) => {
  const [txId = ""] = await credited(FUND, 1);
  expect((await fold(accountId, [txId])).says).toBe("NOT_FOUND");
  expect((await fold(FUND, [randomHash()])).says).toBe("NOT_FOUND");
});

it.each([
  ["a user's account", randomUUID(), [randomHash()]],
  ["an organization's account", `org_${randomUUID()}`, [randomHash()]],
  ["a counter that is stored", "MINTED_LOAN", [randomHash()]],
  ["no transaction", FUND, []],
  ["a transaction named twice", FUND, ["a".repeat(64), "a".repeat(64)]],
  ["more than 200 transactions", FUND, Array.from({ length: 201 }, randomHash)],
  ["what is no transaction id", FUND, ["a".repeat(63)]],
])("refuses %s as invalid", async (_, accountId, txIds) => {
  expect((await fold(accountId, txIds)).says).toBe("INVALID_INPUT");
});

it("is an appointed admin's, and rests while the system is paused", async () => {
  const txIds = await credited(FUND, 1);
  expect((await fold(FUND, txIds, payer)).says).toBe("ACTOR_NOT_ADMIN");
  await ledger.run(pause());
  expect((await fold(FUND, txIds)).says).toBe("PAUSED");
  expect(await holding(FUND)).toEqual({ stored: "0", pending: "1", balance: "1" });
});

it("gives a debit what it needs: the stored part alone can be spent", async () => {
  const [first = "", second = ""] = await credited(FUND, 5, 7);
  const spend = async (amount: string) => {
    const call = { name: "probe:pay", args: [JSON.stringify({ from: FUND, to: payer, amount })], at: ledger.now };
    const { payload } = await ledger.peer.submit({ ...call, signer: ledger.signers.gx_partner_api });
    return JSON.parse(payload) as unknown;
  };
  expect(await spend("1")).toBe("INSUFFICIENT_FUNDS");
  await fold(FUND, [first]);
  expect(await spend("6")).toBe("INSUFFICIENT_FUNDS");
  expect(await spend("5")).toContainEqual(
    expect.objectContaining({ name: "BalanceChanged", accountId: FUND, balance: "0" }),
  );
  await fold(FUND, [second]);
  expect(await holding(FUND)).toEqual({ stored: "7", pending: "0", balance: "7" });
});
