// Who may call the guarded ports of nodes: a root and a client's pair for each such port.
// For networks without a certificate authority of their own: the roots' keys lie beside what they sign.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openLeaf, openRoot, writeSecret } from "../ledger/certificates.js";
import { tlsOf } from "./crypto.js";
import type { Layout, OrdererPlace, PortGuard } from "./layout.js";

const ORGANIZATION = "callers";
const clientOf = (layout: Layout, port: keyof PortGuard): string => layout.crypto(ORGANIZATION, `${port}-client`);

/** Makes once what is missing. A layout without a guard needs none. */
export async function makeCallers(layout: Layout): Promise<void> {
  if (!layout.guard) return;
  for (const [port, roots] of Object.entries(layout.guard) as [keyof PortGuard, string][]) {
    const folder = clientOf(layout, port);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const root = await openRoot(layout.crypto(ORGANIZATION, `${port}-ca.pem`), `${port} CA`, ORGANIZATION);
    const request = { commonName: port, unit: "", mspId: ORGANIZATION, serverTls: true };
    const pair = await openLeaf(layout.crypto(ORGANIZATION, `${port}.pem`), root, request);
    mkdirSync(dirname(roots), { recursive: true, mode: 0o700 });
    writeSecret(roots, root.certificate);
    writeSecret(join(folder, "tls.crt"), pair.certificate);
    writeSecret(join(folder, "tls.key"), pair.key);
  }
}

/** What a caller of an orderer's administration shows and whom it trusts; undefined where that port is plain. */
export function administratorOf(
  layout: Layout,
  orderer: OrdererPlace,
): { ca: Buffer; cert: Buffer; key: Buffer } | undefined {
  if (!layout.guard) return undefined;
  const folder = clientOf(layout, "administration");
  return {
    ca: readFileSync(tlsOf(layout, orderer.name, "ca.crt")),
    cert: readFileSync(join(folder, "tls.crt")),
    key: readFileSync(join(folder, "tls.key")),
  };
}
