// Who may ask for what: signatures, certificates, their attributes, units and age.
import { GatewayError, type Transaction } from "@hyperledger/fabric-gateway";
import { signLowS } from "../../../platform/wallet.js";
import { code, readBlocks } from "../chain-reader.js";
import { failure, type Connection } from "../client.js";
import { strangers, withBrokenEndorsement, withCreator, withHighS } from "../forgery.js";
import { readEvents } from "./streams.js";
import { signedCommit, submitEnvelope } from "./bytes.js";
import type { Asked, Check } from "./asked.js";

export const identities: readonly Check[] = [
  {
    id: "I1",
    name: "shows certificate attributes to the chaincode",
    ask: async ({ connection, key, submit, as, ...who }) => {
      const [reader, partner] = [as(who.reader), as(who.partner)];
      expect(await connection.ask("role", "gxc_role")).toBe("gx_admin");
      expect(await partner.ask("role", "gxc_role")).toBe("gx_partner_api");
      expect(await reader.ask("role", "gxc_role")).toBe("none");
      await submit("requireRole", "gxc_role", "gx_admin", key("abac"));
      for (const { contract } of [partner, reader]) {
        const error = await failure(contract.submitTransaction("requireRole", "gxc_role", "gx_admin", key("abac")));
        expect(error.details[0]?.message).toBe("chaincode response 500, gxc_role is not gx_admin");
      }
    },
  },
  {
    id: "I2",
    name: "refuses what another key signed, at each method with its code",
    ask: async (asked) => {
      const { admin, reader, profile, as } = asked;
      const forger = as(admin, (message) => signLowS(reader.key, message));
      await refusedEverywhere(asked, forger, `creator org [${profile.mspId}]`);
    },
  },
  {
    id: "I3",
    name: "refuses a signature with high S, at each method with its code",
    ask: async (asked) => {
      const { admin, profile, as } = asked;
      const high = as(admin, (message) => withHighS(signLowS(admin.key, message)));
      await refusedEverywhere(asked, high, `creator org [${profile.mspId}]`);
    },
  },
  {
    id: "I4",
    name: "refuses a certificate of a foreign authority and a foreign MSP",
    ask: async ({ admin, as }) => {
      for (const stranger of await strangers(admin)) {
        const error = await failure(as(stranger).ask("get", "a"));
        expect([error.code, error.message]).toEqual([9, expect.stringContaining("creator is malformed")]);
      }
    },
  },
  {
    id: "I5",
    name: "takes no transaction of an expired certificate",
    needs: "authority",
    ask: async ({ issue, as, key, endorsed, statusOf, submit, connection }) => {
      const expired = await issue?.({ commonName: "late", unit: "client", days: -0.5 });
      if (!expired) throw new Error("this network promised its authority");
      const late = as(expired);
      const proposal = late.contract.newProposal("put", { arguments: [key("late"), "1"] });
      expect((await failure(proposal.endorse())).code).toBe(10);
      const transaction = await endorsed("put", key("late"), "1");
      const submitting = submitEnvelope(connection, transaction, withCreator(transaction.getBytes(), expired));
      await expect(submitting).rejects.toMatchObject({
        code: 10,
        message: expect.stringContaining("status=BAD_REQUEST, info=broadcast client identity expired") as string,
      });
      await statusOf(transaction);
      await submit("emit", "seen", key("late"));
      const asked = {
        Evaluate: late.ask("get", "a"),
        CommitStatus: late.gateway.newCommit(signedCommit(late, transaction)).getStatus(),
        ChaincodeEvents: readEvents(late, { startBlock: 0n }, 1),
        Deliver: readBlocks(late.network, 0, 1),
      };
      const told = Object.entries(asked).map(async ([method, call]) => `${method} ${await outcomeOf(call)}`);
      return (await Promise.all(told)).join(", ");
    },
  },
  {
    id: "I6",
    name: "refuses a certificate without unit, and takes one of a peer as a client's",
    needs: "authority",
    ask: async ({ issue, as, profile }) => {
      const [none, peer] = [
        await issue?.({ commonName: "nobody", unit: "" }),
        await issue?.({ commonName: "peer9", unit: "peer" }),
      ];
      if (!none || !peer) throw new Error("this network promised its authority");
      const error = await failure(as(none).ask("get", "a"));
      expect([error.code, error.message]).toEqual([9, expect.stringContaining(`creator org [${profile.mspId}]`)]);
      expect(await as(peer).ask("get", "nothing")).toBe("");
    },
  },
  {
    id: "I7",
    name: "commits a transaction with a tampered endorsement as a policy failure",
    ask: async ({ connection, key, endorsed, statusOf }) => {
      const transaction = await endorsed("put", key("tampered"), "1");
      const tampered = connection.gateway.newTransaction(withBrokenEndorsement(transaction.getBytes()));
      expect(await statusOf(tampered)).toBe(code.ENDORSEMENT_POLICY_FAILURE);
      expect(await connection.ask("get", key("tampered"))).toBe("");
    },
  },
];

async function refusedEverywhere(asked: Asked, forger: Connection, text: string): Promise<void> {
  const transaction: Transaction = await asked.endorsed("put", asked.key("forged"), "1");
  const evaluate = await failure(forger.ask("get", "a"));
  const endorse = await failure(forger.contract.newProposal("put", { arguments: ["a", "1"] }).endorse());
  const submit = await failure(forger.gateway.newTransaction(transaction.getBytes()).submit());
  const status = await failure(forger.gateway.newCommit(signedCommit(asked.connection, transaction)).getStatus());
  const events = await failure(readEvents(forger, { startBlock: 0n }, 1));
  expect([evaluate.code, endorse.code, submit.code, status.code, events.code]).toEqual([9, 10, 10, 7, 7]);
  expect(evaluate.message).toContain(text);
  expect(endorse.details[0]?.message).toContain(text);
  expect(submit.message).toContain("status=FORBIDDEN");
  await expect(readBlocks(forger.network, 0, 1)).rejects.toThrow("Unexpected status response: 403");
}

/** How a call that may be refused ended: its code, or the status of a block stream. */
const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "answers",
    (error: unknown) =>
      error instanceof GatewayError ? String(error.code) : (/\d{3}$/.exec(String(error))?.[0] ?? ""),
  );
