// What the loop of a role works with: its parts, its term of leadership, its view of the table.
import type { Logger } from "../../platform/log.js";
import type { Consumer } from "../../platform/queue.js";
import type { Backlog } from "./backlog.js";
import type { BatchLimits } from "./batch.js";
import type { Measures } from "./measures.js";
import type { Order } from "./order.js";
import type { Outcomes } from "./settle.js";
import type { Signer } from "./signer.js";
import type { Store } from "./store.js";

export interface RoleParts {
  role: string;
  limits: BatchLimits & { lingerMs: number };
  store: Store;
  signer: Signer;
  outcomes: Outcomes;
  consumer: Consumer;
  measures: Measures;
  log: Logger;
  /**
   * Milliseconds between two looks into the table, between two probes of a refused signer, and for which commands are held
   * at most for the sake of their order.
   */
  every: { pollMs: number; probeMs: number; holdMs: number };
}

export const usualTimes: RoleParts["every"] = { pollMs: 1_000, probeMs: 10_000, holdMs: 2_000 };

export interface Term {
  /** False: form no batch. */
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
}

/** When the table is looked into: a job came, the time is over, or more is known to be there. */
export interface Look {
  wanted: boolean;
  at: number;
  more: boolean;
  /** Milliseconds to the next look while commands are held for the sake of their order: it grows with every look in vain. */
  heldMs: number;
  /** Ends the pause of an idle role. */
  wake: () => void;
}
