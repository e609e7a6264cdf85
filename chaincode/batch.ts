// Reads the one argument of a contract function; whatever is not a batch fails as a whole (protocol.md 1.5).
import { faultsOf } from "../catalogue/language.js";
import { BATCH_MAX_BYTES, wireBatch, type WireBatch } from "../catalogue/wire.js";
import { Fault, type FaultCode } from "./fault.js";

/** @throws Fault BATCH_INVALID naming what is wrong. */
export function parseBatch(args: readonly string[]): WireBatch {
  const bytes = args.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
  if (bytes > BATCH_MAX_BYTES) {
    throw new Fault("BATCH_INVALID", `the argument has ${bytes} bytes, more than ${BATCH_MAX_BYTES}`);
  }
  return parseArgument("BATCH_INVALID", wireBatch, args);
}

interface Shape<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: Parameters<typeof faultsOf>[0] };
}

/** Parses a function's only argument as JSON of a shape. */
export function parseArgument<T>(code: FaultCode, shape: Shape<T>, args: readonly string[]): T {
  const [text] = args;
  if (text === undefined || args.length > 1) throw new Fault(code, `one argument is needed, not ${args.length}`);
  const parsed = shape.safeParse(jsonOf(code, text));
  if (parsed.success) return parsed.data;
  const [first] = faultsOf(parsed.error);
  throw new Fault(code, `${first?.path ?? ""}: ${first?.message ?? ""}`);
}

function jsonOf(code: FaultCode, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault(code, "the argument is not JSON");
  }
}
