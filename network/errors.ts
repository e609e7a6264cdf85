// What stops a network: one code, and a text that says what to do.
import { GxError } from "../platform/errors.js";

/** The network cannot start or go on. */
export const networkFault = (message: string, cause?: unknown): GxError => new GxError("NETWORK", message, { cause });
