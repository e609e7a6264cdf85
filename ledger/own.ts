// Endorsements that this process made and that are not committed yet: their signatures need not be verified again.
import { createHash } from "node:crypto";

export interface OwnEndorsements {
  add(payload: Uint8Array, signature: Uint8Array): void;
  has(payload: Uint8Array, signature: Uint8Array): boolean;
}

// Enough for all transactions in flight; an older one is verified like a stranger's.
const MOST = 20_000;

export function ownEndorsements(): OwnEndorsements {
  const known = new Set<string>();
  const digest = (payload: Uint8Array, signature: Uint8Array): string =>
    createHash("sha256").update(payload).update(signature).digest("base64");
  return {
    add: (payload, signature) => {
      const [oldest] = known;
      if (known.size >= MOST && oldest !== undefined) known.delete(oldest);
      known.add(digest(payload, signature));
    },
    has: (payload, signature) => known.delete(digest(payload, signature)),
  };
}
