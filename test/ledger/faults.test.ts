// What a test can make the development ledger do to a client: each fault as the unmodified client library meets it.
import type { Transaction } from "@hyperledger/fabric-gateway";
import { newFaults, type Delay, type SubmitFault } from "../../ledger/faults.js";
import type { Ledger } from "../../ledger/index.js";
import { readIdentity } from "../../platform/wallet.js";
import { chainFaults, code, heightOf, occurrences, readBlocks, type ReadBlock } from "./chain-reader.js";
import { connectAs, failure, type Connection } from "./client.js";
import { eventually } from "../environment.js";
import { newHome, removeHome, startTestLedger, walletOf } from "./fixture.js";

const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;

describe("a ledger with faults", () => {
  const home = newHome();
  const faults = newFaults();
  let ledger: Ledger;
  let admin: Connection;

  beforeAll(async () => {
    ledger = await startTestLedger(home, { faults });
    admin = connectAs(ledger.profile(walletOf(home)), readIdentity(ledger.profile(walletOf(home)), "org1-admin"));
  });
  afterEach(() => faults.clear());
  afterAll(async () => {
    admin.close();
    await ledger.stop();
    removeHome(home);
  });

  const endorsed = (key: string): Promise<Transaction> =>
    admin.contract.newProposal("put", { arguments: [key, "1"] }).endorse();
  const codesOf = (transaction: Transaction): Promise<number[]> =>
    occurrences(admin.network, transaction.getTransactionId());
  const put = (key: string): Promise<unknown> => admin.contract.submitTransaction("put", key, "1");
  const chain = async (): Promise<ReadBlock[]> => readBlocks(admin.network, 0, await heightOf(admin.network));
  const shortly = (): { deadline: number } => ({ deadline: Date.now() + 300 });

  describe("in calls", () => {
    it("holds a call back until it is let go, and no other call", async () => {
      const gate = newGate();
      faults.next("evaluate", { delay: gate.passed });
      let answered = false;
      const held = admin.ask("get", "nothing").then(() => (answered = true));
      await eventually(() => faults.met("evaluate") === 1);
      expect(await admin.ask("get", "nothing")).toBe("");
      expect(answered).toBe(false);
      gate.open();
      expect(await held).toBe(true);
    });

    it("orders a held envelope after its client has given up", async () => {
      const transaction = await endorsed("held");
      const gate = newGate();
      faults.next("submit", { delay: gate.passed });
      expect((await failure(transaction.submit(shortly()))).code).toBe(DEADLINE_EXCEEDED);
      await put("meanwhile");
      expect(await codesOf(transaction)).toEqual([]);
      gate.open();
      await eventually(async () => (await codesOf(transaction)).length > 0);
      expect(await codesOf(transaction)).toEqual([code.VALID]);
    });

    it("refuses a call of the stage asked for, with code, text and details, and carries nothing out", async () => {
      const refuse = { code: 8, text: "no room", details: ["a peer's word"] };
      const transaction = await endorsed("refused");
      const calls = {
        evaluate: () => admin.ask("get", "a"),
        endorse: () => endorsed("refused"),
        submit: () => transaction.submit(),
        commitStatus: async () => (await admin.contract.submitAsync("put", { arguments: ["b", "1"] })).getStatus(),
      };
      for (const stage of ["evaluate", "endorse", "submit", "commitStatus"] as const) {
        faults.next(stage, { refuse });
        const error = await failure(calls[stage]());
        expect([stage, error.code, error.details.map(({ message }) => message)]).toEqual([stage, 8, refuse.details]);
        expect(error.message).toContain(refuse.text);
      }
      await put("behind");
      expect(await codesOf(transaction)).toEqual([]);
    });

    it("refuses as many calls as asked for, in the order of arming, until it is cleared", async () => {
      const before = faults.met("evaluate");
      faults.next("evaluate", { refuse: { code: 8, text: "first" } }, 2);
      faults.next("evaluate", { refuse: { code: 9, text: "then" } }, Infinity);
      const codes: number[] = [];
      for (let at = 0; at < 4; at += 1) codes.push((await failure(admin.ask("get", "a"))).code);
      expect(codes).toEqual([8, 8, 9, 9]);
      faults.clear();
      expect(await admin.ask("get", "nothing")).toBe("");
      expect(faults.met("evaluate") - before).toBe(4);
    });
  });

  describe("at the orderer", () => {
    it.each([
      ["unavailable", UNAVAILABLE],
      ["none", DEADLINE_EXCEEDED],
    ] as const)("takes an envelope whose acknowledgement is dropped (%s)", async (acknowledgement, expected) => {
      const transaction = await endorsed(`dropped-${acknowledgement}`);
      faults.next("submit", { acknowledgement });
      expect((await failure(transaction.submit(shortly()))).code).toBe(expected);
      await put("behind");
      expect(await codesOf(transaction)).toEqual([code.VALID]);
    });

    it("loses what it acknowledged, and takes the same envelope later", async () => {
      const transaction = await endorsed("lost");
      faults.next("submit", { lose: true });
      await transaction.submit();
      await put("behind");
      expect(await codesOf(transaction)).toEqual([]);
      expect((await (await transaction.submit()).getStatus()).code).toBe(code.VALID);
    });

    it("orders an envelope twice in one block, and the first result stays", async () => {
      const { transaction, status } = await submitted("twice", { again: 0 });
      expect(status).toBe(code.VALID);
      const blocks = blocksWith(await chain(), transaction);
      expect(blocks).toEqual([[code.VALID, code.DUPLICATE_TXID]]);
    });

    it("orders an envelope once more in a later block", async () => {
      const gate = newGate();
      const { transaction, status } = await submitted("later", { again: gate.passed });
      gate.open();
      await eventually(async () => (await codesOf(transaction)).length === 2);
      expect(status).toBe(code.VALID);
      expect(blocksWith(await chain(), transaction)).toEqual([[code.VALID], [code.DUPLICATE_TXID]]);
    });

    it("puts garbage into a block before a good transaction, marks it invalid and goes on", async () => {
      const { transaction, status } = await submitted("beside", { garbage: Buffer.from("garbage") });
      expect(status).toBe(code.VALID);
      const blocks = await chain();
      const block = blocks.find(({ transactions }) =>
        transactions.some(([id]) => id === transaction.getTransactionId()),
      );
      expect(block?.transactions).toEqual([
        [expect.stringMatching(/^[0-9a-f]{64}$/), code.INVALID_ENDORSER_TRANSACTION],
        [transaction.getTransactionId(), code.VALID],
      ]);
      expect(chainFaults(blocks)).toEqual([]);
      await put("behind");
    });
  });

  describe("in block streams", () => {
    it("refuses a stream", async () => {
      faults.next("deliver", { refuse: { code: 8, text: "no room" } });
      expect((await failure(readBlocks(admin.network, 0, 1))).code).toBe(8);
      expect(await readBlocks(admin.network, 0, 1)).toHaveLength(1);
    });

    it("shows fewer blocks to new streams and queries, and the rest once it is lifted", async () => {
      await put("before");
      const height = await heightOf(admin.network);
      const [last] = await readBlocks(admin.network, height - 2, 1);
      const open = await admin.network.getBlockEvents({ startBlock: BigInt(height - 1) });
      const reading = open[Symbol.asyncIterator]();
      await reading.next();
      const live = reading.next();
      faults.serveHeight(height - 1);
      expect(await heightOf(admin.network)).toBe(height - 1);
      expect(await readBlocks(admin.network, height - 2, 1)).toEqual([last]);
      await expect(readBlocks(admin.network, height, 1)).rejects.toThrow("Unexpected status response: 404");
      const behind = readBlocks(admin.network, height - 1, 2);
      await put("after");
      expect((await live).value?.getHeader()?.getNumber()).toBe(height);
      expect(await heightOf(admin.network)).toBe(height - 1);
      faults.serveHeight(undefined);
      expect((await behind).map(({ number }) => number)).toEqual([height - 1, height]);
      open.close();
    });

    it("ends open streams, and lets new ones begin", async () => {
      const height = await heightOf(admin.network);
      const events = await admin.network.getBlockEvents({ startBlock: BigInt(height - 1) });
      const reading = events[Symbol.asyncIterator]();
      await reading.next();
      const next = failure(reading.next());
      faults.cutStreams();
      expect((await next).code).toBe(UNAVAILABLE);
      events.close();
      expect(await readBlocks(admin.network, height - 1, 1)).toHaveLength(1);
    });

    it("pretends to be another chain, whole in itself, with the same transactions", async () => {
      await put("on-both");
      const own = await chain();
      faults.serveAnotherChain(true);
      const other = await chain();
      expect(chainFaults(other)).toEqual([]);
      expect(other.map(({ hash }) => hash)).toEqual(await chain().then((again) => again.map(({ hash }) => hash)));
      expect(other.some(({ hash }, number) => hash === own[number]?.hash)).toBe(false);
      expect(other.slice(1).map(({ transactions }) => transactions)).toEqual(
        own.slice(1).map(({ transactions }) => transactions),
      );
      faults.serveAnotherChain(false);
      expect(await chain()).toEqual(own);
    });
  });

  async function submitted(key: string, fault: SubmitFault): Promise<{ transaction: Transaction; status: number }> {
    const transaction = await endorsed(key);
    faults.next("submit", fault);
    const commit = await transaction.submit();
    return { transaction, status: (await commit.getStatus()).code };
  }
});

describe("a ledger that endorses twice", () => {
  const home = newHome();
  let ledger: Ledger;
  let admin: Connection;

  beforeAll(async () => {
    ledger = await startTestLedger(home, { endorseTwice: true });
    admin = connectAs(ledger.profile(walletOf(home)), readIdentity(ledger.profile(walletOf(home)), "org1-admin"));
  });
  afterAll(async () => {
    admin.close();
    await ledger.stop();
    removeHome(home);
  });

  it("takes what both runs agree on, once", async () => {
    await admin.contract.submitTransaction("add", "counter", "2");
    await admin.contract.submitTransaction("emit", "happened", "payload");
    expect(await admin.ask("get", "counter")).toBe("2");
  });

  it.each([
    ["write different values", "putRandom", "ProposalResponsePayloads do not match"],
    ["end differently", "failEverySecond", "chaincode response 500, not again"],
  ])("refuses to endorse when the runs %s", async (_, name, detail) => {
    const error = await failure(admin.contract.newProposal(name, { arguments: ["key"] }).endorse());
    expect([error.code, error.details.map(({ message }) => message)]).toEqual([10, [detail]]);
    expect(error.message).toContain("failed to collect enough transaction endorsements");
  });

  it("says of a chaincode's refusal what it says without", async () => {
    const error = await failure(admin.contract.submitTransaction("fail", "no luck"));
    expect([error.code, error.message]).toEqual([10, expect.stringContaining("failed to endorse transaction")]);
  });
});

/** The codes of a transaction, block by block. */
const blocksWith = (blocks: readonly ReadBlock[], transaction: Transaction): number[][] =>
  blocks
    .map(({ transactions }) => transactions.filter(([id]) => id === transaction.getTransactionId()).map(([, of]) => of))
    .filter((codes) => codes.length > 0);

function newGate(): { passed: Extract<Delay, Promise<unknown>>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}
