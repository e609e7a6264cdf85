// What is refused at the door, with the code of each method and the text that names the cause.
import { GatewayError, type Transaction } from "@hyperledger/fabric-gateway";
import { gateway } from "@hyperledger/fabric-protos";
import { signLowS } from "../../../platform/wallet.js";
import { eventually } from "../../environment.js";
import { code } from "../chain-reader.js";
import { failure, pending } from "../client.js";
import { changedProposal, type ProposalChange } from "../forgery.js";
import { envelopeOf, signedCommit, submitEnvelope } from "./bytes.js";
import type { Asked, Check } from "./asked.js";

const TWENTY_MINUTES_MS = 20 * 60_000;
const OTHER_ID = "ab".repeat(32);

export const refusals: readonly Check[] = [
  {
    id: "E1",
    name: "gives a refusal of the chaincode to who evaluates, with its text in message and details",
    ask: async ({ connection }) => {
      const error = await failure(connection.ask("fail", "no luck"));
      const text = "chaincode response 500, no luck";
      expect([error.code, error.details.map(({ message }) => message)]).toEqual([2, [text]]);
      expect(error.message).toContain(`evaluate call to endorser returned error: ${text}`);
    },
  },
  {
    id: "E2",
    name: "gives a refusal of the chaincode to who endorses, with its text in the details",
    ask: async ({ endorsed, profile }) => {
      const error = await failure(endorsed("fail", "no luck"));
      const organizations = profile.organizations.map(({ mspId }) => mspId);
      expect([error.code, new Set(error.details.map(({ message }) => message))]).toEqual([
        10,
        new Set(["chaincode response 500, no luck"]),
      ]);
      for (const { mspId } of error.details) expect(organizations).toContain(mspId);
      expect(error.message).toContain("failed to endorse transaction, see attached details for more info");
    },
  },
  {
    id: "E3",
    name: "refuses unknown channels and chaincodes with the codes of each method, without details",
    ask: async ({ connection, profile }) => {
      const elsewhere = connection.gateway.getNetwork("nowhere").getContract(profile.chaincode);
      const nobody = connection.network.getContract("nobody");
      expect((await failure(elsewhere.evaluateTransaction("get", "a"))).code).toBe(14);
      expect((await failure(elsewhere.submitTransaction("put", "a", "1"))).code).toBe(9);
      const evaluated = await failure(nobody.evaluateTransaction("get", "a"));
      const refused = await failure(nobody.submitTransaction("put", "a", "1"));
      expect([evaluated.code, evaluated.details, refused.code, refused.details]).toEqual([9, [], 9, []]);
    },
  },
  {
    id: "E4",
    name: "refuses organizations that are not on the channel",
    ask: async ({ connection, key }) => {
      const nobody = ["NobodyMSP"];
      const proposal = connection.contract.newProposal("put", {
        arguments: [key("nobody"), "1"],
        endorsingOrganizations: nobody,
      });
      expect((await failure(proposal.evaluate())).code).toBe(9);
      const refused = await failure(proposal.endorse());
      const text = expect.stringContaining("failed to find any endorsing peers for org(s): NobodyMSP");
      expect([refused.code, refused.message]).toEqual([14, text]);
    },
  },
  {
    id: "E5",
    name: "refuses a transaction above the orderer's bound by its size",
    ask: async ({ key, endorsed }) => {
      const error = await failure((await endorsed("put", key("big"), "x".repeat(6 << 20))).submit());
      const text = expect.stringMatching(/exceeds maximum allowed 10485760 bytes/);
      expect([error.code, error.message]).toEqual([10, text]);
    },
  },
  {
    id: "E6",
    name: "lets the caller's deadline end the wait for a transaction that was never submitted",
    ask: async ({ connection, key, endorsed }) => {
      const bytes = signedCommit(connection, await endorsed("put", key("never"), "1"));
      const error = await failure(connection.gateway.newCommit(bytes).getStatus({ deadline: Date.now() + 300 }));
      expect(error.code).toBe(4);
    },
  },
  {
    id: "E7",
    name: "names what is wrong with the headers of a proposal",
    ask: async (asked) => {
      const faulty: [ProposalChange, string][] = [
        [{ channel: (header) => header.setTxId(OTHER_ID) }, `incorrectly computed txid '${OTHER_ID}' -- expected '`],
        [{ channel: (header) => header.setEpoch(1) }, "epoch is non-zero"],
        [{ signature: (header) => header.setNonce("") }, "nonce is empty"],
        [{ signature: (header) => header.setCreator("") }, "creator is empty"],
        [{ channel: (header) => header.setType(0) }, "invalid header type MESSAGE"],
      ];
      for (const [change, text] of faulty) {
        const error = await failure(endorseChanged(asked, change));
        expect([error.code, error.details[0]?.message]).toEqual([10, expect.stringContaining(text)]);
      }
    },
  },
  {
    id: "E8",
    name: "treats a proposal that is 20 minutes old as its version does",
    ask: async (asked) => {
      const old = Math.floor((Date.now() - TWENTY_MINUTES_MS) / 1_000);
      const change: ProposalChange = { channel: (header) => void header.getTimestamp()?.setSeconds(old) };
      const endorsed = await endorseChanged(asked, change).catch((error: unknown) => failure(Promise.reject(error)));
      if (!(endorsed instanceof GatewayError)) {
        expect(await asked.statusOf(endorsed)).toBe(code.VALID);
        expect(asked.hasTimeWindow).not.toBe(true);
        return "taken";
      }
      const text = expect.stringContaining("request unauthorized due to incorrect timestamp");
      expect([endorsed.code, endorsed.details[0]?.message]).toEqual([10, text]);
      expect(asked.hasTimeWindow).not.toBe(false);
      return "refused";
    },
  },
  {
    id: "E9",
    name: "refuses an unsigned transaction",
    ask: async ({ connection, key, endorsed }) => {
      const transaction = await endorsed("put", key("unsigned"), "1");
      const submitting = submitEnvelope(connection, transaction, envelopeOf(transaction.getBytes()));
      await expect(submitting).rejects.toMatchObject({ code: 3 });
    },
  },
  {
    id: "E10",
    name: "answers rich queries and private data, which it does not have, with an error",
    ask: async ({ connection }) => {
      const rich = await failure(connection.ask("queryRich"));
      expect([rich.code, rich.message]).toEqual([2, expect.stringContaining("ExecuteQuery not supported for leveldb")]);
      expect((await failure(connection.ask("privateData"))).code).toBe(2);
    },
  },
  {
    id: "E11",
    name: "refuses the call above 500 at once, and takes calls again when others ended",
    ask: async ({ as, admin, connection, key, endorsed }) => {
      const question = gateway.SignedCommitStatusRequest.deserializeBinary(
        signedCommit(connection, await endorsed("put", key("waiting"), "1")),
      );
      question.setSignature(signLowS(admin.key, question.getRequest_asU8()));
      const { client } = as(admin);
      const ask = () => pending(client, "/gateway.Gateway/CommitStatus", question.serializeBinary());
      const waiting = Array.from({ length: 500 }, ask);
      const error = await eventually(() => {
        // One more each time: the call that looks whether there is room may have taken the place of another.
        waiting.push(ask());
        return refusalOf(connection.ask("get", "a"));
      }, "a refused call");
      expect([error.code, error.details, error.message]).toEqual([
        2,
        [],
        expect.stringContaining("too many requests for /gateway.Gateway, exceeding concurrency limit (500)"),
      ]);
      for (const one of waiting) one.cancel();
      await eventually(async () => !(await refusalOf(connection.ask("get", "a"))), "a call that is taken");
    },
  },
];

/** Endorses a proposal whose headers were changed before they were signed. */
function endorseChanged({ connection, key }: Asked, change: ProposalChange): Promise<Transaction> {
  const proposal = connection.contract.newProposal("put", { arguments: [key("changed"), "1"] });
  return connection.gateway.newProposal(changedProposal(proposal.getBytes(), change)).endorse();
}

const refusalOf = (asking: Promise<unknown>) =>
  asking.then(
    () => undefined,
    (error: unknown) => failure(Promise.reject(error)),
  );
