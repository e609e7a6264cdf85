// What a chaincode that fails or is slow does to others.
import { eventually } from "../../environment.js";
import { failure } from "../client.js";
import type { Check } from "./asked.js";

export const failures: readonly Check[] = [
  {
    id: "F1",
    name: "commits and answers others while a read is slow, at the latest when it has ended",
    ask: async ({ connection, key, submit }) => {
      const since = Date.now();
      let slowFor = Infinity;
      const slow = connection.ask("slow", "1500").finally(() => (slowFor = Date.now() - since));
      await submit("put", key("meanwhile"), "1");
      const wasWaiting = slowFor < Infinity;
      expect(await slow).toBe("done");
      expect(await connection.ask("get", key("meanwhile"))).toBe("1");
      return wasWaiting ? "the commit waits for the read" : "the commit does not wait";
    },
  },
  {
    id: "F2",
    name: "fails the call in which the chaincode process ended, and the next calls work",
    needs: "supervision",
    ask: async ({ connection, key, endorsed, submit }) => {
      const error = await failure(endorsed("crash"));
      expect([error.code, error.details[0]?.message]).toEqual([
        10,
        expect.stringMatching(/chaincode stream terminated$/),
      ]);
      await eventually(() =>
        submit("put", key("after-crash"), "1").then(
          () => true,
          () => false,
        ),
      );
      expect(await connection.ask("get", key("after-crash"))).toBe("1");
    },
  },
];
