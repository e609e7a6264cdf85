// Errors of the gateway calls as ours: one class per stage, because the stage decides what may have been written.
// Never judges what to do: that is the caller's (protocol.md 14).
import { GatewayError } from "@hyperledger/fabric-gateway";
import { codeOf, GxError, messageOf } from "./errors.js";
import { adviceOn } from "./fabric-advice.js";

export type Stage = "evaluate" | "endorse" | "submit";

export interface FabricFailure {
  /** gRPC status code; 2 = UNKNOWN where there is none. */
  status: number;
  /** "" where none was made. */
  txId: string;
  /** Messages of the peers and orderers concerned; may be empty. */
  details: readonly string[];
  message: string;
  cause: unknown;
}

/** A call to the peer's gateway failed. */
export class FabricError extends GxError {
  override readonly name: string = "FabricError";
  readonly stage: Stage;
  readonly status: number;
  readonly txId: string;
  readonly details: readonly string[];

  constructor(stage: Stage, { status, txId, details, message, cause }: FabricFailure) {
    const advice = adviceOn([message, ...details].join("; "));
    super(`FABRIC_${stage.toUpperCase()}`, message, { retry: "later", advice, cause });
    this.stage = stage;
    this.status = status;
    this.txId = txId;
    this.details = details;
  }

  /** Message and details: the reason often stands in the details alone. */
  get text(): string {
    return [this.message, ...this.details].join("; ");
  }
}

/** Nothing was ordered. */
export class EvaluateError extends FabricError {
  override readonly name = "EvaluateError";
  constructor(failure: FabricFailure) {
    super("evaluate", failure);
  }
}

/** Nothing was ordered. */
export class EndorseError extends FabricError {
  override readonly name = "EndorseError";
  constructor(failure: FabricFailure) {
    super("endorse", failure);
  }
}

/** Whether an orderer took the transaction is unknown, except after ABORTED. */
export class SubmitError extends FabricError {
  override readonly name = "SubmitError";
  constructor(failure: FabricFailure) {
    super("submit", failure);
  }
}

const classes = { evaluate: EvaluateError, endorse: EndorseError, submit: SubmitError } as const;

/** The stage's error for what a call of the SDK threw; what did not come from the wire is returned as it is. */
export function fabricError(stage: Stage, txId: string, thrown: unknown): unknown {
  const status = Number(codeOf(thrown));
  if (!(thrown instanceof Error) || !Number.isInteger(status)) return thrown;
  const details = thrown instanceof GatewayError ? thrown.details.map(({ message }) => message) : [];
  return new classes[stage]({ status, txId, details, message: messageOf(thrown), cause: thrown });
}
