// What is done about a failure (protocol.md 14, column "action"): a pure function of its class and of what was tried before.
import { backOff } from "./pause.js";
import type { FailureClass } from "./classes.js";

export type Verdict =
  /** Its commands are tried again after a while; others go on. */
  | { act: "again"; afterMs: number }
  /** The signer is refused: nothing of this role can succeed until it is mended. */
  | { act: "stop" }
  /** Each half of the batch in a transaction of its own. */
  | { act: "split" }
  /** One of the attempts that a command has. */
  | { act: "count" }
  | { act: "fail" };

export interface Tried {
  /** Commands in the transaction. */
  commands: number;
  /** Failures of this kind in a row, of any command in it, this one included. */
  times: number;
}

const WAIT_FIRST_MS = 200;
const WAIT_MOST_MS = 2_000;
const CONFLICT_FIRST_MS = 10;
const CONFLICT_MOST_MS = 500;
const ATTEMPT_FIRST_MS = 1_000;
const ATTEMPT_MOST_MS = 30_000;
const CRASHES = 3;

/** Attempts of a command that count; after the last one it is FAILED. */
export const MAX_FAILURES = 5;
/** A command that meets MISMATCH so often in a row has a rule that is not deterministic. */
export const MISMATCH_ALARM = 5;

type Rule = (tried: Tried) => Verdict;

const wait: Rule = ({ times }) => ({ act: "again", afterMs: backOff(times, WAIT_FIRST_MS, WAIT_MOST_MS) });
const atOnce: Rule = ({ times }) => ({ act: "again", afterMs: backOff(times, CONFLICT_FIRST_MS, CONFLICT_MOST_MS) });
const splitOrFail: Rule = ({ commands }) => (commands > 1 ? { act: "split" } : { act: "fail" });
const onceMoreThenSplit: Rule = ({ commands, times }) => {
  if (commands === 1) return { act: "count" };
  return times === 1 ? { act: "again", afterMs: attemptDelay(times) } : { act: "split" };
};

const rules: Record<FailureClass, Rule> = {
  WAIT: wait,
  UNKNOWN_OUTCOME: wait,
  CONFLICT: atOnce,
  MISMATCH: atOnce,
  SIGNER: () => ({ act: "stop" }),
  BATCH_INVALID: splitOrFail,
  TOO_LARGE: splitOrFail,
  INVALID_ARGUMENT: splitOrFail,
  CRASH: (tried) => (tried.times < CRASHES ? { act: "again", afterMs: attemptDelay(tried.times) } : splitOrFail(tried)),
  INTERNAL: onceMoreThenSplit,
  POLICY: onceMoreThenSplit,
};

export const verdictOn = (failure: FailureClass, tried: Tried): Verdict => rules[failure](tried);

/** Milliseconds after failure number `times` of a command before it is tried again. */
export const attemptDelay = (times: number): number => backOff(times, ATTEMPT_FIRST_MS, ATTEMPT_MOST_MS);
