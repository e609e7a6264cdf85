// The history of a key, read from the blocks themselves, newest first: as slow as the chain is long.
import { bufferOf, bytesField, numberField } from "./wire.js";
import { decodeBlock, flagsOf } from "./block.js";
import type { Blocks } from "./chain.js";
import { openEnvelope, setsOf } from "./envelope.js";

// As a peer's limit of one query.
const MOST = 100_000;

/** ledger.queryresult.KeyModification bytes of every valid write of `key` in the first `height` blocks. */
export async function historyOf(
  chain: Blocks,
  height: number,
  written: { namespace: string; key: string },
): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (let number = height - 1; number > 0 && found.length < MOST; number -= 1) {
    const block = decodeBlock(await chain.block(number));
    const codes = flagsOf(block);
    const valid = block.data.filter((_, tx) => codes[tx] === 0);
    found.push(...valid.flatMap((envelope) => modifications(envelope, written)).reverse());
  }
  return found.slice(0, MOST);
}

function modifications(envelope: Buffer, { namespace, key }: { namespace: string; key: string }): Buffer[] {
  const { txId, sets } = setsOf(envelope);
  return sets
    .filter((set) => set.namespace === namespace)
    .flatMap(({ writes }) => writes.filter((write) => write.key === key))
    .map(({ value }) =>
      Buffer.concat([
        bytesField(1, txId),
        ...(value ? [bytesField(2, value)] : []),
        bytesField(3, timeOf(envelope)),
        numberField(4, value ? 0 : 1),
      ]),
    );
}

/** google.protobuf.Timestamp bytes: the time that the client wrote into its proposal. */
function timeOf(envelope: Buffer): Buffer {
  const opened = openEnvelope(envelope);
  const time = typeof opened === "number" ? undefined : opened.channelHeader.getTimestamp();
  return time ? bufferOf(time.serializeBinary()) : Buffer.alloc(0);
}
