import type { Block, BlockTransaction } from "../../platform/blocks.js";
import { createOutcomes, type Settled } from "../../workers/submitter/settle.js";

const START = 1_800_000_000_000;

function clock() {
  let now = START;
  return { now: () => now, pass: (milliseconds: number) => (now += milliseconds) };
}

function block(number: number, timeMs: number | undefined, ...held: [txId: string, code: number][]): Block {
  const transactions = held.map(([txId, code], index): BlockTransaction => ({
    index,
    txId,
    type: 3,
    code,
    valid: code === 0,
    timeMs: timeMs ?? 0,
  }));
  return { number, previousHash: "", dataHash: "", hash: "", timeMs, bytes: 0, transactions };
}

/** What was said of the transaction so far. */
async function said(outcome: Promise<Settled | undefined>): Promise<Settled | "lost" | "open"> {
  const open = new Promise<"open">((resolve) => setImmediate(() => resolve("open")));
  const first = await Promise.race([outcome, open]);
  return first ?? "lost";
}

describe("the outcome of a transaction", () => {
  test("is what its block says", async () => {
    const outcomes = createOutcomes();
    const [valid, conflict] = [outcomes.expect("v"), outcomes.expect("c")];
    outcomes.see(block(7, Date.now(), ["other", 0], ["c", 11], ["v", 0]));
    expect(await valid.outcome).toMatchObject({ code: 0, block: 7 });
    expect(await conflict.outcome).toMatchObject({ code: 11, block: 7 });
  });

  test("is the first one: a second copy says nothing", async () => {
    const outcomes = createOutcomes();
    const expected = outcomes.expect("t");
    outcomes.see(block(7, Date.now(), ["t", 9]));
    expect(await said(expected.outcome)).toBe("open");
    outcomes.see(block(8, Date.now(), ["t", 0]));
    expect(await expected.outcome).toMatchObject({ code: 0, block: 8 });
  });

  test("is lost when a block 10 s younger comes without it", async () => {
    const time = clock();
    const outcomes = createOutcomes(time.now);
    const expected = outcomes.expect("t");
    time.pass(9_000);
    outcomes.see(block(1, START + 9_999));
    expect(await said(expected.outcome)).toBe("open");
    outcomes.see(block(2, START + 10_000));
    expect(await said(expected.outcome)).toBe("lost");
  });

  test("is lost after 30 s of blocks whose clocks are behind", async () => {
    const time = clock();
    const outcomes = createOutcomes(time.now);
    const expected = outcomes.expect("t");
    time.pass(29_999);
    outcomes.see(block(1, START - 60_000));
    expect(await said(expected.outcome)).toBe("open");
    time.pass(1);
    outcomes.see(block(2, undefined));
    expect(await said(expected.outcome)).toBe("lost");
  });

  test("is lost when no block came for 15 s since the submission and since the last block", async () => {
    const time = clock();
    const outcomes = createOutcomes(time.now);
    time.pass(60_000);
    const expected = outcomes.expect("t");
    outcomes.tick();
    expect(await said(expected.outcome)).toBe("open");
    time.pass(5_000);
    outcomes.see(block(1, START));
    time.pass(14_999);
    outcomes.tick();
    expect(await said(expected.outcome)).toBe("open");
    time.pass(1);
    outcomes.tick();
    expect(await said(expected.outcome)).toBe("lost");
  });

  test("in the very block that is 10 s younger is not lost", async () => {
    const outcomes = createOutcomes(() => START);
    const expected = outcomes.expect("t");
    outcomes.see(block(1, START + 20_000, ["t", 0]));
    expect(await expected.outcome).toMatchObject({ code: 0 });
  });
});
