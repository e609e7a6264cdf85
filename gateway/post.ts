// One POST to a subgraph and the whole of its answer. Never puts a stream between: for answers that are read at once it
// costs more than reading them.
import type { Dispatcher } from "undici";
import { codeOf } from "../platform/errors.js";

export interface Posted {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What becomes of a connection that was kept when the other side ends it at the moment in which it is used. */
const ENDED: readonly (string | undefined)[] = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];

/**
 * A request of which nothing was answered goes out once more over another connection: whoever ends closes those that are
 * kept. It may arrive twice, which changes nothing: a read reads again, a command has its idempotency key.
 * @throws Error of the client when there is no whole answer in time, or none at all.
 */
export async function post(...request: Parameters<typeof postOnce>): Promise<Posted> {
  try {
    return await postOnce(...request);
  } catch (error) {
    if (!(error instanceof Unanswered) || !ENDED.includes(codeOf(error.cause))) throw error;
    return postOnce(...request);
  }
}

/** No byte of an answer came. */
class Unanswered extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

function postOnce(
  dispatcher: Dispatcher,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Posted> {
  const { origin, pathname: path } = new URL(url);
  return new Promise((resolve, reject) => {
    let status = 0;
    let received: Posted["headers"] = {};
    const chunks: Buffer[] = [];
    dispatcher.dispatch(
      { origin, path, method: "POST", headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_, statusCode, given) => {
          status = statusCode;
          received = given;
        },
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve({ status, headers: received, text: Buffer.concat(chunks).toString("utf8") }),
        onResponseError: (_, error) => reject(status === 0 ? new Unanswered(error) : error),
      },
    );
  });
}
