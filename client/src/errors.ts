// What can go wrong on the way: the gateway said no, or nobody said anything.
import type { ErrorCode } from "./graph.js";

/** One error of an answer, as the gateway gives it. */
export interface Fault {
  /** A sentence that may be shown to the caller. */
  readonly message: string;
  /** The field of the answer that is null for it. */
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: AnyCode;
    /** Names this request in the logs of the system. */
    readonly requestId?: string;
    /** For INVALID_INPUT: every field that breaks a rule. */
    readonly fields?: readonly FieldFault[];
  };
}

/** A field of an input, by its dotted path, and the rule that it breaks. */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

/** A code that this version knows, or one that a later gateway has added. */
export type AnyCode = ErrorCode | (string & {});

/** The same question may be answered a moment later. */
export const PASSING: readonly string[] = ["RATE_LIMITED", "BEHIND", "UNAVAILABLE"];

/** The gateway answered, and with an error: of a query or a subscription, at once and for good. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  /** Code of the first error. */
  readonly code: AnyCode;
  /** All of them. */
  readonly faults: readonly Fault[];
  /** What could be answered all the same; null when nothing could. */
  readonly data: unknown;

  constructor(faults: readonly Fault[], data: unknown = null) {
    super(faults.map(({ message, extensions }) => `${extensions.code}: ${message}`).join("; "));
    this.code = faults[0]?.extensions.code ?? "INTERNAL";
    this.faults = faults;
    this.data = data;
  }
}

/**
 * Nobody answered within the client's patience. Of a command nobody knows then whether it was accepted: sending it again
 * with the same `key` is safe, and the only way to be sure.
 */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly code = "NO_ANSWER";
  /** The idempotency key of the command, when it was one. */
  readonly key: string | undefined;

  constructor(reason: string, key?: string) {
    super(reason);
    this.key = key;
  }
}

/** The client was closed while this was under way. */
export class ClosedError extends Error {
  override readonly name = "ClosedError";
  readonly code = "CLOSED";

  constructor() {
    super("the client is closed");
  }
}
