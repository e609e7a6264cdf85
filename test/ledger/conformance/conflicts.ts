// What a block says of transactions that met each other.
import { CommitError } from "@hyperledger/fabric-gateway";
import { code } from "../chain-reader.js";
import type { Check } from "./asked.js";

export const conflicts: readonly Check[] = [
  {
    id: "C1",
    name: "commits one of five updates of one value and marks the others as conflicts",
    ask: async ({ connection, key, submit, endorsed, statusOf }) => {
      await submit("put", key("hot"), "0");
      const transactions = await Promise.all([1, 2, 3, 4, 5].map(() => endorsed("add", key("hot"), "1")));
      const codes = await Promise.all(transactions.map(statusOf));
      expect(codes.sort((a, b) => a - b)).toEqual([code.VALID, ...Array<number>(4).fill(code.MVCC_READ_CONFLICT)]);
      expect(await connection.ask("get", key("hot"))).toBe("1");
    },
  },
  {
    id: "C2",
    name: "marks a transaction whose endorsement went stale, also when it read a key as missing",
    ask: async ({ key, submit, endorsed, statusOf }) => {
      const stale = await endorsed("add", key("stale"), "1");
      await submit("add", key("stale"), "1");
      expect(await statusOf(stale)).toBe(code.MVCC_READ_CONFLICT);
    },
  },
  {
    id: "C3",
    name: "never marks writes without reads",
    ask: async ({ key, endorsed, statusOf }) => {
      const blind = await Promise.all(["1", "2", "3"].map((value) => endorsed("put", key("blind"), value)));
      expect(await Promise.all(blind.map(statusOf))).toEqual([code.VALID, code.VALID, code.VALID]);
    },
  },
  {
    id: "C4",
    name: "raises CommitError with the code when a submission that waits loses a conflict",
    ask: async ({ connection, key }) => {
      // Both read before either is committed, whether or not a network lets others commit meanwhile.
      const add = () => connection.contract.submitTransaction("addSlowly", key("race"), "1", "500");
      const ended = await Promise.allSettled([add(), add()]);
      const lost = ended.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
      expect(lost).toEqual([expect.any(CommitError)]);
      expect(lost).toMatchObject([{ code: code.MVCC_READ_CONFLICT }]);
    },
  },
  {
    id: "C5",
    name: "marks a range in which a key appeared as a phantom",
    ask: async ({ key, submit, endorsed, statusOf }) => {
      await submit("put", key("p1"), "1");
      const counted = await endorsed("countInto", key("p"), key("q"), key("count"));
      await submit("put", key("p2"), "1");
      expect(await statusOf(counted)).toBe(code.PHANTOM_READ_CONFLICT);
    },
  },
  {
    id: "C6",
    name: "looks only at the part of a range that was read",
    ask: async ({ key, submit, endorsed, statusOf }) => {
      const rows = Array.from({ length: 120 }, (_, at) => [key(`r${at + 100}`), "1"]);
      await submit("putMany", JSON.stringify(rows));
      const first = await endorsed("firstKeys", key("r"), key("s"), "2", key("behind"));
      const second = await endorsed("firstKeys", key("r"), key("s"), "2", key("inside"));
      await submit("put", key("r9"), "behind all that was read");
      expect(await statusOf(first)).toBe(code.VALID);
      await submit("put", key("r1000"), "between those that were read");
      expect(await statusOf(second)).toBe(code.PHANTOM_READ_CONFLICT);
    },
  },
];
