// The one base of the errors that we expect. What is not a GxError is a defect: masked to the client, logged once.
// Never put a secret, a path or an address into the message of a public error.

export type Retry = "never" | "later";

export interface GxErrorOptions {
  /** "later" = the same call may succeed when repeated unchanged. Default "never". */
  retry?: Retry;
  /** true = code and message may be shown to a client. Default false. */
  public?: boolean;
  /** What an operator can do about it, where the message does not say so. Never shown to a client. */
  advice?: string | undefined;
  cause?: unknown;
}

/** An expected failure. `code` is one of protocol.md section 14, or the adapter's own for internal failures. */
export class GxError extends Error {
  override readonly name: string = "GxError";
  readonly code: string;
  readonly retry: Retry;
  readonly public: boolean;
  readonly advice: string | undefined;

  constructor(code: string, message: string, options: GxErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retry = options.retry ?? "never";
    this.public = options.public ?? false;
    this.advice = options.advice;
  }
}

/** The text of whatever was thrown, on one line and without passwords of connection strings. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || codeOf(thrown) || thrown.name : String(thrown);
  return withoutPasswords(text).replace(/\s*\n\s*/g, "; ");
}

/** The text, and behind it what an operator can do about it. */
export function advised(thrown: unknown): string {
  const advice = thrown instanceof GxError ? thrown.advice : undefined;
  return advice === undefined ? messageOf(thrown) : `${messageOf(thrown)} → ${advice}`;
}

/** The `code` of an outside error (Node, PostgreSQL, gRPC …), if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" || typeof thrown.code === "number" ? String(thrown.code) : undefined;
}

/** `scheme://user:secret@host` becomes `scheme://user:[redacted]@host`, anywhere in a text. */
export function withoutPasswords(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):[^\s@]*@/gi, "$1:[redacted]@");
}
