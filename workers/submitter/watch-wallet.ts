// Newer files of the wallet come into use without a restart: looked for each second.
// Never watches the file system's events: volumes that swap a link, network file systems and editors each tell others.
import type { Connection } from "../../platform/connection.js";
import { earliestEndOf } from "../../platform/tls-roots.js";
import type { Measures } from "./measures.js";
import type { Signer } from "./signer.js";

interface Watching {
  served: readonly { role: string; signer: Signer }[];
  connection: Connection;
  measures: Measures;
}

const EVERY_MS = 1_000;

/** Returns what ends it. */
export function watchWallet({ served, connection, measures }: Watching): () => void {
  const look = () => {
    const end = Math.floor(earliestEndOf(connection.tlsRoots).getTime() / 1_000);
    for (const { role, signer } of served) {
      void signer.look();
      measures.identity.notAfter.set({ role, kind: "tls_root" }, end);
    }
  };
  look();
  const looking = setInterval(look, EVERY_MS);
  return () => clearInterval(looking);
}
