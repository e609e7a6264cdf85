// Development certificates: roots, leaves of nodes and applications, kept as files that a crash leaves whole or not at all.
// For development networks only: the CA keys lie beside the certificates they sign.
import "reflect-metadata";
import { createPrivateKey, webcrypto, X509Certificate, type KeyObject } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
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

export const privateKey = (pair: Pair): KeyObject => createPrivateKey(pair.key);

export interface LeafRequest {
  commonName: string;
  /** Node OU: client, admin, peer or orderer; "" = none. */
  unit: string;
  mspId: string;
  attrs?: Record<string, string>;
  serverTls?: boolean;
  /** Names of a server besides localhost. */
  hosts?: readonly string[];
  /** Lifetime in days; default 1 year. */
  days?: number;
}

/** Opens, or makes once, the self-signed certificate in `file`, ten years. */
export async function openRoot(file: string, commonName: string, organization: string): Promise<Pair> {
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

/** Opens the certificate in `file`; issues it when it is missing, soon expires or is not of `ca`. */
export async function openLeaf(file: string, ca: Pair, request: LeafRequest): Promise<Pair> {
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

function special({ attrs, serverTls, hosts = [] }: LeafRequest): Extension[] {
  const extensions: Extension[] = [];
  if (attrs) extensions.push(new Extension(ATTRIBUTES_OID, false, Buffer.from(JSON.stringify({ attrs }))));
  if (serverTls) {
    const names = ["localhost", ...hosts].map((value) => ({ type: "dns", value }) as const);
    extensions.push(new SubjectAlternativeNameExtension([...names, { type: "ip", value: "127.0.0.1" }]));
    // Orderers meet each other with the same certificate on both sides.
    extensions.push(new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]));
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

/** Whether the pair fits together, is of `ca` and lasts another 30 days. */
export function isGood(pair: Pair, ca: Pair): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate);
    const issuer = new X509Certificate(ca.certificate);
    const lasts = new Date(certificate.validTo).getTime() - Date.now() > RENEW_BEFORE;
    return lasts && certificate.verify(issuer.publicKey) && certificate.checkPrivateKey(createPrivateKey(pair.key));
  } catch {
    return false;
  }
}

function readPair(file: string): Pair {
  const pem = readFileSync(file, "utf8");
  const at = pem.indexOf("-----BEGIN PRIVATE KEY-----");
  if (at <= 0) throw ledgerFault(`${file} does not hold a certificate and a key; remove its folder to begin anew`);
  return { certificate: pem.slice(0, at), key: pem.slice(at) };
}

// Certificate and key of a node stand in one file: a crash leaves both or none.
/** Readable for the owner alone; a reader sees the old content or the new one. */
export function writeSecret(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
