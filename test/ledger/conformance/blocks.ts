// The blocks as readers get them: their chain, their forms, their streams.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpointers } from "@hyperledger/fabric-gateway";
import { common } from "@hyperledger/fabric-protos";
import { chainFaults, code, heightOf, readBlock, readBlocks } from "../chain-reader.js";
import { failure } from "../client.js";
import { withGarbage } from "../forgery.js";
import { signedCommit, submitEnvelope } from "./bytes.js";
import { readEvents, take } from "./streams.js";
import type { Asked, Check } from "./asked.js";

export const blocks: readonly Check[] = [
  {
    id: "B1",
    name: "blocks form a chain whose hashes a client can recompute, from the configuration on",
    ask: async ({ connection: { network }, key, submit }) => {
      await submit("put", key("chain"), "1");
      const chain = await readBlocks(network, 0, await heightOf(network));
      expect(chain.length).toBeGreaterThan(1);
      expect(chainFaults(chain)).toEqual([]);
      expect(chain[0]?.transactions).toEqual([[expect.stringMatching(/^[0-9a-f]{64}$/), code.VALID]]);
    },
  },
  {
    id: "B2",
    name: "blocks come live, each once, to a reader that goes on from where it was",
    ask: async ({ connection: { network, contract }, key }) => {
      const from = await heightOf(network);
      const first = readBlocks(network, from, 1);
      const one = await contract.submitAsync("put", { arguments: [key("live1"), "1"] });
      expect((await first).map(({ transactions }) => transactions)).toEqual([[[one.getTransactionId(), code.VALID]]]);
      const two = await contract.submitAsync("put", { arguments: [key("live2"), "1"] });
      const [next] = await readBlocks(network, from + 1, 1);
      expect([next?.number, next?.transactions]).toEqual([from + 1, [[two.getTransactionId(), code.VALID]]]);
    },
  },
  {
    id: "B3",
    name: "blocks are refused with 404 when the start is beyond the chain, and on an unknown channel",
    ask: async ({ connection: { network, gateway } }) => {
      const beyond = (await heightOf(network)) + 5;
      await expect(readBlocks(network, beyond, 1)).rejects.toThrow("Unexpected status response: 404");
      await expect(readBlocks(gateway.getNetwork("nowhere"), 0, 1)).rejects.toThrow("Unexpected status response: 404");
    },
  },
  {
    id: "B4",
    name: "blocks can be asked for by number and by transaction, with the height",
    ask: async ({ connection: { network, contract }, key, profile: { channel } }) => {
      const qscc = network.getContract("qscc");
      const commit = await contract.submitAsync("put", { arguments: [key("qscc"), "1"] });
      const number = String((await commit.getStatus()).blockNumber);
      const byNumber = await qscc.evaluateTransaction("GetBlockByNumber", channel, number);
      const byId = await qscc.evaluateTransaction("GetBlockByTxID", channel, commit.getTransactionId());
      expect(Buffer.from(byId).equals(byNumber)).toBe(true);
      expect(common.Block.deserializeBinary(byNumber).getHeader()?.getNumber()).toBe(Number(number));
      const beyond = await failure(qscc.evaluateTransaction("GetBlockByNumber", channel, "99999999"));
      expect([beyond.code, beyond.message]).toEqual([2, expect.stringContaining("99999999")]);
    },
  },
  {
    id: "B5",
    name: "blocks are followed whole and then filtered across one checkpoint, none twice, none left out",
    ask: async ({ connection: { network }, key, submit }) => {
      const startBlock = BigInt(await heightOf(network));
      for (const name of ["f1", "f2", "f3", "f4"]) await submit("put", key(name), "1");
      await withCheckpoint(async (file) => {
        const checkpoint = await checkpointers.file(file);
        const whole = await take(network.getBlockEvents({ startBlock, checkpoint }), 2, (block) =>
          checkpoint.checkpointBlock(BigInt(block.getHeader()?.getNumber() ?? 0)),
        );
        const later = await checkpointers.file(file);
        const filtered = await take(network.getFilteredBlockEvents({ checkpoint: later }), 2);
        const numbers = [...whole.map((block) => readBlock(block).number), ...filtered.map((one) => one.getNumber())];
        expect(numbers).toEqual([0, 1, 2, 3].map((behind) => Number(startBlock) + behind));
      });
    },
  },
  {
    id: "B6",
    name: "blocks show ids, codes and events without payload when they are filtered",
    ask: async ({ connection: { network }, key, endorsed, statusOf, profile }) => {
      const startBlock = BigInt(await heightOf(network));
      const transactions = await Promise.all([1, 2].map(() => endorsed("addAndEmit", key("x"), "added", "secret")));
      await Promise.all(transactions.map(statusOf));
      const wanted = (await heightOf(network)) - Number(startBlock);
      const shown = await take(network.getFilteredBlockEvents({ startBlock }), wanted);
      expect(shown.map((block) => block.getChannelId())).toEqual(shown.map(() => profile.channel));
      const filtered = shown.flatMap((block) => block.getFilteredTransactionsList());
      const known = new Set(transactions.map((transaction) => transaction.getTransactionId()));
      expect(new Set(filtered.map((one) => one.getTxid()))).toEqual(known);
      expect(filtered.map((one) => one.getTxValidationCode())).toEqual([code.VALID, code.MVCC_READ_CONFLICT]);
      for (const one of filtered) {
        expect(one.getType()).toBe(common.HeaderType.ENDORSER_TRANSACTION);
        const events = one
          .getTransactionActions()
          ?.getChaincodeActionsList()
          .map((action) => action.getChaincodeEvent());
        expect(events?.map((event) => event?.toObject())).toEqual([
          { chaincodeId: profile.chaincode, eventName: "added", txId: one.getTxid(), payload: "" },
        ]);
      }
    },
  },
  {
    id: "B7",
    name: "blocks are the same with private data, of which there is none",
    ask: async ({ connection: { network } }) => {
      const startBlock = BigInt((await heightOf(network)) - 2);
      const [plain] = await take(network.getBlockEvents({ startBlock }), 1);
      const [shown] = await take(network.getBlockAndPrivateDataEvents({ startBlock }), 1);
      const bytes = Buffer.from(shown?.getBlock()?.serializeBinary() ?? []);
      expect(bytes.equals(plain?.serializeBinary() ?? Buffer.alloc(1))).toBe(true);
      expect(shown?.getPrivateDataMapMap().getLength()).toBe(0);
    },
  },
  {
    id: "B8",
    name: "blocks with garbage that a member signed are marked and passed, but never shown filtered",
    ask: async (asked) => {
      const { connection, key, endorsed, admin, submit } = asked;
      const startBlock = BigInt(await heightOf(connection.network));
      const transaction = await endorsed("put", key("garbage"), "1");
      await submitEnvelope(connection, transaction, withGarbage(transaction.getBytes(), admin.key));
      const status = await connection.gateway.newCommit(signedCommit(connection, transaction)).getStatus();
      expect(status.code).toBe(code.INVALID_ENDORSER_TRANSACTION);
      await submit("emit", "behind", key("garbage"));
      const [poisoned, next] = await readBlocks(connection.network, Number(startBlock), 2);
      expect([poisoned?.transactions, next?.number]).toEqual([
        [[transaction.getTransactionId(), code.INVALID_ENDORSER_TRANSACTION]],
        Number(startBlock) + 1,
      ]);
      const [event] = await readEvents(connection, { startBlock }, 1);
      expect(event?.eventName).toBe("behind");
      await refusedFiltered(asked, startBlock);
    },
  },
];

async function refusedFiltered({ connection: { network } }: Asked, startBlock: bigint): Promise<void> {
  const reading = take(network.getFilteredBlockEvents({ startBlock }), 1);
  await expect(reading).rejects.toThrow("Unexpected status response: 400");
}

async function withCheckpoint(use: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gx-checkpoint-"));
  try {
    await use(join(folder, "checkpoint"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
