// The conformance suite (first part of the surface): what the application relies on, asked of any network through a
// connection profile whose chaincode is the one in test/ledger/chaincode. What a network cannot be asked is skipped.
import { common, gateway as gatewayProtos, msp } from "@hyperledger/fabric-protos";
import { CommitError, type Transaction } from "@hyperledger/fabric-gateway";
import type { Profile } from "../../platform/profile.js";
import { signLowS, type Identity } from "../../platform/wallet.js";
import { chainFaults, code, heightOf, occurrences, readBlocks } from "./chain-reader.js";
import { call, connectAs, failure, type Connection } from "./client.js";
import { eventually } from "../environment.js";
import { refuseToSign, strangers, withBrokenEndorsement, withGarbage, withHighS } from "./forgery.js";

export interface NetworkUnderTest {
  profile: Profile;
  /** gxc_role gx_admin, gxc_role gx_partner_api, no gxc_role. */
  admin: Identity;
  partner: Identity;
  reader: Identity;
  /** Ends and starts the whole network on the same data and addresses; absent = it cannot be asked for that. */
  restart?: () => Promise<void>;
  /** A certificate that is expired but otherwise good. */
  expired?: () => Promise<Identity>;
  /** True when a chaincode process that dies is started again by the network. */
  supervised: boolean;
}

/** Registers the checks; `network` is asked when they run. `powers` says which of the optional ones exist. */
export function conformance(
  network: () => NetworkUnderTest,
  powers: { restart: boolean; expired: boolean; supervised: boolean },
): void {
  let admin: Connection;
  const when = (power: boolean, name: string, check: () => Promise<void>): void =>
    power ? void it(name, check) : void it.skip(`SKIPPED: this network cannot be asked: ${name}`, check);

  beforeAll(() => {
    admin = connectAs(network().profile, network().admin);
  });
  afterAll(() => admin.close());

  const run = Date.now().toString(36);
  const key = (name: string): string => `${run}-${name}`;
  const endorsed = (name: string, ...args: string[]): Promise<Transaction> =>
    admin.contract.newProposal(name, { arguments: args }).endorse();
  const statusOf = async (transaction: Transaction): Promise<number> => {
    const commit = await transaction.submit();
    return (await commit.getStatus()).code;
  };

  describe("the path of a transaction", () => {
    it("shows a submitted value to the next query", async () => {
      await admin.contract.submitTransaction("put", key("a"), "1");
      expect(await admin.ask("get", key("a"))).toBe("1");
    });

    it("answers block and code of a transaction that is submitted without waiting", async () => {
      const before = await heightOf(admin.network);
      const commit = await admin.contract.submitAsync("put", { arguments: [key("b"), "1"] });
      const status = await commit.getStatus();
      expect([status.code, status.successful, Number(status.blockNumber) >= before]).toEqual([code.VALID, true, true]);
    });

    it("deletes a key, also by an empty value", async () => {
      await admin.contract.submitTransaction(
        "putMany",
        JSON.stringify([
          [key("d1"), "x"],
          [key("d2"), "x"],
        ]),
      );
      await admin.contract.submitTransaction("remove", key("d1"));
      await admin.contract.submitTransaction("put", key("d2"), "");
      expect(await admin.ask("keys", key("d"), key("e"))).toBe("[]");
    });

    it("does not show a transaction its own writes", async () => {
      await admin.contract.submitTransaction("put", key("own"), "old");
      const answer = await admin.contract.submitTransaction("putThenGet", key("own"), "new");
      expect([Buffer.from(answer).toString(), await admin.ask("get", key("own"))]).toEqual(["old", "new"]);
    });

    it("hands transient data and the proposal's time to the chaincode and publishes no transient data", async () => {
      const secret = `secret-${run}`;
      const told = admin.contract.newProposal("transient", { arguments: ["s"], transientData: { s: secret } });
      expect(Buffer.from(await told.evaluate()).toString()).toBe(secret);
      const kept = { arguments: [key("transient"), "1"], transientData: { s: secret } };
      const transaction = await admin.contract.newProposal("put", kept).endorse();
      expect(Buffer.from(transaction.getBytes()).includes(secret)).toBe(false);
      expect(await statusOf(transaction)).toBe(code.VALID);
      expect(Math.abs(Number(await admin.ask("time")) * 1_000 - Date.now())).toBeLessThan(60_000);
    });
  });

  describe("errors", () => {
    it("gives a refusal of the chaincode to who evaluates, with its text in message and details", async () => {
      const error = await failure(admin.ask("fail", "no luck"));
      expect([error.code, error.details.map(({ message }) => message)]).toEqual([
        2,
        ["chaincode response 500, no luck"],
      ]);
      expect(error.message).toContain("evaluate call to endorser returned error: chaincode response 500, no luck");
    });

    it("gives a refusal of the chaincode to who endorses, with its text in the details", async () => {
      const error = await failure(endorsed("fail", "no luck"));
      expect([error.code, error.details.map(({ message }) => message)]).toEqual([
        10,
        ["chaincode response 500, no luck"],
      ]);
      expect(error.details[0]?.mspId).toBe(network().profile.mspId);
      expect(error.message).toContain("failed to endorse transaction, see attached details for more info");
    });

    it("refuses unknown channels and chaincodes with the codes of each method", async () => {
      const elsewhere = admin.gateway.getNetwork("nowhere").getContract(network().profile.chaincode);
      const nobody = admin.network.getContract("nobody");
      expect((await failure(elsewhere.evaluateTransaction("get", "a"))).code).toBe(14);
      expect((await failure(elsewhere.submitTransaction("put", "a", "1"))).code).toBe(9);
      const evaluated = await failure(nobody.evaluateTransaction("get", "a"));
      const refused = await failure(nobody.submitTransaction("put", "a", "1"));
      expect([evaluated.code, evaluated.details, refused.code, refused.details]).toEqual([9, [], 9, []]);
    });

    it("refuses a transaction above the orderer's bound by its size", async () => {
      const transaction = await endorsed("put", key("big"), "x".repeat(6 << 20));
      const error = await failure(transaction.submit());
      expect([error.code, error.message]).toEqual([
        10,
        expect.stringMatching(/exceeds maximum allowed 10485760 bytes/),
      ]);
    });

    it("lets the caller's deadline end the wait for a transaction that was never submitted", async () => {
      const transaction = await endorsed("put", key("never"), "1");
      const bytes = signedCommit(admin, transaction);
      const commit = admin.gateway.newCommit(bytes);
      const error = await failure(commit.getStatus({ deadline: Date.now() + 300 }));
      expect(error.code).toBe(4);
    });
  });

  describe("concurrency", () => {
    it("commits one of five updates of one value and marks the others as conflicts", async () => {
      await admin.contract.submitTransaction("put", key("hot"), "0");
      const transactions = await Promise.all([1, 2, 3, 4, 5].map(() => endorsed("add", key("hot"), "1")));
      const codes = await Promise.all(transactions.map(statusOf));
      expect(codes.sort((a, b) => a - b)).toEqual([code.VALID, ...Array<number>(4).fill(code.MVCC_READ_CONFLICT)]);
      expect(await admin.ask("get", key("hot"))).toBe("1");
    });

    it("marks a transaction whose endorsement went stale, also when it read a key as missing", async () => {
      const stale = await endorsed("add", key("stale"), "1");
      await admin.contract.submitTransaction("add", key("stale"), "1");
      expect(await statusOf(stale)).toBe(code.MVCC_READ_CONFLICT);
    });

    it("never marks writes without reads", async () => {
      const blind = await Promise.all(["1", "2", "3"].map((value) => endorsed("put", key("blind"), value)));
      expect(await Promise.all(blind.map(statusOf))).toEqual([code.VALID, code.VALID, code.VALID]);
    });

    it("raises CommitError with the code when a submission that waits loses a conflict", async () => {
      const slow = admin.contract.submitTransaction("addSlowly", key("race"), "1", "1500");
      const quick = admin.contract.submitTransaction("add", key("race"), "1");
      const [lost, won] = await Promise.allSettled([slow, quick]);
      expect(won.status).toBe("fulfilled");
      expect(lost.status === "rejected" && lost.reason instanceof CommitError && lost.reason.code).toBe(
        code.MVCC_READ_CONFLICT,
      );
    });

    it("marks a range in which a key appeared as a phantom", async () => {
      await admin.contract.submitTransaction("put", key("p1"), "1");
      const counted = await endorsed("countInto", key("p"), key("q"), key("count"));
      await admin.contract.submitTransaction("put", key("p2"), "1");
      expect(await statusOf(counted)).toBe(code.PHANTOM_READ_CONFLICT);
    });

    it("looks only at the part of a range that was read", async () => {
      const rows = Array.from({ length: 120 }, (_, at): [string, string] => [key(`r${at + 100}`), "1"]);
      await admin.contract.submitTransaction("putMany", JSON.stringify(rows));
      const first = await endorsed("firstKeys", key("r"), key("s"), "2", key("behind"));
      const second = await endorsed("firstKeys", key("r"), key("s"), "2", key("inside"));
      await admin.contract.submitTransaction("put", key("r9"), "behind all that was read");
      expect(await statusOf(first)).toBe(code.VALID);
      await admin.contract.submitTransaction("put", key("r1000"), "between those that were read");
      expect(await statusOf(second)).toBe(code.PHANTOM_READ_CONFLICT);
    });
  });

  describe("ranges and keys", () => {
    it("pages 250 keys without losing one", async () => {
      const names = Array.from({ length: 250 }, (_, at) => key(`k${String(at).padStart(3, "0")}`));
      await admin.contract.submitTransaction("putMany", JSON.stringify(names.map((name) => [name, "v"])));
      expect(JSON.parse(await admin.ask("keys", key("k"), key("l")))).toEqual(names);
    });

    it("orders composite keys by their UTF-8 bytes", async () => {
      const parts = ["z", "\u{1F600}", "\u{FFFD}", "\u{E000}", "é"];
      for (const part of parts) {
        await admin.contract.submitTransaction("putComposite", key("c"), JSON.stringify([part, "x"]), "1");
      }
      const found: unknown = JSON.parse(await admin.ask("composites", key("c"), "[]"));
      const sorted = [...parts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(found).toEqual(sorted.map((part) => [part, "x"]));
      expect(JSON.parse(await admin.ask("composites", key("c"), JSON.stringify(["é"])))).toEqual([["é", "x"]]);
    });
  });

  describe("offline signing and sending again", () => {
    it("takes a transaction that was signed elsewhere and stored as bytes", async () => {
      const stored = await signedOffline(admin, network().admin, "put", [key("offline"), "1"]);
      const other = connectAs(network().profile, network().reader, refuseToSign);
      try {
        const transaction = other.gateway.newSignedTransaction(stored.transaction, stored.signature);
        await transaction.submit();
        const commit = other.gateway.newSignedCommit(stored.commit, stored.commitSignature);
        expect((await commit.getStatus()).code).toBe(code.VALID);
      } finally {
        other.close();
      }
    });

    it("keeps the first result of a transaction that is sent again, and marks the second as duplicate", async () => {
      const transaction = await endorsed("put", key("again"), "1");
      const first = await (await transaction.submit()).getStatus();
      await (await transaction.submit()).getStatus();
      await admin.contract.submitTransaction("put", key("later"), "1");
      const second = await (await transaction.submit()).getStatus();
      await eventually(async () => (await occurrences(admin.network, transaction.getTransactionId())).length === 3);
      expect([second.code, second.blockNumber]).toEqual([first.code, first.blockNumber]);
      expect(await occurrences(admin.network, transaction.getTransactionId())).toEqual([
        code.VALID,
        code.DUPLICATE_TXID,
        code.DUPLICATE_TXID,
      ]);
    });

    it("marks all but the first when it is sent three times at once", async () => {
      const transaction = await endorsed("put", key("thrice"), "1");
      await Promise.all([transaction.submit(), transaction.submit(), transaction.submit()]);
      const id = transaction.getTransactionId();
      await eventually(async () => (await occurrences(admin.network, id)).length === 3);
      expect(await occurrences(admin.network, id)).toEqual([code.VALID, code.DUPLICATE_TXID, code.DUPLICATE_TXID]);
    });

    it("refuses a proposal whose transaction is in the ledger already", async () => {
      const proposal = admin.contract.newProposal("put", { arguments: [key("dup"), "1"] });
      await statusOf(await proposal.endorse());
      const endorse = await failure(proposal.endorse());
      const evaluate = await failure(proposal.evaluate());
      const text = expect.stringContaining(`duplicate transaction found [${proposal.getTransactionId()}]`);
      expect([endorse.code, endorse.details[0]?.message]).toEqual([10, text]);
      expect([evaluate.code, evaluate.message]).toEqual([9, text]);
    });

    when(powers.restart, "takes stored bytes after a restart and still knows results, values and blocks", async () => {
      const stored = await signedOffline(admin, network().admin, "put", [key("restart"), "1"]);
      const known = await endorsed("put", key("known"), "1");
      const before = await (await known.submit()).getStatus();
      const blocks = await readBlocks(admin.network, 0, await heightOf(admin.network));
      await network().restart?.();
      await eventually(() =>
        admin.ask("get", key("known")).then(
          (value) => value === "1",
          () => false,
        ),
      );
      expect(await readBlocks(admin.network, 0, blocks.length)).toEqual(blocks);
      const after = await admin.gateway.newCommit(signedCommit(admin, known)).getStatus();
      expect([after.code, after.blockNumber]).toEqual([before.code, before.blockNumber]);
      await admin.gateway.newSignedTransaction(stored.transaction, stored.signature).submit();
      const commit = admin.gateway.newSignedCommit(stored.commit, stored.commitSignature);
      expect((await commit.getStatus()).code).toBe(code.VALID);
    });
  });

  describe("identities", () => {
    it("shows certificate attributes to the chaincode", async () => {
      const reader = connectAs(network().profile, network().reader);
      const partner = connectAs(network().profile, network().partner);
      try {
        expect(await admin.ask("role", "gxc_role")).toBe("gx_admin");
        expect(await partner.ask("role", "gxc_role")).toBe("gx_partner_api");
        expect(await reader.ask("role", "gxc_role")).toBe("none");
        await admin.contract.submitTransaction("requireRole", "gxc_role", "gx_admin", key("abac"));
        for (const other of [partner, reader]) {
          const error = await failure(
            other.contract.submitTransaction("requireRole", "gxc_role", "gx_admin", key("abac")),
          );
          expect(error.details[0]?.message).toBe("chaincode response 500, gxc_role is not gx_admin");
        }
      } finally {
        partner.close();
        reader.close();
      }
    });

    it("refuses what another key signed, at each method with its code", async () => {
      const { admin: identity, reader, profile } = network();
      const transaction = await endorsed("put", key("forged"), "1");
      const forger = connectAs(profile, identity, (message) => signLowS(reader.key, message));
      try {
        await refusedEverywhere(forger, transaction, `creator org [${profile.mspId}]`);
      } finally {
        forger.close();
      }
    });

    it("refuses a signature with high S, at each method with its code", async () => {
      const { admin: identity, profile } = network();
      const transaction = await endorsed("put", key("high"), "1");
      const high = connectAs(profile, identity, (message) => withHighS(signLowS(identity.key, message)));
      try {
        await refusedEverywhere(high, transaction, `creator org [${profile.mspId}]`);
      } finally {
        high.close();
      }
    });

    it("refuses a certificate of a foreign authority and a foreign MSP", async () => {
      const { admin: identity, profile } = network();
      for (const stranger of await strangers(identity)) {
        const connection = connectAs(profile, stranger);
        const error = await failure(connection.ask("get", "a"));
        connection.close();
        expect([error.code, error.message]).toEqual([9, expect.stringContaining("creator is malformed")]);
      }
    });

    when(powers.expired, "refuses an expired certificate", async () => {
      const expired = await network().expired?.();
      if (!expired) throw new Error("this network promised an expired certificate");
      const connection = connectAs(network().profile, expired);
      const error = await failure(connection.ask("get", "a"));
      connection.close();
      expect(error.code).toBe(9);
    });

    it("commits a transaction with a tampered endorsement as a policy failure", async () => {
      const transaction = await endorsed("put", key("tampered"), "1");
      const bytes = withBrokenEndorsement(transaction.getBytes());
      const tampered = admin.gateway.newTransaction(bytes);
      expect(await statusOf(tampered)).toBe(code.ENDORSEMENT_POLICY_FAILURE);
      expect(await admin.ask("get", key("tampered"))).toBe("");
    });

    it("orders garbage that a member signed, marks it invalid and goes on", async () => {
      const transaction = await endorsed("put", key("garbage"), "1");
      const request = new gatewayProtos.SubmitRequest();
      request.setTransactionId(transaction.getTransactionId());
      request.setChannelId(network().profile.channel);
      request.setPreparedTransaction(withGarbage(transaction.getBytes(), network().admin.key));
      await call(admin.client, "/gateway.Gateway/Submit", request.serializeBinary());
      const status = await admin.gateway.newCommit(signedCommit(admin, transaction)).getStatus();
      expect(status.code).toBe(code.INVALID_ENDORSER_TRANSACTION);
      await admin.contract.submitTransaction("put", key("after-garbage"), "1");
    });
  });

  describe("blocks", () => {
    it("form a chain whose hashes a client can recompute, from the configuration on", async () => {
      const blocks = await readBlocks(admin.network, 0, await heightOf(admin.network));
      expect(blocks.length).toBeGreaterThan(10);
      expect(chainFaults(blocks)).toEqual([]);
      expect(blocks[0]?.transactions).toEqual([[expect.stringMatching(/^[0-9a-f]{64}$/), code.VALID]]);
    });

    it("come live, each once, to a reader that goes on from where it was", async () => {
      const from = await heightOf(admin.network);
      const first = readBlocks(admin.network, from, 1);
      const one = await admin.contract.submitAsync("put", { arguments: [key("live1"), "1"] });
      expect((await first).map(({ transactions }) => transactions)).toEqual([[[one.getTransactionId(), code.VALID]]]);
      const two = await admin.contract.submitAsync("put", { arguments: [key("live2"), "1"] });
      const [next] = await readBlocks(admin.network, from + 1, 1);
      expect([next?.number, next?.transactions]).toEqual([from + 1, [[two.getTransactionId(), code.VALID]]]);
    });

    it("are refused with 404 when the start is beyond the chain, and on an unknown channel", async () => {
      const height = await heightOf(admin.network);
      await expect(readBlocks(admin.network, height + 5, 1)).rejects.toThrow("Unexpected status response: 404");
      const nowhere = admin.gateway.getNetwork("nowhere");
      await expect(readBlocks(nowhere, 0, 1)).rejects.toThrow("Unexpected status response: 404");
    });

    it("are refused with 403 to who cannot sign", async () => {
      const { admin: identity, reader, profile } = network();
      const forger = connectAs(profile, identity, (message) => signLowS(reader.key, message));
      await expect(readBlocks(forger.network, 0, 1)).rejects.toThrow("Unexpected status response: 403");
      forger.close();
    });

    it("can be asked for by number and by transaction, with the height", async () => {
      const qscc = admin.network.getContract("qscc");
      const { channel } = network().profile;
      const commit = await admin.contract.submitAsync("put", { arguments: [key("qscc"), "1"] });
      const number = String((await commit.getStatus()).blockNumber);
      const byNumber = await qscc.evaluateTransaction("GetBlockByNumber", channel, number);
      const byId = await qscc.evaluateTransaction("GetBlockByTxID", channel, commit.getTransactionId());
      expect(Buffer.from(byId).equals(byNumber)).toBe(true);
      expect(common.Block.deserializeBinary(byNumber).getHeader()?.getNumber()).toBe(Number(number));
      const beyond = await failure(qscc.evaluateTransaction("GetBlockByNumber", channel, "99999999"));
      expect([beyond.code, beyond.message]).toEqual([2, expect.stringContaining("99999999")]);
    });
  });

  describe("failures of the chaincode process", () => {
    when(powers.supervised, "fail the call that runs, and the next call works", async () => {
      const error = await failure(endorsed("crash"));
      expect([error.code, error.details[0]?.message]).toEqual([
        10,
        expect.stringMatching(/chaincode stream terminated$/),
      ]);
      await admin.contract.submitTransaction("put", key("after-crash"), "1");
      expect(await admin.ask("get", key("after-crash"))).toBe("1");
    });
  });

  async function refusedEverywhere(forger: Connection, transaction: Transaction, text: string): Promise<void> {
    const evaluate = await failure(forger.ask("get", "a"));
    const endorse = await failure(forger.contract.newProposal("put", { arguments: ["a", "1"] }).endorse());
    const submit = await failure(forger.gateway.newTransaction(transaction.getBytes()).submit());
    const status = await failure(forger.gateway.newCommit(signedCommit(admin, transaction)).getStatus());
    expect([evaluate.code, endorse.code, submit.code, status.code]).toEqual([9, 10, 10, 7]);
    expect(evaluate.message).toContain(text);
    expect(endorse.details[0]?.message).toContain(text);
    expect(submit.message).toContain("status=FORBIDDEN");
  }
}

interface Stored {
  transaction: Uint8Array;
  signature: Uint8Array;
  commit: Uint8Array;
  commitSignature: Uint8Array;
}

/** A transaction and the question for its result, both signed with the key alone. */
async function signedOffline(
  connection: Connection,
  identity: Identity,
  name: string,
  args: string[],
): Promise<Stored> {
  const proposal = connection.contract.newProposal(name, { arguments: args });
  const signed = connection.gateway.newSignedProposal(
    proposal.getBytes(),
    signLowS(identity.key, proposal.getDigest()),
  );
  const transaction = await signed.endorse();
  const commit = signedCommit(connection, transaction);
  const request = gatewayProtos.SignedCommitStatusRequest.deserializeBinary(commit);
  return {
    transaction: transaction.getBytes(),
    signature: signLowS(identity.key, transaction.getDigest()),
    commit,
    commitSignature: signLowS(identity.key, request.getRequest_asU8()),
  };
}

/** Bytes of the unsigned question for a transaction's result. */
function signedCommit(connection: Connection, transaction: Transaction): Uint8Array {
  const request = new gatewayProtos.CommitStatusRequest();
  request.setChannelId(connection.network.getName());
  request.setTransactionId(transaction.getTransactionId());
  const { mspId, credentials } = connection.gateway.getIdentity();
  const creator = new msp.SerializedIdentity();
  creator.setMspid(mspId);
  creator.setIdBytes(credentials);
  request.setIdentity(creator.serializeBinary());
  const signed = new gatewayProtos.SignedCommitStatusRequest();
  signed.setRequest(request.serializeBinary());
  return signed.serializeBinary();
}
