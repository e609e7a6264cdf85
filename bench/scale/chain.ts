// Blocks as a peer delivers them, made of outcomes that nobody executed, and the requests that led to them.
// Holds one block at a time: a chain of any length costs the same memory.
import { createHash } from "node:crypto";
import type { Happened } from "../../catalogue/language.js";
import type { RefusalCode } from "../../catalogue/refusals.js";
import { WIRE_VERSION, type WireOutcome } from "../../catalogue/wire.js";
import type { Block, BlockTransaction } from "../../platform/blocks.js";

/** A command as the command log holds it. */
export interface Request {
  readonly id: string;
  /** `<domain>.<command>`. */
  readonly name: string;
  readonly actor: string;
  /** Unix seconds. */
  readonly at: number;
}

export interface Made {
  readonly block: Block;
  /** In the order of acceptance. */
  readonly requests: readonly Request[];
}

export interface Chain {
  /** Time of the commands that come next, Unix seconds. */
  at: number;
  /** Id of the command that comes next, which is the id of what it creates. */
  nextId(): string;
  /** Transaction and key of the credits of the command that comes next. */
  nextTx(): { readonly txId: string; readonly deltaKey: string };
  commit(command: string, actor: string, events: readonly Happened[]): void;
  refuse(command: string, actor: string, code: RefusalCode): void;
  /** The block, when it is full; what there is of it, when `rest` says so. */
  take(rest?: "rest"): Made | undefined;
}

/** As a busy system fills them: commands of a batch, transactions of a block. */
const COMMANDS = 25;
const TRANSACTIONS = 4;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const digits = (value: number, width: number) => value.toString(16).padStart(width, "0").slice(-width);

export function newChain(start: number): Chain {
  let block = { number: 0, previousHash: "" };
  let transactions: BlockTransaction[] = [];
  let outcomes: WireOutcome[] = [];
  let requests: Request[] = [];
  let commands = 0;
  let txId = sha256("0/0");
  /** A uuid of version 7: the time in front, a number behind. */
  const nextId = () => {
    const time = digits(chain.at * 1_000, 12);
    const count = digits(commands, 12);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${sha256(count).slice(0, 3)}-8${count.slice(0, 3)}-${count.slice(3)}${digits(commands * 7, 3)}`;
  };
  const endTransaction = () => {
    if (outcomes.length === 0) return;
    const payload = Buffer.from(JSON.stringify({ version: WIRE_VERSION, outcomes }));
    const index = transactions.length;
    transactions.push({ index, txId, type: 3, code: 0, valid: true, timeMs: chain.at * 1_000, payload });
    outcomes = [];
    txId = sha256(`${block.number}/${index + 1}`);
  };
  const ended = (command: string, actor: string, outcome: Pick<WireOutcome, "status" | "events" | "code">) => {
    const id = nextId();
    outcomes.push({ commandId: id, command, ...outcome });
    requests.push({ id, name: command, actor, at: chain.at });
    commands += 1;
    if (outcomes.length === COMMANDS) endTransaction();
  };
  const chain: Chain = {
    at: start,
    nextId,
    nextTx: () => ({ txId, deltaKey: `${txId}~${outcomes.length}` }),
    commit: (command, actor, events) =>
      ended(command, actor, { status: "committed", events: events.map((event) => ({ ...event, at: chain.at })) }),
    refuse: (command, actor, code) => ended(command, actor, { status: "refused", code, events: [] }),
    take: (rest) => {
      if (rest) endTransaction();
      if (transactions.length < (rest ? 1 : TRANSACTIONS)) return undefined;
      const { number, previousHash } = block;
      const hash = sha256(`block ${number}`);
      const bytes = transactions.reduce((sum, { payload }) => sum + (payload?.length ?? 0), 0);
      const common = { number, previousHash, dataHash: sha256(hash), hash, bytes };
      const made = { block: { ...common, timeMs: chain.at * 1_000, transactions }, requests };
      block = { number: number + 1, previousHash: hash };
      txId = sha256(`${block.number}/0`);
      transactions = [];
      requests = [];
      return made;
    },
  };
  return chain;
}
