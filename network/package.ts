// The chaincode package of an organization: where its chaincode process listens, and the id that follows from it.
// Also the external builder, by which peers take such a package without Docker.
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { tarOf } from "./tar.js";

export interface ChaincodePackage {
  /** The package as a peer installs it. */
  content: Buffer;
  /** label:sha256 of the content, as a peer will name it. */
  id: string;
}

/** The same address, label and TLS roots give the same bytes, and so the same id. */
export function packageOf(label: string, address: string, tlsRoots?: string): ChaincodePackage {
  const tls = tlsRoots === undefined ? { tls_required: false } : { tls_required: true, root_cert: tlsRoots };
  const connection = { address, dial_timeout: "10s", ...tls };
  const code = gzipSync(tarOf({ "connection.json": JSON.stringify(connection) }));
  const metadata = JSON.stringify({ type: "ccaas", label });
  const content = gzipSync(tarOf({ "metadata.json": metadata, "code.tar.gz": code }));
  return { content, id: `${label}:${createHash("sha256").update(content).digest("hex")}` };
}

const scripts = {
  // $1 source, $2 metadata: only packages that name a running chaincode are ours.
  detect: `grep -q '"type" *: *"ccaas"' "$2/metadata.json"`,
  // $1 source, $2 metadata, $3 output.
  build: `cp "$1/connection.json" "$3/connection.json"`,
  // $1 build output, $2 release output: the peer reads the address there.
  release: `mkdir -p "$2/chaincode/server" && cp "$1/connection.json" "$2/chaincode/server/connection.json"`,
};

/** The three executables of the builder, in its folder `bin`. */
export const builderScripts: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(scripts).map(([name, line]) => [name, `#!/bin/sh\nset -e\n${line}\n`]),
);

/** Writes them; returns the builder's folder. */
export function writeBuilder(folder: string): string {
  for (const [name, script] of Object.entries(builderScripts)) {
    const file = join(folder, "bin", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, script);
    chmodSync(file, 0o755);
  }
  return folder;
}
