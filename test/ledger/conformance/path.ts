// The path of a transaction, from a submission to what the next query reads.
import { code, heightOf } from "../chain-reader.js";
import type { Check } from "./asked.js";

export const path: readonly Check[] = [
  {
    id: "P1",
    name: "shows a submitted value to the next query",
    ask: async ({ connection, key, submit }) => {
      await submit("put", key("a"), "1");
      expect(await connection.ask("get", key("a"))).toBe("1");
    },
  },
  {
    id: "P2",
    name: "answers block and code of a transaction that is submitted without waiting",
    ask: async ({ connection, key }) => {
      const before = await heightOf(connection.network);
      const commit = await connection.contract.submitAsync("put", { arguments: [key("b"), "1"] });
      const status = await commit.getStatus();
      expect([status.code, status.successful, Number(status.blockNumber) >= before]).toEqual([code.VALID, true, true]);
    },
  },
  {
    id: "P3",
    name: "deletes a key, also by an empty value",
    ask: async ({ connection, key, submit }) => {
      const rows = [key("d1"), key("d2")].map((name) => [name, "x"]);
      await submit("putMany", JSON.stringify(rows));
      await submit("remove", key("d1"));
      await submit("put", key("d2"), "");
      expect(await connection.ask("keys", key("d"), key("e"))).toBe("[]");
    },
  },
  {
    id: "P4",
    name: "does not show a transaction its own writes",
    ask: async ({ connection, key, submit }) => {
      await submit("put", key("own"), "old");
      const answer = await submit("putThenGet", key("own"), "new");
      expect([answer, await connection.ask("get", key("own"))]).toEqual(["old", "new"]);
    },
  },
  {
    id: "P5",
    name: "hands transient data and the proposal's time to the chaincode and publishes no transient data",
    ask: async ({ connection, key, statusOf }) => {
      const secret = key("secret");
      const told = connection.contract.newProposal("transient", { arguments: ["s"], transientData: { s: secret } });
      expect(Buffer.from(await told.evaluate()).toString()).toBe(secret);
      const kept = { arguments: [key("transient"), "1"], transientData: { s: secret } };
      const transaction = await connection.contract.newProposal("put", kept).endorse();
      expect(Buffer.from(transaction.getBytes()).includes(secret)).toBe(false);
      expect(await statusOf(transaction)).toBe(code.VALID);
      expect(Math.abs(Number(await connection.ask("time")) * 1_000 - Date.now())).toBeLessThan(60_000);
    },
  },
  {
    id: "P6",
    name: "publishes what the chaincode answered with the transaction",
    ask: async ({ key, endorsed, statusOf }) => {
      const transaction = await endorsed("add", key("answer"), "7");
      expect(Buffer.from(transaction.getResult()).toString()).toBe("7");
      expect(await statusOf(transaction)).toBe(code.VALID);
    },
  },
];
