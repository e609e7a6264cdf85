// Chaincode events as the gateway gives them to those who do not read blocks.
import { checkpointers, type ChaincodeEvent } from "@hyperledger/fabric-gateway";
import { code, heightOf } from "../chain-reader.js";
import { failure } from "../client.js";
import { readEvents, take } from "./streams.js";
import type { Check } from "./asked.js";

const payloadOf = ({ payload }: ChaincodeEvent): string => Buffer.from(payload).toString();

export const events: readonly Check[] = [
  {
    id: "V1",
    name: "events come from block 0 on, one per valid transaction, the one that was set last",
    ask: async ({ connection, key, endorsed, statusOf, submit, profile }) => {
      const racing = await Promise.all([1, 2].map(() => endorsed("addAndEmit", key("won"), "added", key("won"))));
      const codes = await Promise.all(racing.map(statusOf));
      await submit("emit", "marker", key("end"));
      const all: ChaincodeEvent[] = [];
      const reading = await connection.network.getChaincodeEvents(profile.chaincode, { startBlock: 0n });
      for await (const event of reading) {
        all.push(event);
        if (payloadOf(event) === key("end")) break;
      }
      reading.close();
      const own = all.filter((event) => [key("won"), key("end")].includes(payloadOf(event)));
      expect(own.map(({ eventName }) => eventName)).toEqual(["added", "marker"]);
      const winner = racing[codes.indexOf(code.VALID)];
      expect([own[0]?.transactionId, own[0]?.chaincodeName]).toEqual([winner?.getTransactionId(), profile.chaincode]);
      expect(all.map(({ eventName }) => eventName)).not.toContain("overwritten");
      const numbers = all.map(({ blockNumber }) => blockNumber);
      expect(numbers).toEqual([...numbers].sort((a, b) => Number(a - b)));
    },
  },
  {
    id: "V2",
    name: "events go on behind a checkpoint inside a block, none lost, none doubled",
    ask: async ({ connection, key, endorsed, statusOf, profile }) => {
      const startBlock = BigInt(await heightOf(connection.network));
      const transactions = await Promise.all(
        [1, 2, 3, 4, 5].map((at) => endorsed("emit", "one of five", key(String(at)))),
      );
      await Promise.all(transactions.map(statusOf));
      const ids: string[] = [];
      const checkpoint = checkpointers.inMemory();
      const opened = () => connection.network.getChaincodeEvents(profile.chaincode, { startBlock, checkpoint });
      for (const count of [2, 1, 2]) {
        await take(opened(), count, async (event) => {
          ids.push(event.transactionId);
          await checkpoint.checkpointChaincodeEvent(event);
        });
      }
      const known = transactions.map((transaction) => transaction.getTransactionId());
      expect([...ids].sort()).toEqual([...known].sort());
    },
  },
  {
    id: "V3",
    name: "events come live to who asks for none of the past",
    ask: async ({ connection, key, submit }) => {
      let isHeard = false;
      const reading = readEvents(connection, {}, 1).finally(() => (isHeard = true));
      const sent: string[] = [];
      // The stream begins when it has reached the peer, and nobody says when that is.
      while (!isHeard) {
        sent.push(key(`live${sent.length}`));
        await submit("emit", "live", sent.at(-1) ?? "");
      }
      const [event] = await reading;
      expect(sent).toContain(event && payloadOf(event));
    },
  },
  {
    id: "V4",
    name: "events are refused with 7 on an unknown channel, and are none of an unknown chaincode's",
    ask: async ({ connection, profile, key, submit }) => {
      const nowhere = connection.gateway.getNetwork("nowhere").getChaincodeEvents(profile.chaincode);
      expect((await failure(take(nowhere, 1))).code).toBe(7);
      const { network } = connection;
      const nobody = await network.getChaincodeEvents("nobody", { startBlock: BigInt(await heightOf(network)) });
      let heard = 0;
      const hearing = (async () => {
        for await (const _ of nobody) heard += 1;
      })();
      const startBlock = BigInt(await heightOf(network));
      await submit("emit", "somebody's", key("somebody"));
      await readEvents(connection, { startBlock }, 1);
      nobody.close();
      await expect(hearing).rejects.toMatchObject({ code: 1 });
      expect(heard).toBe(0);
    },
  },
];
