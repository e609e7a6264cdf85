// The overlay and the accounts below the rules, on the shim's own handler: each test is one transaction's steps.
import type { Step } from "./probe.js";
import { bootstrap, startLedger, type TestLedger } from "./ledger.js";
import { inMemory } from "./wires.js";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger(inMemory);
});
beforeEach(() => ledger.peer.state.clear());
afterAll(() => ledger.close());

const call = (steps: readonly Step[]) => ledger.call("probe:run", steps, ledger.signers.gx_partner_api);
async function run(...steps: Step[]) {
  const simulated = await call(steps);
  if (simulated.status !== 200) throw new Error(simulated.message);
  return { answers: JSON.parse(simulated.payload) as unknown[], ...simulated };
}
const get = (key: string): Step => ({ do: "get", key });
const put = (key: string, value: unknown): Step => ({ do: "put", key, value });
const remove = (key: string): Step => ({ do: "delete", key });
const range = (from: string, to: string, limit: number): Step => ({ do: "range", from, to, limit });
const entries = (...keys: string[]) => keys.map((key) => ({ key, value: key }));

it("shows a transaction its own writes and deletions", async () => {
  ledger.given({ a: 1, b: 2 });
  const { answers } = await run(put("a", 3), remove("b"), get("a"), get("b"), put("b", 4), get("b"), get("c"));
  expect(answers).toEqual([null, null, 3, null, null, 4, null]);
});

it("rolls back to what was kept", async () => {
  ledger.given({ a: 1 });
  const { answers } = await run(
    ...[put("a", 2), { do: "keep" } as const, put("a", 3), remove("b"), { do: "rollBack" } as const, get("a")],
  );
  expect(answers.at(-1)).toBe(2);
});

it("gives back own writes without asking the ledger", async () => {
  ledger.given({ a: 1 });
  const { answers, reads } = await run({ do: "written", key: "a" }, put("a", 2), { do: "written", key: "a" }, get("a"));
  expect([answers, reads]).toEqual([[null, null, 2, 2], []]);
});

it("asks for a key once, be it there or not", async () => {
  ledger.given({ a: 1 });
  const { reads } = await run(get("a"), get("b"), get("a"), get("b"));
  expect(reads).toEqual(["a", "b"]);
});

it("hands out values that nobody else sees changed", async () => {
  const { answers } = await run(put("a", { list: [1] }), get("a"), get("a"));
  expect(answers.slice(1)).toEqual([{ list: [1] }, { list: [1] }]);
});

it("writes what was kept, in key order and with sorted members", async () => {
  const { writes } = await run(
    ...[put("b", { z: 1, a: { y: 1, x: [2, 1] } }), put("a", 1), remove("c"), { do: "keep" } as const],
    ...[put("d", 1), { do: "flush" } as const],
  );
  expect([...writes]).toEqual([
    ["a", "1"],
    ["b", '{"a":{"x":[2,1],"y":1},"z":1}'],
    ["c", null],
  ]);
});

describe("a range", () => {
  beforeEach(() => ledger.given(Object.fromEntries(["p~b", "p~d", "p~f", "p\x7F", "q~a"].map((key) => [key, key]))));

  it("holds own writes among the committed keys, without those deleted", async () => {
    const { answers } = await run(
      ...[
        put("p~a", "p~a"),
        put("p~e", "p~e"),
        remove("p~d"),
        { do: "keep" } as const,
        put("p~g", "p~g"),
        put("q~z", 1),
      ],
      range("p~", "p\x7F", 10),
    );
    expect(answers.at(-1)).toEqual({ entries: entries("p~a", "p~b", "p~e", "p~f", "p~g"), next: null });
  });

  it("ends at its limit and says where to go on", async () => {
    const pages = await run(range("p~", "p\x7F", 2), range("p~f", "p\x7F", 2), range("p~", "p\x7F", 3));
    expect(pages.answers).toEqual([
      { entries: entries("p~b", "p~d"), next: "p~f" },
      { entries: entries("p~f"), next: null },
      { entries: entries("p~b", "p~d", "p~f"), next: null },
    ]);
  });

  it("never shows an own write before committed keys that it has not read", async () => {
    const written = [put("p~e", "p~e"), put("p~g", "p~g"), remove("p~b")];
    const { answers } = await run(...written, range("p~", "p\x7F", 2), range("p~f", "p\x7F", 2));
    expect(answers.slice(3)).toEqual([
      { entries: entries("p~d", "p~e"), next: "p~f" },
      { entries: entries("p~f", "p~g"), next: null },
    ]);
  });

  it("is never longer than 1,000 keys", async () => {
    const { status, message } = await call([range("p~", "q", 1001)]);
    expect([status, message]).toEqual([500, "a range of 1001 keys is above the bound"]);
  });
});

describe("accounts", () => {
  const FUND = "SYSTEM_OPERATIONS_FUND";
  const move = (way: "credit" | "debit", accountId: string, amount: string): Step => ({ do: way, accountId, amount });
  const kept: Step[] = [{ do: "keep" }, { do: "flush" }];

  beforeEach(() => ledger.run(bootstrap()));

  it("take a credit of 0 to a common account as none", async () => {
    const { writes } = await run(move("credit", FUND, "0"), ...kept);
    expect(writes.size).toBe(0);
  });

  it("let a command credit a common account once, and debit its stored part", async () => {
    expect((await call([move("credit", FUND, "1"), move("credit", FUND, "1")])).message).toMatch(/credited twice/);
    ledger.given({ [`acct~${FUND}`]: { ...ledger.at<object>(`acct~${FUND}`), stored: "5" } });
    const { writes, txId, reads } = await run(move("credit", FUND, "1"), move("debit", FUND, "5"), ...kept);
    expect(writes.get(`delta~${FUND}~${txId}`)).toBe('"1"');
    expect(JSON.parse(writes.get(`acct~${FUND}`) ?? "")).toMatchObject({ stored: "0", taxTimerStart: null });
    expect(reads).toEqual([`acct~${FUND}`]);
  });

  it("never fall below zero and are never made by a credit", async () => {
    expect((await call([move("debit", FUND, "1")])).message).toMatch(/would fall below zero/);
    const nobody = "00000000-0000-7000-8000-00000000000f";
    expect((await call([move("credit", nobody, "1")])).message).toMatch(/does not exist/);
  });
});
