// More than one peer of a real network: both organizations endorse, and the peer in use is killed, and hangs, under load.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { common, msp, peer } from "@hyperledger/fabric-protos";
import { functions, WIRE_VERSION, wireOutcomes } from "../../catalogue/wire.js";
import { startNetwork, type Network } from "../../network/network.js";
import { findInstallations, supportedLines } from "../../network/programs.js";
import { followBlocks, type Block } from "../../platform/blocks.js";
import { openConnection, type Connection } from "../../platform/connection.js";
import { actAs, FabricError } from "../../platform/fabric.js";
import { pause } from "../../platform/pause.js";
import { readIdentity, type Identity } from "../../platform/wallet.js";
import { eventually } from "../environment.js";
import { identities, ourChaincode } from "../ledgers.js";
import { newLines } from "../platform/parts.js";
import { ADMIN, bootstrap, country, person } from "../submitter/world.js";

const TIMES = { well: 500, unwell: 100, answer: 1_000, rest: 2_000 };
/** A gateway may choose the peer that hangs as endorser, and waits for it as long as it may. */
const DEADLINES = { evaluate: 2_000, endorse: 2_000, submit: 2_000 };
const [PREFERRED, NEXT] = ["peer0-org1", "peer1-org1"] as const;
const WIDTH = 8;
/** Commands that end before and after what happens to a peer. */
const SOME = 20;
/** Milliseconds after which a transaction that was taken is sent again. */
const ORDER = 5_000;

const installations = findInstallations(process.env);
for (const line of supportedLines) {
  const installation = installations.find((one) => one.line === line);
  const title = installation ? `peers of Fabric ${installation.version}` : `SKIPPED: real Fabric ${line}: its peers`;
  (installation ? describe : describe.skip)(title, () => {
    let home: string;
    const lines = newLines("info");
    let network: Network;
    let connection: Connection;
    const people = Array.from({ length: 2 * WIDTH }, person);
    let reader: Identity;

    beforeAll(async () => {
      if (!installation) return;
      home = mkdtempSync(join(tmpdir(), "gx-peers-"));
      network = await startNetwork({
        ...{ home, installation, identities, chaincode: ourChaincode, peers: 2, batchTimeoutMs: 100, revive: false },
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      });
      connection = openConnection(network.profile, { log: lines.log, times: TIMES, deadlines: DEADLINES });
      reader = readIdentity(network.profile, "reader");
      const superAdmin = executing(connection, "org1-super-admin");
      await superAdmin("admin.bootstrapSystem", bootstrap);
      await superAdmin("admin.initializeCountryData", country);
      await executing(connection, "org1-partner-api")("identity.createUser", ...people);
    }, 60_000);
    afterAll(async () => {
      connection?.close();
      await network?.stop();
      if (home) rmSync(home, { recursive: true, force: true });
    });

    const addressOf = (node: string) => `127.0.0.1:${network.nodes().find(({ name }) => name === node)?.port}`;
    const states = () => connection.peers().map(({ state }) => state);
    const speaksTo = (node: string) =>
      eventually(() => connection.peer.address === addressOf(node) && states().includes("current"), `${node} in use`);

    it("endorse each transaction for both organizations, whichever of them takes the call", async () => {
      const addresses = network.profile.peers.map(({ address }) => address);
      expect(addresses.slice(0, 2)).toEqual([addressOf(PREFERRED), addressOf(NEXT)]);
      expect(network.profile.peers.map(({ mspId }) => mspId)).toContain("Org2MSP");
      for (const preferred of network.profile.peers) {
        const one = openConnection({ ...network.profile, peers: [preferred] });
        await executing(one, "org1-partner-api")("identity.createUser", person());
        one.close();
      }
      const endorsers = await endorsersOf(connection, reader);
      expect(endorsers.length).toBeGreaterThanOrEqual(2 + addresses.length);
      for (const both of endorsers) expect(both).toEqual(["Org1MSP", "Org2MSP"]);
    }, 30_000);

    it("lose and double nothing when the one in use is killed, then the next one hangs; the stream goes on in order", async () => {
      await speaksTo(PREFERRED);
      const load = pour(connection, reader, people);
      await load.more(SOME);
      network.kill(PREFERRED, "SIGKILL");
      const killed = Date.now();
      await load.more(1);
      const told = [`killed, next outcome after ${Date.now() - killed} ms`];
      await speaksTo(NEXT);
      await load.more(SOME);
      await network.startNode(PREFERRED);
      await speaksTo(PREFERRED);
      await load.more(SOME);
      network.kill(PREFERRED, "SIGSTOP");
      const stopped = Date.now();
      await speaksTo(NEXT);
      await load.more(1);
      told.push(`hanging, next outcome after ${Date.now() - stopped} ms`);
      await load.more(SOME);
      network.kill(PREFERRED, "SIGCONT");
      await load.more(SOME);
      const { blocks, executed, sent } = await load.end();
      process.stdout.write(`The peer in use on Fabric ${installation?.version} was ${told.join("; ")}\n`);
      expect(blocks.map(({ number }) => number)).toEqual(blocks.map((_, index) => (blocks[0]?.number ?? 0) + index));
      expect(blocks.slice(1).every(({ previousHash }, index) => previousHash === blocks[index]?.hash)).toBe(true);
      expect(sent.length).toBeGreaterThan(4 * SOME);
      expect(sent.map((id) => executed.get(id))).toEqual(sent.map(() => 1));
      expect(lines.with("Peer left for another").length).toBeGreaterThanOrEqual(2);
      expect(lines.with("Peer preferred again").length).toBeGreaterThanOrEqual(1);
    }, 120_000);
  });
}

/** Executes commands in one transaction and waits for its block; tried again while the network settles. */
function executing(connection: Connection, name: string) {
  const fabric = actAs(connection, readIdentity(connection.profile, name));
  return async (command: string, ...inputs: object[]): Promise<void> => {
    const commands = inputs.map((input) => ({ id: randomUUID(), command, actor: ADMIN, input }));
    const argument = JSON.stringify({ version: WIRE_VERSION, commands });
    const id = commands[0]?.id ?? "";
    const receipt = JSON.stringify({ version: WIRE_VERSION, name: "receipt", args: { commandId: id } });
    await eventually(async () => {
      try {
        await (await fabric.endorse(functions.execute, argument)).submit();
        return await eventually(
          async () => (await fabric.evaluate(functions.query, receipt)).toString() !== "null",
          `the receipt of ${command}`,
          ORDER,
        );
      } catch (error) {
        if (error instanceof FabricError) return false;
        throw error;
      }
    }, `${command} to be executed`);
  };
}

/** MSPs that endorsed, of each valid transaction of our chaincode that tells an outcome. */
async function endorsersOf(connection: Connection, identity: Identity): Promise<string[][]> {
  const network = connection.as(identity).getNetwork(connection.profile.channel);
  const height = await heightOf(connection, identity);
  const found: string[][] = [];
  const stream = await network.getBlockEvents({ startBlock: 0n });
  try {
    for await (const block of stream) {
      const codes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
      for (const [index, bytes] of (block.getData()?.getDataList_asU8() ?? []).entries()) {
        const endorsers = endorsersIn(bytes, connection.profile.chaincode);
        if (endorsers && codes?.[index] === peer.TxValidationCode.VALID) found.push(endorsers);
      }
      if ((block.getHeader()?.getNumber() ?? 0) + 1 >= height) break;
    }
  } finally {
    stream.close();
  }
  return found;
}

async function heightOf(connection: Connection, identity: Identity): Promise<number> {
  const contract = connection.as(identity).getNetwork(connection.profile.channel).getContract("qscc");
  const info = await contract.evaluateTransaction("GetChainInfo", connection.profile.channel);
  return common.BlockchainInfo.deserializeBinary(info).getHeight();
}

const empty = new Uint8Array();

function endorsersIn(envelope: Uint8Array, chaincode: string): string[] | undefined {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
  const header = common.ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? empty);
  if (header.getType() !== common.HeaderType.ENDORSER_TRANSACTION) return undefined;
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? empty).getAction();
  const response = peer.ProposalResponsePayload.deserializeBinary(endorsed?.getProposalResponsePayload_asU8() ?? empty);
  const called = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()).getChaincodeId()?.getName();
  if (called !== chaincode) return undefined;
  return (endorsed?.getEndorsementsList() ?? [])
    .map((one) => msp.SerializedIdentity.deserializeBinary(one.getEndorser_asU8()).getMspid())
    .sort();
}

interface Poured {
  /** Of the stream, as it gave them. */
  blocks: Block[];
  /** How often each command was executed, repetitions not counted. */
  executed: ReadonlyMap<string, number>;
  /** All commands. */
  sent: string[];
}

/** Payments that are sent until their outcome stands in a block, as many at a time as there are pairs, over one stream. */
function pour(connection: Connection, reader: Identity, people: readonly { userId: string }[]) {
  const fabric = actAs(connection, readIdentity(connection.profile, "org1-partner-api"));
  const stop = new AbortController();
  const blocks: Block[] = [];
  const executed = new Map<string, number>();
  const landed = new Set<string>();
  const sent: string[] = [];
  let isWanted = true;
  const see = (block: Block) => {
    blocks.push(block);
    for (const { payload, txId } of block.transactions) {
      landed.add(txId);
      const { outcomes } = payload ? wireOutcomes.parse(JSON.parse(payload.toString())) : { outcomes: [] };
      for (const { commandId, repeatOf } of outcomes)
        if (!repeatOf) executed.set(commandId, (executed.get(commandId) ?? 0) + 1);
    }
  };
  const reading = (async () => {
    const from = await heightOf(connection, reader);
    while (!stop.signal.aborted) {
      const last = blocks.at(-1);
      const at = { from: last ? last.number + 1 : from, after: last?.hash ?? "", signal: stop.signal };
      try {
        for await (const block of followBlocks({ connection, identity: reader, ...at })) see(block);
      } catch (error) {
        expect(error).toMatchObject({ code: "UNAVAILABLE" });
        await pause(50);
      }
    }
  })();
  const send = async (id: string, worker: number) => {
    const [from, to] = [people[2 * worker]?.userId, people[2 * worker + 1]?.userId];
    const command = { id, command: "tokenomics.transfer", actor: from, input: { to, amount: "1000", remark: null } };
    const argument = JSON.stringify({ version: WIRE_VERSION, commands: [command] });
    while (!executed.has(id)) {
      try {
        const { txId, submit } = await fabric.endorse(functions.execute, argument);
        await submit();
        // In a block it may have lost against another one: then it is sent again.
        await eventually(() => landed.has(txId), "the block", ORDER).catch(() => undefined);
      } catch (error) {
        if (!(error instanceof FabricError)) throw error;
        await pause(50);
      }
    }
  };
  const workers = Array.from({ length: WIDTH }, async (_, worker) => {
    while (isWanted) {
      const id = randomUUID();
      sent.push(id);
      await send(id, worker);
    }
  });
  const more = (count: number) => {
    const before = executed.size;
    return eventually(() => executed.size >= before + count, `${count} more outcomes`);
  };
  const end = async (): Promise<Poured> => {
    isWanted = false;
    await Promise.all(workers);
    stop.abort();
    await reading;
    return { blocks, executed, sent };
  };
  return { more, end };
}
