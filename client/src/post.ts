// One question to the gateway over HTTP, and what its answer means for trying again.
import { GraphError, NoAnswerError, PASSING, type Fault } from "./errors.js";
import { tokenOf, type After, type Options } from "./options.js";
import { Again, link } from "./persist.js";

export interface Question {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly after?: After | undefined;
}

export interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly faults: readonly Fault[];
  /** The smallest block that the answer reflects. */
  readonly block: number | undefined;
}

export type Post = (question: Question, signal: AbortSignal) => Promise<Answer | Again>;

/** A gateway waits 5 s at most for a block; longer than this no answer comes any more. */
const ATTEMPT_MS = 15_000;

export function openPost(options: Options): Post {
  const call = options.fetch ?? globalThis.fetch.bind(globalThis);
  return async (question, signal) => {
    const request = await requestOf(question, options);
    const attempt = link([signal]);
    const timer = setTimeout(() => attempt.abort(new Error("it took too long")), ATTEMPT_MS);
    try {
      const response = await call(options.url, { ...request, signal: attempt.signal });
      return read(response, await response.text());
    } catch (error) {
      signal.throwIfAborted();
      return new Again(new NoAnswerError(`no answer from ${options.url}: ${reasonOf(error)}`));
    } finally {
      clearTimeout(timer);
      attempt.cut();
    }
  };
}

async function requestOf({ document, variables, after }: Question, options: Options) {
  const token = await tokenOf(options);
  return {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(after === undefined ? {} : { "x-gx-after": String(after) }),
    },
    body: JSON.stringify({ query: document, variables }),
  };
}

function read(response: Response, text: string): Answer | Again {
  const body = parsed(text);
  const waitMs = Number(response.headers.get("retry-after") ?? 0) * 1_000 || 0;
  if (!body) {
    const what = `${response.url} answered ${response.status} without an answer of GraphQL`;
    return new Again(new NoAnswerError(what), waitMs);
  }
  const { data = null, errors: faults = [] } = body;
  if (faults.some(({ extensions }) => PASSING.includes(extensions.code))) {
    return new Again(new GraphError(faults, data), waitMs);
  }
  const block = response.headers.get("x-gx-block");
  return { data, faults, block: block === null ? undefined : Number(block) };
}

interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly Fault[];
}

/** Undefined for what is no answer of GraphQL: a page of a proxy, an answer cut off. */
function parsed(text: string): Body | undefined {
  try {
    const body = JSON.parse(text) as Body | null;
    return body?.data || body?.errors?.every(({ extensions }) => extensions) ? (body ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

/** Node hides why a connection failed in the cause. */
function reasonOf(error: unknown): string {
  const told = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return told instanceof Error ? told.message || told.name : String(told);
}
