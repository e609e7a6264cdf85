// Blocks of a real ledger are checked against their hashes; bytes of any kind in a block never stop its reader.
import { createHash } from "node:crypto";
import { common, peer } from "@hyperledger/fabric-protos";
import { Timestamp } from "google-protobuf/google/protobuf/timestamp_pb.js";
import { checkBlock, parseBlock } from "../../platform/block.js";
import { ChainMismatch, chainInfo, followBlocks, genesisHash, type Block } from "../../platform/blocks.js";
import { sameChain } from "../../platform/chain.js";
import { newDatabase } from "../environment.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";

const { VALID, MVCC_READ_CONFLICT } = peer.TxValidationCode;

describe("the stream of a real ledger", () => {
  let ledger: GxLedger;
  beforeAll(async () => {
    ledger = await newGxLedger();
    await ledger.setUp();
  });
  afterAll(() => ledger.stop());

  const take = async (count: number, from = 0, after = "") => {
    const stop = new AbortController();
    const blocks: Block[] = [];
    const stream = followBlocks({
      connection: ledger.connection,
      identity: ledger.reader,
      from,
      after,
      signal: stop.signal,
    });
    for await (const block of stream) {
      blocks.push(block);
      if (blocks.length === count) break;
    }
    stop.abort();
    return blocks;
  };

  test("its hashes are a chain that ends with the hash the peer itself tells", async () => {
    const { height, hash } = await chainInfo(ledger.connection, ledger.reader);
    const blocks = await take(height);
    expect(blocks.map(({ number }) => number)).toEqual(Array.from({ length: height }, (_, number) => number));
    expect(blocks.slice(1).map(({ previousHash }) => previousHash)).toEqual(
      blocks.slice(0, -1).map((block) => block.hash),
    );
    expect(blocks.at(-1)?.hash).toBe(hash);
    expect(blocks[0]?.hash).toBe(await genesisHash(ledger.connection, ledger.reader));
  });

  test("block 0 is a configuration, a command's block has its payload, time and transaction id", async () => {
    const blocks = await take(2);
    expect(blocks[0]?.transactions[0]).toMatchObject({ type: common.HeaderType.CONFIG, valid: true });
    const [transaction] = blocks[1]?.transactions ?? [];
    expect(transaction).toMatchObject({
      index: 0,
      valid: true,
      code: VALID,
      txId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.parse(transaction?.payload?.toString() ?? "")).toMatchObject({
      version: 1,
      outcomes: [{ status: "committed" }],
    });
    expect(Math.abs((blocks[1]?.timeMs ?? 0) - Date.now())).toBeLessThan(600_000);
  });

  test("another chain before the first block wanted is noticed", async () => {
    await expect(take(1, 1, "f".repeat(64))).rejects.toThrow(ChainMismatch);
  });

  test("a block far beyond the chain is an outage that may pass", async () => {
    await expect(take(1, 1_000_000)).rejects.toMatchObject({ code: "UNAVAILABLE", retry: "later" });
  });

  test("the first chain of a database is noted, the same one passes, another one is refused", async () => {
    const database = await newDatabase();
    const genesis = await genesisHash(ledger.connection, ledger.reader);
    await sameChain(database.pool, "gx", genesis);
    await sameChain(database.pool, "gx", genesis);
    await expect(sameChain(database.pool, "gx", "00")).rejects.toThrow(ChainMismatch);
    await expect(sameChain(database.pool, "other", genesis)).rejects.toThrow(ChainMismatch);
    await database.close();
  });
});

describe("a block made by hand", () => {
  const event = (chaincode: string, name: string, payload: string) => {
    const made = new peer.ChaincodeEvent();
    made.setChaincodeId(chaincode);
    made.setEventName(name);
    made.setPayload(Buffer.from(payload));
    return made.serializeBinary();
  };
  const envelope = (events: Uint8Array, data?: Uint8Array) => {
    const action = new peer.ChaincodeAction();
    action.setEvents(events);
    const response = new peer.ProposalResponsePayload();
    response.setExtension$(action.serializeBinary());
    const endorsed = new peer.ChaincodeEndorsedAction();
    endorsed.setProposalResponsePayload(response.serializeBinary());
    const payloadOfAction = new peer.ChaincodeActionPayload();
    payloadOfAction.setAction(endorsed);
    const transactionAction = new peer.TransactionAction();
    transactionAction.setPayload(payloadOfAction.serializeBinary());
    const transaction = new peer.Transaction();
    transaction.addActions(transactionAction);
    const channelHeader = new common.ChannelHeader();
    channelHeader.setType(common.HeaderType.ENDORSER_TRANSACTION);
    channelHeader.setTxId("ab");
    const time = new Timestamp();
    time.setSeconds(1_800_000_000);
    time.setNanos(250_000_000);
    channelHeader.setTimestamp(time);
    const header = new common.Header();
    header.setChannelHeader(channelHeader.serializeBinary());
    const payload = new common.Payload();
    payload.setHeader(header);
    payload.setData(data ?? transaction.serializeBinary());
    const made = new common.Envelope();
    made.setPayload(payload.serializeBinary());
    return made.serializeBinary();
  };
  const blockOf = (envelopes: readonly Uint8Array[], codes: readonly number[]) => {
    const header = new common.BlockHeader();
    header.setNumber(300);
    header.setPreviousHash(Buffer.alloc(32, 1));
    header.setDataHash(createHash("sha256").update(Buffer.concat(envelopes)).digest());
    const data = new common.BlockData();
    data.setDataList([...envelopes]);
    const metadata = new common.BlockMetadata();
    metadata.setMetadataList([new Uint8Array(), new Uint8Array(), Uint8Array.from(codes)]);
    const block = new common.Block();
    block.setHeader(header);
    block.setData(data);
    block.setMetadata(metadata);
    return block;
  };
  const garbage = Buffer.from("\xff\xff\xff\xff garbage", "latin1");

  test("gives the payload of our event only, and only where the peers said VALID", () => {
    const made = blockOf(
      [
        envelope(event("gx", "gx", "ours")),
        envelope(event("gx", "gx", "ours")),
        envelope(event("other", "gx", "theirs")),
        envelope(event("gx", "other", "unknown")),
        envelope(new Uint8Array()),
      ],
      [VALID, MVCC_READ_CONFLICT, VALID, VALID, VALID],
    );
    const block = parseBlock(made, "gx");
    expect(block.transactions.map(({ payload }) => payload?.toString())).toEqual(["ours", ...Array(4).fill(undefined)]);
    expect(block.transactions[1]).toMatchObject({ valid: false, code: MVCC_READ_CONFLICT, txId: "ab" });
    expect(block.timeMs).toBe(1_800_000_000_250);
  });

  test("garbage that the peers marked invalid is invalid, garbage that they marked valid is kept raw", () => {
    const block = parseBlock(blockOf([garbage, garbage, envelope(new Uint8Array(), garbage)], [5, VALID, VALID]), "gx");
    expect(block.transactions[0]).toMatchObject({ valid: false, code: 5, txId: "" });
    expect(block.transactions[0]?.unreadable).toBeUndefined();
    expect(block.transactions[1]?.unreadable?.raw.equals(garbage)).toBe(true);
    expect(block.transactions[2]).toMatchObject({ txId: "ab", unreadable: { detail: expect.any(String) } });
  });

  test("a transaction without a validation code is not valid", () => {
    const block = parseBlock(blockOf([envelope(event("gx", "gx", "ours"))], []), "gx");
    expect(block.transactions[0]).toMatchObject({ valid: false, code: peer.TxValidationCode.NOT_VALIDATED });
  });

  test("a changed transaction, another number and another predecessor are each noticed", () => {
    const made = blockOf([envelope(new Uint8Array())], [VALID]);
    const block = parseBlock(made, "gx");
    expect(() => checkBlock(block, made, 300, "")).not.toThrow();
    expect(() => checkBlock(block, made, 301, "")).toThrow("block 301 was expected");
    expect(() => checkBlock(block, made, 300, "ab")).toThrow("follows");
    made.getData()?.setDataList([garbage]);
    expect(() => checkBlock(block, made, 300, "")).toThrow("do not match the data hash");
  });
});
