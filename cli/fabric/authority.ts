// What a certificate authority of the reference network reads: its root, its TLS pair, and settings with the registrar's password.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { HOME, ports } from "../../network/cluster.js";
import type { AuthorityPlace, Layout } from "../../network/layout.js";
import { yamlOf } from "../../network/yaml.js";
import type { Section } from "./pods.js";

export const SETTINGS = "fabric-ca-server-config.yaml";

/** Files of its Secret. `layout` is the one whose keys were made. */
export function authorityFiles(layout: Layout, { name, mspId }: AuthorityPlace): Readonly<Record<string, string>> {
  const read = (...path: string[]): string => readFileSync(layout.crypto(...path), "utf8");
  const [certificate = "", key = ""] = read(mspId, "org-ca.pem").split(/(?=-----BEGIN PRIVATE KEY-----)/);
  return {
    "ca.crt": certificate,
    "ca.key": key,
    "tls.crt": read(name, "tls/server.crt"),
    "tls.key": read(name, "tls/server.key"),
    "metrics.crt": read("callers", "metrics.crt"),
    [SETTINGS]: yamlOf(settingsOf(name, randomBytes(24).toString("base64url"))),
  };
}

function settingsOf(name: string, password: string): Section {
  const keys = `${HOME}/crypto/${name}`;
  return {
    port: ports.authority,
    tls: { enabled: true, certfile: `${keys}/tls.crt`, keyfile: `${keys}/tls.key` },
    ca: { name, certfile: `${keys}/ca.crt`, keyfile: `${keys}/ca.key` },
    db: { type: "sqlite3", datasource: "fabric-ca-server.db" },
    registry: {
      maxenrollments: -1,
      identities: [{ name: "registrar", pass: password, type: "client", affiliation: "", attrs: REGISTRAR }],
    },
    signing: { default: { usage: ["digital signature"], expiry: "8760h" } },
    operations: {
      listenAddress: `0.0.0.0:${ports.operations}`,
      tls: {
        enabled: true,
        cert: { file: `${keys}/tls.crt` },
        key: { file: `${keys}/tls.key` },
        clientAuthRequired: false,
        clientRootCAs: { files: [`${keys}/metrics.crt`] },
      },
    },
    metrics: { provider: "prometheus" },
  };
}

/** It registers clients with any attribute, gxc_role among them, and revokes what it issued. */
const REGISTRAR: Section = {
  "hf.Registrar.Roles": "client",
  "hf.Registrar.Attributes": "*",
  "hf.Revoker": true,
  "hf.GenCRL": true,
};
