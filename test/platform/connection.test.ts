// More than one peer: two ways to one development ledger as two peers, and other ledgers as peers that are not fit.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { newFaults } from "../../ledger/faults.js";
import type { Ledger, LedgerOptions } from "../../ledger/index.js";
import { followBlocks, type Block } from "../../platform/blocks.js";
import { openConnection, type Connection } from "../../platform/connection.js";
import { actAs, type FabricError } from "../../platform/fabric.js";
import { DEADLINES } from "../../platform/link.js";
import { pause } from "../../platform/pause.js";
import type { Peer, Profile } from "../../platform/profile.js";
import { readIdentity, type Identity } from "../../platform/wallet.js";
import { eventually } from "../environment.js";
import { newHome, removeHome, startTestLedger, walletOf } from "../ledger/fixture.js";
import { newTcpProxy, type TcpProxy } from "../tcp-proxy.js";
import { newLines, type Lines } from "./parts.js";

const TIMES = { well: 100, unwell: 50, answer: 500, rest: 1_000 };
const home = newHome();
const faults = newFaults();
const closing: (() => unknown)[] = [];
let ledger: Ledger;
let identity: Identity;
let proxies: [TcpProxy, TcpProxy];
let lines: Lines;

beforeAll(async () => {
  ledger = await startTestLedger(home, { faults });
  identity = readIdentity(ledger.profile(walletOf(home)), "org1-admin");
});
afterAll(async () => {
  await ledger.stop();
  removeHome(home);
});
beforeEach(async () => {
  proxies = [await newTcpProxy(ledger.port), await newTcpProxy(ledger.port)];
  lines = newLines();
});
afterEach(async () => {
  faults.clear();
  for (const close of closing.splice(0).reverse()) await close();
  for (const proxy of proxies) await proxy.close();
});

const peerAt = (port: number): Peer => ({ address: `127.0.0.1:${port}`, mspId: "Org1MSP", tlsHostname: "localhost" });
const profileOf = (...peers: Peer[]): Profile => ({ ...ledger.profile(walletOf(home)), peers });

function open(...peers: Peer[]): Connection {
  const connection = openConnection(profileOf(...peers), {
    log: lines.log,
    times: TIMES,
    deadlines: { endorse: 5_000 },
  });
  closing.push(() => connection.close());
  return connection;
}

/** Over both proxies, after everybody was asked. */
async function opened(): Promise<Connection> {
  const connection = open(...proxies.map(({ port }) => peerAt(port)));
  connection.as(identity);
  await eventually(() => statesOf(connection)[1] === "standby", "the second peer to be known");
  return connection;
}

const statesOf = (connection: Connection) => connection.peers().map(({ state }) => state);
const states = (connection: Connection, ...wanted: string[]) =>
  eventually(() => statesOf(connection).join() === wanted.join(), `the peers to be ${wanted.join(", ")}`);

const put = (connection: Connection, key: string) =>
  actAs(connection, identity).endorse("putMany", JSON.stringify([[key, "value"]]));

/** A transaction, tried until the orderer takes it. */
const commit = (connection: Connection, key: string) =>
  eventually(async () => {
    try {
      await (await put(connection, key)).submit();
      return true;
    } catch {
      return false;
    }
  }, `${key} to be taken`);

/** A ledger with what `prepare` leaves of the first one's folder. */
async function another(prepare: (to: string) => void, options: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const to = newHome();
  prepare(to);
  const other = await startTestLedger(to, options);
  closing.push(async () => {
    await other.stop();
    removeHome(to);
  });
  return other;
}

const copied = (to: string) => {
  cpSync(home, to, { recursive: true });
  for (const name of ["ledger.pid", "chaincode.pid"]) rmSync(join(to, name), { force: true });
};
const authorityAlone = (to: string) => {
  mkdirSync(to, { recursive: true });
  cpSync(join(home, "crypto"), join(to, "crypto"), { recursive: true });
};

describe("two peers of one chain", () => {
  it("are spoken to in order of preference: the next one when the first is killed, the first one when it has come back", async () => {
    const connection = await opened();
    const [first, second] = connection.profile.peers;
    expect([connection.peer, statesOf(connection)]).toEqual([first, ["current", "standby"]]);
    await proxies[0].kill();
    await commit(connection, "killed");
    expect([connection.peer, statesOf(connection)]).toEqual([second, ["away", "current"]]);
    expect(lines.with("Peer left for another")).toMatchObject([{ left: first?.address, peer: second?.address }]);
    await proxies[0].pass();
    await states(connection, "current", "standby");
    await commit(connection, "returned");
    expect(lines.with("Peer preferred again")).toMatchObject([{ left: second?.address, peer: first?.address }]);
  });

  it("end the calls on a peer that hangs, and serve the next ones elsewhere", async () => {
    const connection = await opened();
    proxies[0].hang();
    const error = await put(connection, "hangs").then(
      () => undefined,
      (thrown: unknown) => thrown as FabricError,
    );
    // Not by its deadline, which is DEADLINE_EXCEEDED.
    expect(error).toMatchObject({ stage: "endorse", status: 14 });
    await commit(connection, "hung");
    expect(statesOf(connection)).toEqual(["away", "current"]);
  });

  it("give one stream: each block once and in order, whichever of them goes and comes", async () => {
    const connection = await opened();
    const stop = new AbortController();
    closing.push(() => stop.abort());
    const from = ledger.height();
    const seen: Block[] = [];
    const reading = (async () => {
      while (!stop.signal.aborted) {
        const last = seen.at(-1);
        const at = { from: last ? last.number + 1 : from, after: last?.hash ?? "", signal: stop.signal };
        try {
          for await (const block of followBlocks({ connection, identity, ...at })) seen.push(block);
        } catch (error) {
          expect(error).toMatchObject({ code: "UNAVAILABLE", retry: "later" });
          await pause(20);
        }
      }
    })();
    await commit(connection, "on the first");
    await proxies[0].kill();
    await commit(connection, "on the second");
    await proxies[0].pass();
    await states(connection, "current", "standby");
    const before = proxies[0].accepted();
    await commit(connection, "on the first again");
    proxies[0].hang();
    await states(connection, "away", "current");
    await commit(connection, "on the second again");
    await eventually(() => seen.length >= 4 && seen.at(-1)?.number === ledger.height() - 1, "all blocks to be read");
    stop.abort();
    await reading;
    expect(before).toBeGreaterThan(1);
    expect(seen.map(({ number }) => number)).toEqual(seen.map((_, index) => from + index));
    expect(seen.slice(1).every(({ previousHash }, index) => previousHash === seen[index]?.hash)).toBe(true);
  });

  it("hand to the orderer what the other one had endorsed", async () => {
    const connection = await opened();
    const endorsed = await put(connection, "carried");
    await proxies[0].kill();
    await states(connection, "away", "current");
    const height = ledger.height();
    await endorsed.submit();
    await eventually(() => ledger.height() > height, "the block");
  });

  it("stay as they are when none answers, and serve again when one does", async () => {
    const connection = await opened();
    for (const proxy of proxies) await proxy.kill();
    await states(connection, "away", "away");
    await proxies[1].pass();
    await states(connection, "away", "current");
    await commit(connection, "back");
  });

  it("leave a chaincode's error alone: it says nothing about the peer", async () => {
    const connection = await opened();
    const fails = actAs(connection, identity).endorse("fail", "on purpose");
    await expect(fails).rejects.toMatchObject({ stage: "endorse", status: 10 });
    faults.next("endorse", { refuse: { code: 14, text: "no orderers could successfully process transaction" } }, 5);
    for (let call = 0; call < 5; call++) await expect(put(connection, "no")).rejects.toMatchObject({ status: 14 });
    faults.next("endorse", { refuse: { code: 2, text: "too many requests for /gateway.Gateway" } });
    await expect(put(connection, "no")).rejects.toMatchObject({ status: 2 });
    expect([statesOf(connection), lines.with("Peer left for another")]).toEqual([["current", "standby"], []]);
  });
});

describe("a peer that is not fit", () => {
  it("is not spoken to while it is 50 blocks behind, although no other answers", async () => {
    const stale = await another(copied);
    const connection = open(peerAt(proxies[0].port), peerAt(stale.port));
    for (let block = 0; block < 50; block++) {
      const height = ledger.height();
      await commit(connection, `block ${block}`);
      await eventually(() => ledger.height() > height, "the block");
    }
    await states(connection, "current", "behind");
    await eventually(() => connection.peers()[0]?.height === ledger.height(), "the height to be known");
    await proxies[0].kill();
    await states(connection, "away", "behind");
    expect(connection.peer.address).toBe(`127.0.0.1:${proxies[0].port}`);
    expect(connection.peers().map(({ height }) => height)).toEqual([ledger.height(), stale.height()]);
    await proxies[0].pass();
    await commit(connection, "the first is back");
  });

  it("is not moved to when another chain has come behind its address unnoticed", async () => {
    const changing = newFaults();
    const other = await another(copied, { faults: changing });
    const connection = open(peerAt(proxies[0].port), peerAt(other.port));
    connection.as(identity);
    await states(connection, "current", "standby");
    changing.serveAnotherChain(true);
    await proxies[0].kill();
    await states(connection, "away", "other chain");
    expect(connection.peer.address).toBe(`127.0.0.1:${proxies[0].port}`);
    await proxies[0].pass();
    await commit(connection, "still ours");
  });

  it("is left at the start when it holds another chain than the one that is held to", async () => {
    const foreign = await another(authorityAlone);
    const connection = open(peerAt(foreign.port), peerAt(proxies[0].port));
    await connection.hold(await genesisOf(), identity);
    expect([statesOf(connection), connection.peer.address]).toEqual([
      ["other chain", "current"],
      `127.0.0.1:${proxies[0].port}`,
    ]);
    expect(lines.with("Peer holds another chain")).toMatchObject([{ peer: `127.0.0.1:${foreign.port}` }]);
    expect(lines.with("Peer left for another")).toMatchObject([{ reason: "other chain" }]);
  });

  it("is refused for good when a block of it contradicts what was read before", async () => {
    const fork = await another(copied);
    const mine = await opened();
    const there = openConnection(profileOf(peerAt(fork.port)));
    closing.push(() => there.close());
    for (const connection of [mine, there]) await commit(connection, `of ${connection.peer.address}`);
    await eventually(() => fork.height() === ledger.height(), "both to have grown");
    const blocks = followBlocks({ connection: mine, identity, from: ledger.height() - 1 });
    const last = (await blocks.next()).value as Block;
    await blocks.return(undefined);

    const connection = open(peerAt(proxies[0].port), peerAt(fork.port));
    connection.as(identity);
    await states(connection, "current", "standby");
    await proxies[0].kill();
    await states(connection, "away", "current");
    await commit(there, "the fork grows");
    const onwards = followBlocks({ connection, identity, from: last.number + 1, after: last.hash });
    await expect(onwards.next()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining(`peer 127.0.0.1:${fork.port} was left: block ${last.number + 1} follows`),
    });
    expect(statesOf(connection)[1]).toBe("other chain");
    await proxies[0].pass();
    await states(connection, "current", "other chain");
    await commit(connection, "the right one");
  });
});

it("ends a call before a peer gives up waiting for a part that hangs", async () => {
  const connection = openConnection(profileOf(peerAt(proxies[0].port)), { deadlines: { endorse: 300 } });
  closing.push(() => connection.close());
  let release: () => void = () => undefined;
  faults.next("endorse", { delay: new Promise<void>((resolve) => (release = resolve)) });
  await expect(put(connection, "late")).rejects.toMatchObject({ stage: "endorse", status: 4 });
  release();
  // A peer waits 27 s for a chaincode that is stopped, 30 s for another peer or an orderer.
  const { endorse, submit, evaluate } = DEADLINES;
  expect(Math.max(endorse, submit, evaluate)).toBeLessThan(27_000);
});

/** Header hash of block 0. */
async function genesisOf(): Promise<string> {
  const connection = openConnection(profileOf(peerAt(ledger.port)));
  const blocks = followBlocks({ connection, identity, from: 0 });
  const { value } = await blocks.next();
  await blocks.return(undefined);
  connection.close();
  return (value as Block).hash;
}
