// What fails a whole transaction: nothing is written, and the peer passes on the message alone (protocol.md 1.5, 14).
// A command's "no" is never one of these: that is a refusal, which is written.

export type FaultCode = "BATCH_INVALID" | "SIGNER_NOT_ALLOWED" | "QUERY_INVALID" | "INTERNAL";

/** Its message begins with the code, by which a client knows the class. */
export class Fault extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}

/** Runs a contract function; an error that nobody foresaw becomes INTERNAL. */
export async function faulting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("INTERNAL", error instanceof Error ? error.message : String(error), { cause: error });
  }
}
