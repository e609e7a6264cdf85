// Blocks made by hand and projected by the real host: how suites get rows into schema `read` without writing any.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Pool } from "pg";
import type { Happened } from "../../catalogue/language.js";
import type { WireOutcome } from "../../catalogue/wire.js";
import type { Block, BlockTransaction } from "../../platform/blocks.js";
import { project, type Projected } from "../../workers/projector/project.js";

/** An event as a rule returns it; `at` is added unless it is there. */
export type Event = Happened & { readonly at?: number };
type Given = Partial<Omit<WireOutcome, "events">> & { readonly events?: readonly unknown[] };
/** The outcomes of one transaction, a raw payload, or a whole transaction. */
export type GivenTransaction = readonly Given[] | Buffer | Partial<BlockTransaction>;

/** 2027-01-15T08:00:00Z, the time of every transaction unless told otherwise; Unix seconds. */
export const NOW = 1_800_000_000;

const sha = (text: string) => createHash("sha256").update(text).digest("hex");

export interface Written {
  readonly block: Block;
  readonly projected: Projected;
}

export interface History {
  /** All that was made, from block 0 on. */
  readonly blocks: readonly Block[];
  /** A block of these transactions, projected. */
  block(...transactions: readonly GivenTransaction[]): Promise<Written>;
  /** A block that is only made; it follows the last one of this history. */
  make(...transactions: readonly GivenTransaction[]): Block;
  /** One committed command in a block of its own; returns its id. */
  happened(events: readonly Event[], of?: Given): Promise<string>;
  /** One refused command in a block of its own; returns its id. */
  refused(code: string, of?: Given): Promise<string>;
}

export const outcome = (given: Given): WireOutcome => ({
  commandId: randomUUID(),
  command: "tokenomics.transfer",
  status: "committed",
  ...given,
  events: (given.events ?? []).map((event) => withTime(event) as Record<string, unknown>),
});

const withTime = (event: unknown) => (typeof event === "object" && event !== null ? { at: NOW, ...event } : event);

function transactionOf(given: GivenTransaction, index: number): BlockTransaction {
  const txId = randomBytes(32).toString("hex");
  const plain = { index, txId, type: 3, code: 0, valid: true, timeMs: NOW * 1_000 };
  if (Buffer.isBuffer(given)) return { ...plain, payload: given };
  if (!Array.isArray(given)) return { ...plain, ...(given as Partial<BlockTransaction>) };
  const outcomes = given.map(outcome);
  return { ...plain, payload: Buffer.from(JSON.stringify({ version: 1, outcomes })) };
}

/** A chain from block 0 on for an empty database; `told` gets what was committed. */
export function historyOf(pool: Pool, told: (projected: Projected) => void = () => undefined): History {
  const blocks: Block[] = [];
  const make: History["make"] = (...given) => {
    const transactions = given.map(transactionOf);
    const number = blocks.length;
    const previousHash = blocks.at(-1)?.hash ?? "";
    const hash = sha(randomUUID());
    const block: Block = {
      ...{ number, previousHash, dataHash: sha(hash), hash, bytes: 1_000, transactions },
      timeMs: transactions.findLast(({ valid }) => valid)?.timeMs,
    };
    blocks.push(block);
    return block;
  };
  const block: History["block"] = async (...given) => {
    const made = make(...given);
    const projected = await project(pool, [made]);
    told(projected);
    return { block: made, projected };
  };
  const alone = async (given: Given) => {
    const only = outcome(given);
    await block([only]);
    return only.commandId;
  };
  return {
    blocks,
    make,
    block,
    happened: (events, of) => alone({ ...of, events }),
    refused: (code, of) => alone({ ...of, status: "refused", code, message: "Refused." }),
  };
}
