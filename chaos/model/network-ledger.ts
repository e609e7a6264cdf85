// The model's transactions on a network: endorsed and ordered through its gateway, read back from full blocks, and each compared with
// what the same commands at the same time give in this process. Needs a chain on which nobody has asked for a command yet.
import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { READER, signers, signingRoles, type SigningRole } from "../../catalogue/roles.js";
import { functions, WIRE_VERSION } from "../../catalogue/wire.js";
import { checkBlock, parseBlock, type Block } from "../../platform/block.js";
import { openConnection, type Connection } from "../../platform/connection.js";
import { actAs, EndorseError, type Endorsed, type Fabric } from "../../platform/fabric.js";
import type { Profile } from "../../platform/profile.js";
import { readIdentity, type Identity } from "../../platform/wallet.js";
import { Broken } from "./broken.js";
import { openLedger, wireOf, type Added, type ModelLedger, type Ran, type Sent } from "./ledger.js";
import { writtenIn, type Written } from "./written.js";

interface Delivered {
  readonly block: Block;
  readonly written: ReadonlyMap<string, Written>;
}

/** `bundle`: what runs in this process, where it is not what the last build made for peers. */
export async function openNetworkLedger(profile: Profile, bundle?: string): Promise<ModelLedger> {
  const twin = await openLedger(bundle);
  const connection = openConnection(profile);
  const identity = (name: string) => readIdentity(profile, name);
  const reader = identity(READER);
  const fabrics = Object.fromEntries(
    signingRoles.map((role) => [role, actAs(connection, identity(signers[role].identity))]),
  ) as Record<SigningRole, Fabric>;
  const blocks = delivered(connection, reader);
  /** Blocks up to the one that holds the last of these transactions. */
  const blocksWith = async (ids: readonly string[]): Promise<Delivered[]> => {
    const open = new Set(ids);
    const found: Delivered[] = [];
    while (open.size > 0) {
      const { value, done } = await blocks.next();
      if (done) throw new Error("the stream of blocks ended");
      found.push(value);
      for (const { txId } of value.block.transactions) open.delete(txId);
    }
    return found;
  };
  return {
    state: twin.state,
    conflicts: twin.conflicts,
    clock: () => Math.floor(Date.now() / 1_000),
    block: async (transactions) => {
      const endorsed = await Promise.all(transactions.map((sent) => endorse(fabrics[sent.signer], sent)));
      // One after the other: their order decides which of them meet a conflict.
      for (const { submit } of endorsed) await submit();
      const found = await blocksWith(endorsed.map(({ txId }) => txId));
      const sent = asOrdered(transactions, endorsed, found);
      const expected = (await twin.block(sent)).flatMap(({ ran }) => ran);
      return found.map((one) => compared(one, expected));
    },
    evaluate: (name, argument) => actAs(connection, reader).evaluate(name, argument),
    clear: () => undefined,
    close: async () => {
      await blocks.return(undefined);
      connection.close();
      await twin.close();
    },
  };
}

async function* delivered(connection: Connection, reader: Identity): AsyncGenerator<Delivered, undefined> {
  const { channel, chaincode } = connection.profile;
  const stream = await connection.as(reader).getNetwork(channel).getBlockEvents({ startBlock: 0n });
  let [expected, previous] = [0, ""];
  try {
    for await (const message of stream) {
      const block = parseBlock(message, chaincode);
      checkBlock(block, message, expected, previous);
      yield { block, written: writtenIn(message, chaincode) };
      [expected, previous] = [expected + 1, block.hash];
    }
    return undefined;
  } finally {
    stream.close();
  }
}

const PATIENCE_MS = 20_000;
const AGAIN_MS = 25;

/** Where the other organization's peer is a block behind, the endorsements differ: they are asked for again. */
async function endorse(fabric: Fabric, sent: Sent): Promise<Endorsed> {
  const argument = JSON.stringify({ version: WIRE_VERSION, commands: wireOf(sent) });
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(AGAIN_MS)) {
    try {
      return await fabric.endorse(functions.execute, argument);
    } catch (error) {
      if (!(error instanceof EndorseError)) throw error;
      if (Date.now() > end) throw new Broken("execution", [`${sent.txId}: ${error.text}`]);
    }
  }
}

/** The transactions as they stand in the blocks: with the ids and times of the proposals that were ordered. */
function asOrdered(sent: readonly Sent[], endorsed: readonly Endorsed[], found: readonly Delivered[]): Sent[] {
  const times = new Map(found.flatMap(({ block }) => block.transactions.map(({ txId, timeMs }) => [txId, timeMs])));
  return sent.map((one, index) => {
    const { txId } = endorsed[index] ?? one;
    return { ...one, txId, at: (times.get(txId) ?? 0) / 1_000 };
  });
}

/** @throws Broken where a transaction ended, told, read or wrote otherwise than in this process. */
function compared({ block, written }: Delivered, expected: readonly Ran[]): Added {
  const ran = block.transactions.flatMap(({ txId, valid, payload }) => {
    const one = expected.find(({ sent }) => sent.txId === txId);
    if (!one) return [];
    const { reads, writes, event } = one.simulated;
    const single = new Set(reads.filter((key) => !key.includes("..")));
    same(one, "validity", valid, one.valid);
    if (valid) same(one, "outcomes", payload?.toString("utf8"), event?.payload);
    same(one, "writes", written.get(txId)?.writes, writes);
    same(one, "reads", written.get(txId)?.reads, single);
    return [one];
  });
  return { block, ran };
}

function same({ sent }: Ran, what: string, network: unknown, model: unknown): void {
  if (isDeepStrictEqual(network, model)) return;
  const names = [...new Set(sent.commands.map(({ command }) => command))].join(", ");
  throw new Broken(`network ${what}`, [`${names} in ${sent.txId}: ${told(network)} instead of ${told(model)}`]);
}

function told(value: unknown): string {
  if (value instanceof Map || value instanceof Set) return JSON.stringify([...(value as Iterable<unknown>)]);
  return String(value);
}
