// Signing identities from flat files (operations.md 3.4) and their native signature.
// Never logs or returns a key in readable form.
import { createPrivateKey, sign as ecdsaSign, X509Certificate, type KeyObject } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { attributesOf, nameOn, unitsOf } from "./certificate.js";
import { GxError, messageOf } from "./errors.js";
import type { Profile } from "./profile.js";

export { attributesOf } from "./certificate.js";

export interface Identity {
  /** Name of the files, e.g. "org1-admin". */
  name: string;
  mspId: string;
  /** The certificate in PEM, as a creator carries it. */
  certificate: Buffer;
  /** ECDSA P-256. */
  key: KeyObject;
  notAfter: Date;
  /** Attribute `gxc_role` of the certificate; undefined = it can sign no command. */
  role: string | undefined;
}

/** Where the pair that was replaced last is kept: `<name>-previous-cert`, `<name>-previous-key`. */
export const PREVIOUS = "-previous";

/**
 * Reads `<name>-cert` and `<name>-key` from the profile's wallet. Whether they are in time is not asked: see timeFault.
 * @throws GxError BAD_WALLET that lists the expected files beside the found ones, or names the file and its fault.
 */
export function readIdentity(profile: Pick<Profile, "wallet" | "mspId">, name: string): Identity {
  const { wallet, mspId } = profile;
  const expected = [`${name}-cert`, `${name}-key`];
  const wanted = `${wallet} must hold the files ${list(["ca-cert", ...expected])}`;
  const found = filesOf(wallet);
  if (!expected.every((file) => found.includes(file))) throw fault(`${wanted}; found ${list(found)}`);
  const keyFile = join(wallet, `${name}-key`);
  if (isOpen(keyFile)) {
    throw fault(`${keyFile} is accessible for other users; run: chmod 600 ${keyFile} (${wanted})`);
  }
  const certificate = readFileSync(join(wallet, `${name}-cert`));
  const { x509, key } = pairOf(name, certificate, readFileSync(keyFile), wallet);
  return { name, mspId, certificate, key, notAfter: new Date(x509.validTo), role: attributesOf(x509.raw)["gxc_role"] };
}

/**
 * A certificate and its key, both PEM, when a peer could take a client's signature by them.
 * @throws GxError BAD_WALLET naming what does not fit; `where` is the folder that the text shows.
 */
export function pairOf(
  name: string,
  certificate: Buffer,
  keyPem: Buffer,
  where: string,
): { x509: X509Certificate; key: KeyObject } {
  const x509 = parsed(`${name}-cert in ${where}`, () => new X509Certificate(certificate));
  const key = parsed(`${name}-key in ${where}`, () => createPrivateKey(keyPem));
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
    throw fault(`${name}-key in ${where} is no ECDSA key on curve P-256, with which clients sign; enrol with one`);
  }
  if (!x509.checkPrivateKey(key)) {
    throw fault(`${name}-key in ${where} is not the key of ${name}-cert; put both files of one enrolment there`);
  }
  const units = unitsOf(x509);
  if (x509.ca || !units.includes("client")) {
    const is = x509.ca ? "is a CA's" : `has organizational unit ${list(units)}`;
    throw fault(
      `${name}-cert in ${where} (${nameOn(x509.subject)}) ${is}; it must be client: register with type client`,
    );
  }
  return { x509, key };
}

/** Others may read the file. */
export const isOpen = (file: string): boolean => process.platform !== "win32" && (statSync(file).mode & 0o007) !== 0;

/** Names of the identities whose certificate and key are both in the wallet, sorted; replaced pairs are left out. */
export function identityNames(profile: Pick<Profile, "wallet">): string[] {
  const found = new Set(filesOf(profile.wallet));
  return [...found]
    .filter((file) => file.endsWith("-cert") && found.has(file.replace(/-cert$/, "-key")))
    .map((file) => file.replace(/-cert$/, ""))
    .filter((name) => !name.endsWith(PREVIOUS))
    .sort();
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const HALF = ORDER >> 1n;

/** ECDSA P-256 over SHA-256 in DER with low S, as peers demand it; 45 us where the SDK's own signer takes 400. */
export function signLowS(key: KeyObject, message: Uint8Array): Buffer {
  const pair = ecdsaSign("sha256", message, { key, dsaEncoding: "ieee-p1363" });
  const s = BigInt(`0x${pair.toString("hex", 32)}`);
  const low = s > HALF ? Buffer.from((ORDER - s).toString(16).padStart(64, "0"), "hex") : pair.subarray(32);
  const body = Buffer.concat([derInteger(pair.subarray(0, 32)), derInteger(low)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** True when the S of a DER signature is in the lower half of the curve's order. */
export function isLowS(signature: Uint8Array): boolean {
  const der = Buffer.from(signature);
  const at = 4 + (der[3] ?? 0);
  const s = der.subarray(at + 2, at + 2 + (der[at + 1] ?? 0));
  return s.length > 0 && BigInt(`0x${s.toString("hex")}`) <= HALF;
}

function derInteger(unsigned: Buffer): Buffer {
  let start = 0;
  while (start < unsigned.length - 1 && unsigned[start] === 0) start += 1;
  const pad = (unsigned[start] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([0x02, unsigned.length - start + pad.length, ...pad, ...unsigned.subarray(start)]);
}

function filesOf(wallet: string): string[] {
  try {
    return readdirSync(wallet)
      .map((name) => shown(wallet, name))
      .sort();
  } catch (cause) {
    throw fault(`wallet ${wallet} cannot be read: ${messageOf(cause)}`, cause);
  }
}

/** A folder where a file should be is shown as one; a link that leads nowhere too. */
function shown(wallet: string, name: string): string {
  const found = statSync(join(wallet, name), { throwIfNoEntry: false });
  if (!found) return `${name} (leads nowhere)`;
  return found.isFile() ? name : `${name}/`;
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw fault(`${what} cannot be parsed: ${messageOf(cause)}`, cause);
  }
}

const list = (files: string[]): string => (files.length === 0 ? "nothing" : files.join(", "));
const fault = (message: string, cause?: unknown): GxError => new GxError("BAD_WALLET", message, { cause });
