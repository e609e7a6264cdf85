// Contracts behind the shim's own handler in this process: only the wire is missing. Also those of the very bundle that peers run.
import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../../platform/config.js";
import type { Connected } from "./peer.js";
import { serveContracts, type Contracts, type Wire } from "./shim.js";

const PACKAGE_ID = "gx:model";

export function served(contracts: Contracts): Connected {
  const [ours, theirs] = pair();
  // The first word is the chaincode's, and the peer must be there to hear it.
  setImmediate(() => serveContracts(contracts, theirs, PACKAGE_ID));
  return { wire: ours, close: async () => undefined };
}

/** What the last build made for peers, or another bundle made like it. */
export function servedBundle(file = join(root, "dist", "peer", "index.cjs")): Connected {
  const { contracts } = createRequire(import.meta.url)(file) as { contracts: Contracts };
  return served(contracts);
}

function pair(): [Wire, Wire] {
  const [a, b] = [new EventEmitter(), new EventEmitter()];
  const end = (own: EventEmitter, other: EventEmitter): Wire => ({
    write: (message) => setImmediate(() => other.emit("data", message)),
    on: (name: string, hear: (...heard: never[]) => void) => own.on(name, hear as (...heard: unknown[]) => void),
    end: () => undefined,
  });
  return [end(a, b), end(b, a)];
}
