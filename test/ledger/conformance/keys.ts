// Ranges, pages, order and history of keys, as chaincode sees them.
import { code } from "../chain-reader.js";
import { failure } from "../client.js";
import type { Asked, Check } from "./asked.js";

interface Page {
  keys: string[];
  bookmark: string;
  fetchedRecordsCount: number;
}

const pageFrom = async ({ connection, key }: Asked, size: number, bookmark: string): Promise<Page> =>
  JSON.parse(await connection.ask("page", key("pages"), key("pages~"), String(size), bookmark)) as Page;

export const keys: readonly Check[] = [
  {
    id: "R1",
    name: "gives 250 keys of a range in their order without losing one",
    ask: async ({ connection, key, submit }) => {
      const names = Array.from({ length: 250 }, (_, at) => key(`k${String(at).padStart(3, "0")}`));
      await submit("putMany", JSON.stringify(names.map((name) => [name, "v"])));
      expect(JSON.parse(await connection.ask("keys", key("k"), key("l")))).toEqual(names);
    },
  },
  {
    id: "R2",
    name: "orders composite keys by their UTF-8 bytes",
    ask: async ({ connection, key, submit }) => {
      const parts = ["z", "\u{1F600}", "\u{FFFD}", "\u{E000}", "é"];
      await Promise.all(parts.map((part) => submit("putComposite", key("c"), JSON.stringify([part, "x"]), "1")));
      const found: unknown = JSON.parse(await connection.ask("composites", key("c"), "[]"));
      const sorted = [...parts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(found).toEqual(sorted.map((part) => [part, "x"]));
      expect(JSON.parse(await connection.ask("composites", key("c"), JSON.stringify(["é"])))).toEqual([["é", "x"]]);
    },
  },
  {
    id: "R3",
    name: "gives pages with bookmarks, each key once, and says how many it gave",
    ask: async (asked) => {
      const names = Array.from({ length: 5 }, (_, at) => asked.key(`pages${at}`));
      await asked.submit("putMany", JSON.stringify(names.map((name) => [name, "v"])));
      const first = await pageFrom(asked, 2, "");
      const second = await pageFrom(asked, 2, first.bookmark);
      const last = await pageFrom(asked, 2, second.bookmark);
      expect([first, second, last]).toEqual([
        { keys: names.slice(0, 2), fetchedRecordsCount: 2, bookmark: names[2] },
        { keys: names.slice(2, 4), fetchedRecordsCount: 2, bookmark: names[4] },
        { keys: names.slice(4), fetchedRecordsCount: 1, bookmark: "" },
      ]);
    },
  },
  {
    id: "R4",
    name: "refuses pages in a transaction that writes, before or after",
    ask: async ({ key, endorsed }) => {
      const texts = {
        pageThenPut: "Transaction has already performed a paginated query. Writes are not allowed",
        putThenPage: "Paginated queries are supported only in a read-only transaction",
      };
      for (const [name, text] of Object.entries(texts)) {
        const error = await failure(endorsed(name, key("a"), key("b"), key("paged")));
        const told = expect.stringMatching(new RegExp(`txid .*: unsuppored transaction. ${text}`));
        expect([error.code, error.details[0]?.message]).toEqual([10, told]);
      }
    },
  },
  {
    id: "R5",
    name: "tells the history of a key, newest first, of valid transactions alone",
    ask: async ({ connection, key, endorsed, statusOf }) => {
      const first = await endorsed("add", key("told"), "1");
      const stale = await endorsed("add", key("told"), "5");
      expect([await statusOf(first), await statusOf(stale)]).toEqual([code.VALID, code.MVCC_READ_CONFLICT]);
      const second = await endorsed("put", key("told"), "2");
      await statusOf(second);
      const removed = await endorsed("remove", key("told"));
      await statusOf(removed);
      const history = JSON.parse(await connection.ask("history", key("told"))) as Record<string, unknown>[];
      const told = history.map(({ txId, value, isDelete }) => [txId, value, isDelete]);
      expect(told).toEqual([
        [removed.getTransactionId(), "", true],
        [second.getTransactionId(), "2", false],
        [first.getTransactionId(), "1", false],
      ]);
      for (const { seconds } of history) expect(Math.abs(Number(seconds) * 1_000 - Date.now())).toBeLessThan(60_000);
    },
  },
];
