// The ledger's parts alone: order of keys, cutting of blocks, the block file and what a start refuses.
import { createPrivateKey, type KeyObject } from "node:crypto";
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { common } from "@hyperledger/fabric-protos";
import { openAuthority } from "../../ledger/authority.js";
import { issue } from "../../ledger/certificates.js";
import { openBlockFile } from "../../ledger/blockfile.js";
import { newCutter } from "../../ledger/cutter.js";
import { creatorOf, newMsp } from "../../ledger/msp.js";
import { newOrderer } from "../../ledger/orderer.js";
import { apply, compareKeys, copyOf, emptyState, range } from "../../ledger/state.js";
import { newTxIndex } from "../../ledger/txindex.js";
import { eventually } from "../environment.js";
import { connectAs } from "./client.js";
import { newHome, quiet, removeHome, startTestLedger, walletOf } from "./fixture.js";
import { readIdentity, signLowS } from "../../platform/wallet.js";

/** An envelope as far as an orderer looks into it. */
function signedEnvelope(creator: Buffer, key: KeyObject): InstanceType<typeof common.Envelope> {
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(creator);
  const header = new common.Header();
  header.setSignatureHeader(signatureHeader.serializeBinary());
  header.setChannelHeader(new common.ChannelHeader().serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(signLowS(key, envelope.getPayload_asU8()));
  return envelope;
}

async function member(): Promise<{ privateKey: KeyObject; certificate: { root: string; leaf: string } }> {
  const { org } = await openAuthority(home, "Org1MSP");
  const pair = await issue(org, { commonName: "member", unit: "client", mspId: "Org1MSP" });
  return { privateKey: createPrivateKey(pair.key), certificate: { root: org.certificate, leaf: pair.certificate } };
}

let home: string;
beforeEach(() => (home = newHome()));
afterEach(() => removeHome(home));

describe("keys", () => {
  it("stand in the order of their UTF-8 bytes", () => {
    const keys = [
      "",
      "a",
      "ab",
      "b",
      "é",
      "\u{D7FF}",
      "\u{E000}",
      "\u{FFFF}",
      "\u{10000}",
      "\u{1F600}",
      "\u{10FFFF}",
      "a\u{1F600}",
      "a\u{FFFD}",
    ];
    const bytes = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...keys].sort(compareKeys)).toEqual(bytes);
  });

  it("of a range end before the end key, unless it belongs to the range", () => {
    const state = emptyState();
    apply(
      state,
      ["a", "b", "c"].map((key) => ({ key, value: Buffer.from("1") })),
      { block: 1, tx: 0 },
    );
    expect([...range(state, "a", "c")].map(([key]) => key)).toEqual(["a", "b"]);
    expect([...range(state, "a", "c", true)].map(([key]) => key)).toEqual(["a", "b", "c"]);
    expect([...range(state, "b", "")].map(([key]) => key)).toEqual(["b", "c"]);
  });

  it("written to a copy of the state do not show in the original", () => {
    const state = emptyState();
    apply(state, [{ key: "a", value: Buffer.from("1") }], { block: 1, tx: 0 });
    const next = copyOf(state);
    apply(
      next,
      [
        { key: "a", value: undefined },
        { key: "b", value: Buffer.from("2") },
      ],
      { block: 2, tx: 0 },
    );
    expect([state.get("a")?.value.toString(), state.has("b"), next.has("a")]).toEqual(["1", false, false]);
  });
});

describe("the block cutter", () => {
  const rules = { batchTimeoutMs: 10, maxMessageCount: 3, preferredMaxBytes: 100, absoluteMaxBytes: 1_000 };
  const message = (length: number) => ({ bytes: Buffer.alloc(length), verified: true });
  const sizes = (batches: { bytes: Buffer }[][]): number[][] =>
    batches.map((batch) => batch.map(({ bytes }) => bytes.length));

  it("cuts by count", () => {
    const cutter = newCutter(rules);
    cutter.add(message(1));
    cutter.add(message(2));
    expect(sizes(cutter.add(message(3)).batches)).toEqual([[1, 2, 3]]);
  });

  it("cuts before the preferred size is passed, and lets the message wait", () => {
    const cutter = newCutter(rules);
    cutter.add(message(60));
    const { batches, pending } = cutter.add(message(50));
    expect([sizes(batches), pending, sizes([cutter.cut()])]).toEqual([[[60]], true, [[50]]]);
  });

  it("sends a message above the preferred size alone, after what waits", () => {
    const cutter = newCutter(rules);
    cutter.add(message(10));
    const { batches, pending } = cutter.add(message(500));
    expect([sizes(batches), pending]).toEqual([[[10], [500]], false]);
  });
});

describe("the orderer", () => {
  it("writes nothing behind a block that could not be written, and takes nothing more", async () => {
    const { privateKey, certificate } = await member();
    const tried: number[] = [];
    const failures: unknown[] = [];
    const orderer = newOrderer({
      channel: "gx",
      rules: { batchTimeoutMs: 60_000, maxMessageCount: 1, preferredMaxBytes: 1_000_000, absoluteMaxBytes: 1_000_000 },
      msp: newMsp("Org1MSP", certificate.root),
      chain: {
        append: (batch) => {
          tried.push(batch.length);
          return Promise.reject(new Error("disk full"));
        },
      },
      log: quiet,
      onFailure: (error) => failures.push(error),
    });
    const envelope = signedEnvelope(creatorOf("Org1MSP", certificate.leaf), privateKey);
    orderer.submit("gx", envelope);
    orderer.submit("gx", envelope);
    await orderer.drain();
    expect([tried, failures]).toEqual([[1], [new Error("disk full")]]);
    expect(() => orderer.submit("gx", envelope)).toThrow("no orderers could successfully process transaction");
  });
});

describe("the block file", () => {
  const path = (): string => join(home, "blocks");
  const blocks = ["one", "two", "three"].map((text) => Buffer.from(text));
  const write = async (): Promise<number[]> => {
    const { file } = await openBlockFile(path(), [], () => undefined);
    for (const block of blocks) await file.append(block);
    await file.close();
    return [...file.offsets()];
  };
  const read = async (known: number[] = []): Promise<{ found: string[]; cut: number }> => {
    const found: string[] = [];
    const { file, cut } = await openBlockFile(path(), known, (bytes) => found.push(bytes.toString()));
    await file.close();
    return { found, cut };
  };

  it("gives back what was appended, and only what a snapshot does not know", async () => {
    const offsets = await write();
    expect(await read()).toEqual({ found: ["one", "two", "three"], cut: 0 });
    expect(await read(offsets.slice(0, 2))).toEqual({ found: ["three"], cut: 0 });
  });

  it("cuts a torn last record at every length it can have", async () => {
    const offsets = await write();
    const whole = readFileSync(path());
    const last = offsets[2] ?? 0;
    for (let size = last + 1; size < whole.length; size += 1) {
      writeFileSync(path(), whole.subarray(0, size));
      expect(await read()).toEqual({ found: ["one", "two"], cut: size - last });
      expect(statSync(path()).size).toBe(last);
    }
  });

  it("cuts garbage behind the last record and appends there", async () => {
    await write();
    appendFileSync(path(), Buffer.alloc(1_000, 0x47));
    const { file } = await openBlockFile(path(), [], () => undefined);
    await file.append(Buffer.from("four"));
    await file.close();
    expect((await read()).found).toEqual(["one", "two", "three", "four"]);
  });

  it("refuses a file that is damaged before its end, and says where", async () => {
    const offsets = await write();
    const whole = readFileSync(path());
    const second = offsets[1] ?? 0;
    whole[second + 12] = 0;
    writeFileSync(path(), whole);
    await expect(read()).rejects.toThrow(`is damaged at byte ${second}, before its end`);
    expect(statSync(path()).size).toBe(whole.length);
  });

  it("refuses to be shorter than its snapshot", async () => {
    const offsets = await write();
    truncateSync(path(), offsets[1] ?? 0);
    await expect(read(offsets)).rejects.toThrow("does not fit its snapshot");
  });
});

describe("the index of transactions", () => {
  it("keeps the first place of an id and wakes who waits for it", async () => {
    const index = newTxIndex([]);
    const waiting = index.wait("tx", new AbortController().signal);
    index.add("tx", { block: 5, code: 0 });
    index.add("tx", { block: 6, code: 9 });
    expect([await waiting, index.find("tx")]).toEqual([
      { block: 5, code: 0 },
      { block: 5, code: 0 },
    ]);
  });

  it("lets go of who leaves", async () => {
    const leaving = new AbortController();
    const waiting = newTxIndex([]).wait("tx", leaving.signal);
    leaving.abort();
    expect(await waiting).toBeUndefined();
  });
});

describe("a start", () => {
  it("refuses a port that is taken and names it", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    const { port } = holder.address() as AddressInfo;
    await expect(startTestLedger(home, { port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
    await expect(startTestLedger(home, { chaincodePort: port })).rejects.toThrow(
      `port ${port} for the chaincode is taken`,
    );
    holder.close();
  });

  it("refuses a folder in which a ledger runs already", async () => {
    const ledger = await startTestLedger(home);
    await expect(startTestLedger(home)).rejects.toThrow(`the ledger in ${home} is already running`);
    await ledger.stop();
    await (await startTestLedger(home)).stop();
  });

  it("refuses a folder without chaincode and names it", async () => {
    await expect(startTestLedger(home, { chaincodePath: home })).rejects.toThrow(`no chaincode in ${home}`);
  });

  it("refuses a chaincode that does not come up and gives its last words", async () => {
    writeFileSync(join(home, "package.json"), '{"main":"index.cjs"}');
    writeFileSync(join(home, "index.cjs"), 'throw new Error("broken on purpose")');
    await expect(startTestLedger(home, { chaincodePath: home })).rejects.toThrow("broken on purpose");
  });
});

describe("what is not emulated", () => {
  it.each([
    ["privateData", "private data is not emulated"],
    ["invoke", "INVOKE_CHAINCODE failed: transaction ID"],
    ["keyPolicy", "PUT_STATE_METADATA failed: transaction ID"],
  ])("fails in the chaincode with a text: %s", async (name, text) => {
    const ledger = await startTestLedger(home);
    const profile = ledger.profile(walletOf(home));
    const connection = connectAs(profile, readIdentity(profile, "reader"));
    try {
      await expect(connection.ask(name, "key")).rejects.toThrow(text);
    } finally {
      connection.close();
      await ledger.stop();
    }
  });
});

describe("supervision", () => {
  it("starts a killed chaincode again and tells its new process", async () => {
    const pids: number[] = [];
    const ledger = await startTestLedger(home, { onChaincode: (pid) => pids.push(pid) });
    for (const round of [1, 2]) {
      process.kill(ledger.chaincodePid() ?? 0, "SIGKILL");
      await eventually(() => pids.length > round && ledger.ready());
    }
    expect(new Set(pids).size).toBe(3);
    await ledger.stop();
  });

  it("ends an execution that takes too long and goes on", async () => {
    const ledger = await startTestLedger(home, { executeTimeoutMs: 300 });
    const profile = ledger.profile(walletOf(home));
    const connection = connectAs(profile, readIdentity(profile, "reader"));
    await expect(connection.ask("slow", "2000")).rejects.toThrow("see attached details");
    expect(await connection.ask("get", "a")).toBe("");
    connection.close();
    await ledger.stop();
  });
});
