// What the loop of a role works with: its parts, its term of leadership, its view of the table.
import type { Logger } from "../../platform/log.js";
import type { Consumer, Producer } from "../../platform/queue.js";
import type { Channel } from "../channel.js";
import type { Backlog } from "./backlog.js";
import type { BatchLimits } from "./batch.js";
import type { Breaker } from "./breaker.js";
import type { Measures } from "./measures.js";
import type { Order } from "./order.js";
import type { Bell } from "./pause.js";
import type { Outcomes } from "./settle.js";
import type { Signer } from "./signer.js";
import type { Store } from "./store.js";

export interface Limits extends BatchLimits {
  lingerMs: number;
  /** Transactions at a time. */
  inflight: number;
}

export interface RoleParts {
  role: string;
  limits: Limits;
  store: Store;
  signer: Signer;
  outcomes: Outcomes;
  consumer: Consumer;
  producer: Producer;
  /** What the chaincode on the channel can execute. */
  channel: Channel;
  measures: Measures;
  log: Logger;
  every: Times;
}

/** Milliseconds. */
export interface Times {
  /** Between two looks into the table. */
  pollMs: number;
  /** Between two probes of a refused signer. */
  probeMs: number;
  /** For which commands are held at most for the sake of their order. */
  holdMs: number;
  /** Between two sweeps. */
  sweepMs: number;
  /** After which a submission that no block held comes no more. */
  doubtMs: number;
}

export const usualTimes: Times = { pollMs: 1_000, probeMs: 10_000, holdMs: 2_000, sweepMs: 1_000, doubtMs: 60_000 };

export interface Term {
  /** False: form no batch, send nothing. */
  held(): boolean;
  /** Leadership is over: leave everything as it is. */
  ended: AbortSignal;
  /** The process drains: finish what is in flight. */
  stopping: AbortSignal;
}

export const isWorking = ({ held, ended, stopping }: Term): boolean => held() && !ended.aborted && !stopping.aborted;

export interface Work extends RoleParts {
  term: Term;
  backlog: Backlog;
  order: Order;
  look: Look;
  breaker: Breaker;
  flights: Flights;
  /** Ends the pause of an idle role. */
  bell: Bell;
}

/** When the table is looked into: a job came, the time is over, or more is known to be there. */
export interface Look {
  wanted: boolean;
  at: number;
  /** There are rows beyond those that are known. */
  more: boolean;
  /** Commands that jobs ask for and that lie there; asked for again with the next poll only. */
  beyond: Set<string>;
  /** The state in which nothing could travel, and until when it says so: thousands wait for one lane. */
  barren: { version: number; settled: number; channel: number; nextAt: number | undefined };
  /** Milliseconds to the next look while commands are held for the sake of their order: it grows with every look in vain. */
  heldMs: number;
}

export interface Flights {
  /** Transactions that have not settled. */
  readonly under: Set<Promise<void>>;
  /** Set while the signer is refused; resolves when it is accepted again or the term is over. */
  halt: Promise<void> | undefined;
  /** Why the term cannot go on; thrown by the loop. */
  broken: { error: unknown } | undefined;
}
