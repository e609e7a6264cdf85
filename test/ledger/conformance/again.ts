// Signed here, sent there and later, and sent again: what makes a stored transaction safe to repeat.
import { eventually } from "../../environment.js";
import { code, heightOf, occurrences, readBlocks } from "../chain-reader.js";
import { failure } from "../client.js";
import { refuseToSign } from "../forgery.js";
import { signedCommit, signedOffline } from "./bytes.js";
import type { Check } from "./asked.js";

export const again: readonly Check[] = [
  {
    id: "S1",
    name: "takes a transaction that was signed elsewhere and stored as bytes",
    ask: async ({ connection, key, admin, reader, as }) => {
      const stored = await signedOffline(connection, admin, "put", key("offline"), "1");
      const { gateway } = as(reader, refuseToSign);
      await gateway.newSignedTransaction(stored.transaction, stored.signature).submit();
      const commit = gateway.newSignedCommit(stored.commit, stored.commitSignature);
      expect((await commit.getStatus()).code).toBe(code.VALID);
    },
  },
  {
    id: "S2",
    name: "keeps the first result of a transaction that is sent again, and marks the second as duplicate",
    ask: async ({ connection, key, submit, endorsed }) => {
      const transaction = await endorsed("put", key("again"), "1");
      const first = await (await transaction.submit()).getStatus();
      await submit("put", key("later"), "1");
      const second = await (await transaction.submit()).getStatus();
      const id = transaction.getTransactionId();
      await eventually(async () => (await occurrences(connection.network, id)).length === 2);
      expect([second.code, second.blockNumber]).toEqual([first.code, first.blockNumber]);
      expect(await occurrences(connection.network, id)).toEqual([code.VALID, code.DUPLICATE_TXID]);
    },
  },
  {
    id: "S3",
    name: "marks all but the first when it is sent three times at once",
    ask: async ({ connection, key, endorsed }) => {
      const transaction = await endorsed("put", key("thrice"), "1");
      await Promise.all([transaction.submit(), transaction.submit(), transaction.submit()]);
      const id = transaction.getTransactionId();
      await eventually(async () => (await occurrences(connection.network, id)).length === 3);
      const codes = [code.VALID, code.DUPLICATE_TXID, code.DUPLICATE_TXID];
      expect(await occurrences(connection.network, id)).toEqual(codes);
    },
  },
  {
    id: "S4",
    name: "commits one of two endorsements of one proposal, and calls both VALID",
    ask: async ({ connection, key }) => {
      const proposal = connection.contract.newProposal("put", { arguments: [key("both"), "1"] });
      const transactions = [await proposal.endorse(), await proposal.endorse()];
      const commits = await Promise.all(transactions.map((transaction) => transaction.submit()));
      const statuses = await Promise.all(commits.map((commit) => commit.getStatus()));
      expect(statuses.map((status) => status.code)).toEqual([code.VALID, code.VALID]);
      const id = proposal.getTransactionId();
      await eventually(async () => (await occurrences(connection.network, id)).length === 2);
      expect(await occurrences(connection.network, id)).toEqual([code.VALID, code.DUPLICATE_TXID]);
    },
  },
  {
    id: "S5",
    name: "refuses a proposal whose transaction is in the ledger already",
    ask: async ({ connection, key, statusOf }) => {
      const proposal = connection.contract.newProposal("put", { arguments: [key("dup"), "1"] });
      await statusOf(await proposal.endorse());
      const endorse = await failure(proposal.endorse());
      const evaluate = await failure(proposal.evaluate());
      const text = expect.stringContaining(`duplicate transaction found [${proposal.getTransactionId()}]`);
      expect([endorse.code, endorse.details[0]?.message]).toEqual([10, text]);
      expect([evaluate.code, evaluate.message]).toEqual([9, text]);
    },
  },
  {
    id: "S6",
    name: "takes stored bytes after a restart and still knows results, values and blocks",
    needs: "restart",
    ask: async ({ connection, key, admin, endorsed, restart }) => {
      const stored = await signedOffline(connection, admin, "put", key("restart"), "1");
      const known = await endorsed("put", key("known"), "1");
      const before = await (await known.submit()).getStatus();
      const blocks = await readBlocks(connection.network, 0, await heightOf(connection.network));
      await restart?.();
      const isBack = () =>
        connection.ask("get", key("known")).then(
          (value) => value === "1",
          () => false,
        );
      await eventually(isBack);
      expect(await readBlocks(connection.network, 0, blocks.length)).toEqual(blocks);
      const after = await connection.gateway.newCommit(signedCommit(connection, known)).getStatus();
      expect([after.code, after.blockNumber]).toEqual([before.code, before.blockNumber]);
      const again = connection.gateway.newSignedTransaction(stored.transaction, stored.signature);
      // Orderers that have no leader yet refuse it, and it may be sent again for ever.
      await eventually(() =>
        again.submit().then(
          () => true,
          () => false,
        ),
      );
      const commit = connection.gateway.newSignedCommit(stored.commit, stored.commitSignature);
      expect((await commit.getStatus()).code).toBe(code.VALID);
    },
  },
];
