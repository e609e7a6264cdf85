// Blocks of transactions on the chaincode bundle that peers run, as Fabric makes them: all of a block are simulated against
// the state before it, and those that read what an earlier one wrote are invalid.
import { createHash } from "node:crypto";
import type { RefusalCode } from "../../catalogue/refusals.js";
import type { SigningRole } from "../../catalogue/roles.js";
import {
  functions,
  WIRE_VERSION,
  type WireCommand,
  type WireOutcome,
  type WireOutcomes,
} from "../../catalogue/wire.js";
import type { Block } from "../../platform/blocks.js";
import { Broken } from "./broken.js";
import { commit, startPeer, type Simulated, type TestPeer } from "./peer.js";
import { servedBundle } from "./served.js";
import { newSigners, type Signers } from "./signers.js";

export interface SentCommand extends WireCommand {
  /** The code that it must be refused with, as it was made wrong on purpose. */
  readonly expect?: RefusalCode;
}

export interface Sent {
  readonly signer: SigningRole;
  /** Unix seconds. */
  readonly at: number;
  readonly txId: string;
  readonly commands: readonly SentCommand[];
}

export interface Ran {
  readonly sent: Sent;
  /** False after a conflict: nothing was written. */
  readonly valid: boolean;
  readonly outcomes: readonly WireOutcome[];
  readonly simulated: Simulated;
}

/** A block, and what our transactions in it were. */
export interface Added {
  readonly block: Block;
  readonly ran: readonly Ran[];
}

export interface ModelLedger {
  readonly state: ReadonlyMap<string, string>;
  /** Unix seconds of the next transaction, where that is not the plan's to say. */
  readonly clock?: () => number;
  /**
   * Adds transactions that were all made on the present state, in this order; returns every block since the last call. They come
   * back with the ids and times that they got. @throws Broken when one fails as a whole.
   */
  block(transactions: readonly Sent[]): Promise<readonly Added[]>;
  /** Evaluates a function of the contract as the reader. */
  evaluate(name: string, argument: string): Promise<Buffer>;
  /** Transactions that met a conflict so far. */
  conflicts(): number;
  /** Begins an empty chain. */
  clear(): void;
  close(): Promise<void>;
}

const MVCC_READ_CONFLICT = 11;
const ENDORSER_TRANSACTION = 3;

/** `bundle`: another file than what the last build made for peers. */
export async function openLedger(bundle?: string): Promise<ModelLedger> {
  const signers = await newSigners();
  const peer = await startPeer(servedBundle(bundle));
  let last: Pick<Block, "number" | "hash"> = { number: -1, hash: "" };
  let conflicts = 0;
  return {
    state: peer.state,
    conflicts: () => conflicts,
    block: async (transactions) => {
      const ran: Ran[] = [];
      for (const sent of transactions) ran.push(await simulated(peer, signers, sent));
      const judged = validated(peer, ran);
      const block = blockOf(last, judged);
      last = block;
      conflicts += judged.filter(({ valid }) => !valid).length;
      return [{ block, ran: judged }];
    },
    evaluate: async (name, argument) => {
      const result = await peer.simulate({ name, args: [argument], signer: signers.reader, at: 1 });
      if (result.status !== 200) throw new Broken("queries", [result.message]);
      return Buffer.from(result.payload);
    },
    clear: () => {
      peer.state.clear();
      last = { number: -1, hash: "" };
    },
    close: () => peer.close(),
  };
}

/** The commands alone, without what is known of them. */
export const wireOf = ({ commands }: Sent): WireCommand[] =>
  commands.map(({ id, command, actor, input }) => ({ id, command, actor, input }));

async function simulated(peer: TestPeer, signers: Signers, sent: Sent): Promise<Ran> {
  const { signer, at, txId } = sent;
  const args = [JSON.stringify({ version: WIRE_VERSION, commands: wireOf(sent) })];
  const call = { args, signer: signers[signer], at, txId };
  const result = await peer.simulate({ ...call, name: functions.execute });
  if (result.status !== 200 || !result.event) throw new Broken("execution", [`${txId}: ${result.message}`]);
  const { outcomes } = JSON.parse(result.event.payload) as WireOutcomes;
  if (isPreviewed(txId)) {
    const preview = await peer.simulate({ ...call, name: functions.preview });
    if (preview.payload !== result.event.payload) throw new Broken("preview", [`${txId} was previewed otherwise`]);
    if (preview.writes.size > 0) throw new Broken("preview", [`the preview of ${txId} wrote something`]);
  }
  return { sent, valid: true, outcomes, simulated: result };
}

/** One of sixteen. */
const isPreviewed = (txId: string) => txId.endsWith("0");

/** As a peer validates: in order, against what the valid ones before wrote. */
function validated(peer: TestPeer, ran: readonly Ran[]): Ran[] {
  const written = new Set<string>();
  return ran.map((one) => {
    const { reads, writes } = one.simulated;
    if (reads.some((read) => isTouched(read, written))) return { ...one, valid: false };
    commit(peer.state as Map<string, string>, writes);
    for (const key of writes.keys()) written.add(key);
    return one;
  });
}

function isTouched(read: string, written: ReadonlySet<string>): boolean {
  const [from = "", to] = read.split("..");
  if (to === undefined) return written.has(read);
  return [...written].some((key) => key >= from && key < to);
}

function blockOf(last: Pick<Block, "number" | "hash">, ran: readonly Ran[]): Block {
  const number = last.number + 1;
  const hash = createHash("sha256").update(`${last.hash} ${number}`).digest("hex");
  const transactions = ran.map(({ sent, valid, simulated: { event } }, index) => ({
    ...{ index, txId: sent.txId, type: ENDORSER_TRANSACTION, valid, timeMs: sent.at * 1_000 },
    code: valid ? 0 : MVCC_READ_CONFLICT,
    ...(valid ? { payload: Buffer.from(event?.payload ?? "") } : {}),
  }));
  const timeMs = transactions.findLast(({ valid }) => valid)?.timeMs;
  return { ...{ number, previousHash: last.hash, dataHash: hash, hash, bytes: 1_000, timeMs }, transactions };
}
