// Folding and grouping: the parts of the projector that need no database.
import type { Block } from "../../platform/blocks.js";
import { coalesce } from "../../workers/projector/coalesce.js";
import { changesOf } from "../../workers/projector/change.js";
import { fold } from "../../workers/projector/fold.js";
import {
  arrived,
  followed,
  heard,
  lagBlocks,
  lagMs,
  newProgress,
  oldestMissing,
} from "../../workers/projector/progress.js";
import { statementsFor } from "../../workers/projector/write.js";

const { put, append, patch, add, patchGroup } = changesOf("tokenomics");
const count = changesOf("admin").add;
const wallet = (stored: bigint) =>
  put("wallet", { id: "a", kind: "USER", ownerId: "a", stored, pending: 0n, frozen: false, freezeReason: null });

const credit = (txId: string, deltaKey: string, amount: bigint) =>
  append("delta", { accountId: "a", txId, deltaKey, amount, folded: false, at: 1 });

const folded = (...changes: Parameters<typeof fold>[0] extends Iterable<infer C> ? C[] : never) => {
  const [table] = fold(changes);
  return [...(table?.rows.values() ?? [])].map(({ mode, set, add: added }) => ({ mode, set, add: added }));
};

describe("folding", () => {
  test("what happens to a row after it was put becomes part of it", () => {
    const [row] = folded(
      wallet(0n),
      patch("wallet", { id: "a" }, { stored: 5n }),
      add("wallet", { id: "a" }, { pending: 2n }),
    );
    expect(row).toMatchObject({ mode: "put", set: { id: "a", stored: 5n, pending: 2n }, add: {} });
  });

  test("additions to one row are one sum", () => {
    const rows = folded(add("wallet", { id: "a" }, { pending: 2n }), add("wallet", { id: "a" }, { pending: 3n }));
    expect(rows).toEqual([{ mode: "patch", set: { id: "a" }, add: { pending: 5n } }]);
  });

  test("a value that is set forgets what was added before, and counts what is added after", () => {
    const rows = folded(
      add("pool", { id: "LOAN" }, { stored: 2n }),
      patch("pool", { id: "LOAN" }, { stored: 10n }),
      add("pool", { id: "LOAN" }, { stored: 1n }),
    );
    expect(rows).toEqual([{ mode: "patch", set: { id: "LOAN", stored: 11n }, add: {} }]);
  });

  test("a row that is appended twice is there once, as it was first", () => {
    const delta = (amount: bigint) => credit("t", "k", amount);
    expect(folded(delta(1n), delta(2n))).toMatchObject([{ mode: "append", set: { amount: 1n } }]);
  });
});

describe("groups of rows", () => {
  const mark = (txId: string) => patchGroup("delta", { accountId: "a", txId }, { folded: true });

  test("a change of a group changes the rows that came before it in the same fold, and no later or other one", () => {
    const rows = folded(
      credit("t", "t~0", 1n),
      credit("t", "t~1", 2n),
      credit("u", "u~0", 3n),
      mark("t"),
      credit("t", "t~2", 4n),
    );
    expect(rows.map(({ set }) => [set["deltaKey"], set["folded"]])).toEqual([
      ["t~0", true],
      ["t~1", true],
      ["u~0", false],
      ["t~2", false],
    ]);
  });

  test("groups that were there before are changed by one statement, before any row is written", () => {
    const [table] = fold([credit("u", "u~0", 3n), mark("t"), mark("v")]);
    const statements = table ? statementsFor(table, "read") : [];
    expect(statements.map(({ text, rows }) => [text.split(" ", 1)[0], rows])).toEqual([
      ["update", 2],
      ["insert", 1],
    ]);
    expect(statements[0]).toMatchObject({
      values: [
        ["a", "a"],
        ["t", "v"],
        ["true", "true"],
      ],
      mustExist: false,
    });
  });
});

describe("statements", () => {
  test("rows of the same shape share one, whatever their number", () => {
    const changes = Array.from({ length: 500 }, (_, id) => patch("wallet", { id: String(id) }, { stored: BigInt(id) }));
    const [table] = fold([...changes, add("wallet", { id: "7" }, { pending: 1n })]);
    const statements = table ? statementsFor(table, "read") : [];
    expect(statements.map(({ rows }) => rows)).toEqual([499, 1]);
    expect(statements.every(({ mustExist }) => mustExist)).toBe(true);
  });

  test("additions that name every other column make the row where it is missing", () => {
    const [table] = fold([count("counter", { name: "users" }, { value: 1n })]);
    expect(table && statementsFor(table, "read")).toMatchObject([{ mustExist: false, rows: 1 }]);
  });
});

const block = (number: number, bytes = 1): Block => ({
  ...{ number, previousHash: "", dataHash: "", hash: "", timeMs: undefined, bytes, transactions: [] },
});

describe("grouping blocks", () => {
  const groupsOf = async (blocks: AsyncIterable<Block>, limits: { blocks: number; bytes: number }) => {
    const groups: number[][] = [];
    for await (const group of coalesce(blocks, limits)) groups.push(group.map(({ number }) => number));
    return groups;
  };

  test("takes what is there together, up to the limits of number and bytes", async () => {
    async function* five() {
      for (let number = 0; number < 5; number += 1) yield block(number, 10);
    }
    expect(await groupsOf(five(), { blocks: 2, bytes: 1_000 })).toEqual([[0, 1], [2, 3], [4]]);
    expect(await groupsOf(five(), { blocks: 9, bytes: 25 })).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  test("does not wait for a block in order to fill a group", async () => {
    let more: () => void = () => undefined;
    const later = new Promise<void>((resolve) => (more = resolve));
    async function* slow() {
      yield block(0);
      await later;
      yield block(1);
    }
    const groups = coalesce(slow(), { blocks: 9, bytes: 100 });
    expect((await groups.next()).value).toMatchObject([{ number: 0 }]);
    more();
    expect((await groups.next()).value).toMatchObject([{ number: 1 }]);
  });

  test("hands on what came before a stream broke, then the break", async () => {
    async function* broken() {
      yield block(0);
      throw new Error("broke");
    }
    const groups = coalesce(broken(), { blocks: 9, bytes: 100 });
    expect((await groups.next()).value).toMatchObject([{ number: 0 }]);
    await expect(groups.next()).rejects.toThrow("broke");
  });
});

describe("lag", () => {
  test("is 0 on an idle chain that is caught up, however long", () => {
    const progress = newProgress();
    arrived(progress, 4, 1_000);
    heard(progress, 5, 2_000);
    expect([lagBlocks(progress), lagMs(progress, 900_000)]).toEqual([0, 0]);
  });

  test("grows from when the chain was seen ahead, by the block's own time once it is received", () => {
    const progress = newProgress();
    arrived(progress, 4, 1_000);
    heard(progress, 7, 2_000);
    expect([lagBlocks(progress), lagMs(progress, 3_500)]).toEqual([2, 1_500]);
    progress.pendingSince = 1_500;
    expect(lagMs(progress, 3_500)).toBe(2_000);
    arrived(progress, 6, 4_000);
    expect([lagBlocks(progress), lagMs(progress, 5_000)]).toEqual([0, 0]);
  });

  test("is the age of the oldest missing block by its own time, also between two groups of a backlog", () => {
    const progress = newProgress();
    followed(progress, 4, 1_000);
    heard(progress, 9, 60_000);
    progress.missing = { block: 5, timeMs: 20_000 };
    expect([oldestMissing(progress), lagMs(progress, 60_000)]).toEqual([5, 40_000]);
    arrived(progress, 5, 20_000);
    // Block 6 is not older than block 5 was.
    expect([oldestMissing(progress), lagMs(progress, 60_000)]).toEqual([6, 40_000]);
    progress.missing = { block: 6, timeMs: 45_000 };
    expect(lagMs(progress, 60_000)).toBe(15_000);
    arrived(progress, 8, 59_000);
    expect([oldestMissing(progress), lagMs(progress, 60_000)]).toEqual([undefined, 0]);
  });
});
