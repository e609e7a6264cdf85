// The errors of the ledger: what a client gets as gRPC status, and what stops a start.
import { GxError } from "../platform/errors.js";

/** gRPC status codes as they travel. */
export const Code = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  PERMISSION_DENIED: 7,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;

/** A refusal for the client. `details` are texts of the endorsing peer (gateway.ErrorDetail). */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly details: readonly string[];

  constructor(code: number, message: string, details: readonly string[] = []) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** The ledger cannot start or go on; the message says what to do. */
export const ledgerFault = (message: string, cause?: unknown): GxError => new GxError("LEDGER", message, { cause });
