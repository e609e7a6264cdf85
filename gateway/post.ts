// One POST to a subgraph and the whole of its answer. Never puts a stream between: for answers that are read at once it
// costs more than reading them.
import type { Dispatcher } from "undici";

export interface Posted {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** @throws Error of the client when there is no whole answer in time, or none at all. */
export function post(
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
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}
