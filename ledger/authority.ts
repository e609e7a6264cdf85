// Development certificate authority: organisation root, TLS root, the node's identities and application identities.
// For development networks only: the CA keys lie beside the certificates they sign.
import "reflect-metadata";
import { createPrivateKey, webcrypto, X509Certificate, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate as PeculiarCertificate,
  X509CertificateGenerator,
  cryptoProvider,
} from "@peculiar/x509";
import { attributesOf } from "../platform/wallet.js";
import { ledgerFault } from "./errors.js";

cryptoProvider.set(webcrypto);

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const ATTRIBUTES_OID = "1.2.3.4.5.6.7.8.1";
const DAY = 86_400_000;
const RENEW_BEFORE = 30 * DAY;

/** A certificate with its key, both PEM (key PKCS#8). */
export interface Pair {
  certificate: string;
  key: string;
}

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
  const org = await root(join(folder, "org-ca.pem"), `${mspId} CA`, mspId);
  const tls = await root(join(folder, "tls-ca.pem"), `${mspId} TLS CA`, mspId);
  const leaf = (file: string, ca: Pair, request: LeafRequest): Promise<Pair> => node(join(folder, file), ca, request);
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
  authority: Authority,
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

export const privateKey = (pair: Pair): KeyObject => createPrivateKey(pair.key);

export interface LeafRequest {
  commonName: string;
  /** Node OU: client, admin, peer or orderer; "" = none. */
  unit: string;
  mspId: string;
  attrs?: Record<string, string>;
  serverTls?: boolean;
  /** Lifetime in days; default 1 year. */
  days?: number;
}

async function root(file: string, commonName: string, organization: string): Promise<Pair> {
  if (existsSync(file)) return readPair(file);
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: [commonName] }, { O: [organization] }],
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 3650 * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pair = { certificate: `${certificate.toString("pem")}\n`, key: await pemKey(keys.privateKey) };
  writeSecret(file, pair.certificate + pair.key);
  return pair;
}

async function node(file: string, ca: Pair, request: LeafRequest): Promise<Pair> {
  if (existsSync(file)) {
    const old = readPair(file);
    if (isGood(old, ca)) return old;
  }
  const pair = await issue(ca, request);
  writeSecret(file, pair.certificate + pair.key);
  return pair;
}

/** Issues a certificate signed by `ca` on a new P-256 key. */
export async function issue(ca: Pair, request: LeafRequest): Promise<Pair> {
  const issuer = new PeculiarCertificate(ca.certificate);
  const keys = await newKeys();
  const { commonName, unit, mspId } = request;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [commonName] }, ...(unit === "" ? [] : [{ OU: [unit] }]), { O: [mspId] }],
    issuer: issuer.subject,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + (request.days ?? 365) * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await signingKey(ca),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...special(request),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await pemKey(keys.privateKey) };
}

function special({ attrs, serverTls }: LeafRequest): Extension[] {
  const extensions: Extension[] = [];
  if (attrs) extensions.push(new Extension(ATTRIBUTES_OID, false, Buffer.from(JSON.stringify({ attrs }))));
  if (serverTls) {
    const names = [
      { type: "dns", value: "localhost" },
      { type: "ip", value: "127.0.0.1" },
    ] as const;
    extensions.push(new SubjectAlternativeNameExtension([...names]));
    extensions.push(new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]));
  }
  return extensions;
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

function signingKey(ca: Pair): Promise<webcrypto.CryptoKey> {
  const der = PemConverter.decodeFirst(ca.key);
  return webcrypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
}

async function pemKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  return `${PemConverter.encode(der, PemConverter.PrivateKeyTag)}\n`;
}

// 16 random bytes, top bit clear: a positive INTEGER in DER.
function serial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString("hex");
}

function isGood(pair: Pair, ca: Pair): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate);
    const issuer = new X509Certificate(ca.certificate);
    const lasts = new Date(certificate.validTo).getTime() - Date.now() > RENEW_BEFORE;
    return lasts && certificate.verify(issuer.publicKey) && certificate.checkPrivateKey(createPrivateKey(pair.key));
  } catch {
    return false;
  }
}

function sameAttributes(certificate: string, attrs: Record<string, string>): boolean {
  const has = attributesOf(new X509Certificate(certificate).raw);
  const names = Object.keys(attrs);
  return names.length === Object.keys(has).length && names.every((name) => has[name] === attrs[name]);
}

function readPair(file: string): Pair {
  const pem = readFileSync(file, "utf8");
  const at = pem.indexOf("-----BEGIN PRIVATE KEY-----");
  if (at <= 0)
    throw ledgerFault(`${file} does not hold a certificate and a key; delete the ledger's folder to begin anew`);
  return { certificate: pem.slice(0, at), key: pem.slice(at) };
}

// Certificate and key of a node stand in one file: a crash leaves both or none.
function writeSecret(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
