// The first so many answers of a stream, which is closed then.
import type { ChaincodeEvent, ChaincodeEventsOptions, CloseableAsyncIterable } from "@hyperledger/fabric-gateway";
import type { Connection } from "../client.js";

/** `seen` is told of each before the next one is asked for. */
export async function take<T>(
  opening: Promise<CloseableAsyncIterable<T>>,
  count: number,
  seen: (one: T) => Promise<void> | void = () => undefined,
): Promise<T[]> {
  const stream = await opening;
  try {
    const taken: T[] = [];
    for await (const one of stream) {
      taken.push(one);
      await seen(one);
      if (taken.length === count) break;
    }
    return taken;
  } finally {
    stream.close();
  }
}

export const readEvents = (
  { network, chaincode }: Connection,
  options: ChaincodeEventsOptions,
  count: number,
): Promise<ChaincodeEvent[]> => take(network.getChaincodeEvents(chaincode, options), count);
