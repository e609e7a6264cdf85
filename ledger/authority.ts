// Development certificate authority: organisation root, TLS root, the node's identities and application identities.
// For development networks only: the CA keys lie beside the certificates they sign.
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { attributesOf } from "../platform/wallet.js";
import { isGood, issue, openLeaf, openRoot, writeSecret, type LeafRequest, type Pair } from "./certificates.js";

export interface Authority {
  mspId: string;
  org: Pair;
  tls: Pair;
  peer: Pair;
  orderer: Pair;
  peerTls: Pair;
}

export interface WalletIdentity {
  /** Name of the files, e.g. "org1-admin". */
  name: string;
  /** Certificate attributes, e.g. a role; chaincode reads them. */
  attrs: Record<string, string>;
}

/** Opens, or creates once, the authority under `home/crypto`. Missing or soon expiring leaf certificates are issued. */
export async function openAuthority(home: string, mspId: string): Promise<Authority> {
  const folder = join(home, "crypto");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const org = await openRoot(join(folder, "org-ca.pem"), `${mspId} CA`, mspId);
  const tls = await openRoot(join(folder, "tls-ca.pem"), `${mspId} TLS CA`, mspId);
  const leaf = (file: string, ca: Pair, request: LeafRequest): Promise<Pair> =>
    openLeaf(join(folder, file), ca, request);
  return {
    mspId,
    org,
    tls,
    peer: await leaf("peer.pem", org, { commonName: "peer0", unit: "peer", mspId }),
    orderer: await leaf("orderer.pem", org, { commonName: "orderer0", unit: "orderer", mspId }),
    peerTls: await leaf("peer-tls.pem", tls, { commonName: "peer0", unit: "peer", mspId, serverTls: true }),
  };
}

/**
 * Writes `ca-cert` and `<name>-cert`, `<name>-key` for each identity into `walletDir`, mode 0600.
 * Valid files of the same authority with the same attributes are kept.
 */
export async function issueWallet(
  authority: Pick<Authority, "mspId" | "org" | "tls">,
  walletDir: string,
  identities: readonly WalletIdentity[],
): Promise<void> {
  mkdirSync(walletDir, { recursive: true, mode: 0o700 });
  writeSecret(join(walletDir, "ca-cert"), authority.tls.certificate);
  for (const { name, attrs } of identities) {
    const certFile = join(walletDir, `${name}-cert`);
    const keyFile = join(walletDir, `${name}-key`);
    const known = existsSync(certFile) && existsSync(keyFile);
    const old = known ? { certificate: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") } : undefined;
    if (old && isGood(old, authority.org) && sameAttributes(old.certificate, attrs)) continue;
    const pair = await issue(authority.org, { commonName: name, unit: "client", mspId: authority.mspId, attrs });
    writeSecret(keyFile, pair.key);
    writeSecret(certFile, pair.certificate);
  }
}

function sameAttributes(certificate: string, attrs: Record<string, string>): boolean {
  const has = attributesOf(new X509Certificate(certificate).raw);
  const names = Object.keys(attrs);
  return names.length === Object.keys(has).length && names.every((name) => has[name] === attrs[name]);
}
